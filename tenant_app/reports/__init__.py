"""Budget usage and coverage, computed set by set and rolled up by the hierarchy of the day."""
