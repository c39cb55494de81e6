"""The layout in which XTREME's evaluate.py reads predictions and labels: written, read, and laid over data."""
