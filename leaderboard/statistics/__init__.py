"""Is a difference more than chance? Pure functions of the counts of examples."""
