"""Supervision visits and screening results, and the evidence they become."""
