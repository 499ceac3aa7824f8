"""Starts the whole product on one machine: PostgreSQL, Redis, web, worker and clock."""
