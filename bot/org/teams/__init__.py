"""Teams, their members and settings, and who may do what."""
