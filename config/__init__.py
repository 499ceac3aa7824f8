"""Settings from the environment, and the door to the web server."""
