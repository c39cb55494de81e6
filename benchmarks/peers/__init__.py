"""What xbench is measured against, and the environment of its own that it runs in."""
