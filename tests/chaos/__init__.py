"""Kills every part of the running product at random and asks whether anything was lost or doubled.

`python -m tests.chaos --kills 20 --seed 7` from the checkout, or `pytest tests/chaos`.
"""
