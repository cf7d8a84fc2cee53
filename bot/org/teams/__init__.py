"""Teams, their members, settings and permissions."""
