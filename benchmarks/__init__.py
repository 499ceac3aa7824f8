"""Speed as ratios in one run against a bare baseline, on the same server and the same data."""
