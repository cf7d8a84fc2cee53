"""What happens when a leader asks to sit beside an agent, and what comes of it."""
