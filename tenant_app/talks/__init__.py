"""Development talks and plans; no text of them leaves those who were in them."""
