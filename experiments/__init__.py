"""Grids of trainings and their evaluation: base models, intermediate tasks and seeds, and the report on them."""
