"""Pedagogical challenges that call for a competence, and the evidence behind them."""
