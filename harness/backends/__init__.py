"""What turns a padded batch into the arrays of the graph's outputs."""
