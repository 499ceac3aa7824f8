"""Units and their placement over time, employees and their employment over time."""
