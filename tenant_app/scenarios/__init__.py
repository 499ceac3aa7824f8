"""What-if: a year's real enrolments under another split, key or set of rules."""
