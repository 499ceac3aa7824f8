"""Internal experts: their competences, their hours and who books them."""
