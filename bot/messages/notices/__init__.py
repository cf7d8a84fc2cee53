"""Messages of change notices."""
