"""What is bought of providers: orders, the invoices that answer them, and the way to the finance
system."""
