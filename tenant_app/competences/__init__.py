"""What people can be able to do, who can do it until when, and how many should."""
