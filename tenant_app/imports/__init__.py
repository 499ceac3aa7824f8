"""Units, employees and courses from the files that Danish offices make."""
