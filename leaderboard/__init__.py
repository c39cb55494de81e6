"""Records to tables: averages and improvement over a baseline."""
