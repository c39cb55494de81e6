"""Predictions in the layout of XTREME's submissions: written from records, and scored without a model."""
