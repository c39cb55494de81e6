"""The record of a run: its schema and its place on disk. Imports no ML library."""
