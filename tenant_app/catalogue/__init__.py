"""Providers, courses, what they give and cost, and their dated sessions."""
