"""A year of a team, lived in the real bot within minutes: what became of its one-on-ones, and of people's peace."""
