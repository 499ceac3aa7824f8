"""Rød Tråd: the rooms of the house, from the cellar (core) to the roof (provisioning, reports).

Each room has the same shelves: rules, models, queries, service, schemas, api.
"""
