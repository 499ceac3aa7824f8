"""Application rounds and rotation: who may draw on a pool, and when."""
