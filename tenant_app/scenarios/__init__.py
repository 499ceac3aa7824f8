"""What another split, key or set of rules would have meant."""
