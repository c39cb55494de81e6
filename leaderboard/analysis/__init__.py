"""Scores by buckets of an attribute of the examples."""
