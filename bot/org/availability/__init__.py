"""In hours: whether a moment suits a person, and which is the next that does."""
