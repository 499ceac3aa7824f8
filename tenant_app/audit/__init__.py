"""The append-only trail: who did what, when, why, and what it was before."""
