"""Applications to the Kompetencefond and to state pools."""
