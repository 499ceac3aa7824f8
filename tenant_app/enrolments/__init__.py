"""One employee on one session: request, approval steps, and the money that follows."""
