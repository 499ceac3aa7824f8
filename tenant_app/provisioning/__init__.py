"""Creating and configuring a tenant from a profile: all of it or none."""
