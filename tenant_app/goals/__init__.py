"""What the municipality wants to reach, at each level, and how it will know."""
