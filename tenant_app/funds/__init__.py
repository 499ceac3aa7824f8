"""Money from outside: applications to the Kompetencefond, and to state pools."""
