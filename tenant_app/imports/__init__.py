"""Units, employees, courses and screenings from the files that Danish offices make."""
