"""The planned efforts that answer needs, and the advice on which form fits."""
