"""Development talks and plans: rounds, preparation, agreements; no text of them leaves the house."""
