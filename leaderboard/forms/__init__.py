"""How a leaderboard is written: markdown and its other forms."""
