"""Budget years, pools, funding rules, cost cards, and the ledger that everything is read from."""
