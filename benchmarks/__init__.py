"""Speed, side by side with peers: every claim is a ratio measured in one run. `python -m xbench.benchmarks`."""
