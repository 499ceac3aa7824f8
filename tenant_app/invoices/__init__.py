"""Expected invoices of orders, matched with those that arrive."""
