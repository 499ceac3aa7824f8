"""Users, roles at a unit, deputies, sign-in, sessions and API tokens."""
