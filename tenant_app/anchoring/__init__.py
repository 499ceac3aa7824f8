"""From new knowledge to changed practice: agreements before, during and after a course."""
