"""Municipalities as tenants: the bare row, its settings and profile, and the vendor's own staff."""
