"""Creating a tenant from a profile: a whole tenant or none."""
