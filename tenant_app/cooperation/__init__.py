"""What houses share: needs found in several of them, and who has a surplus of what."""
