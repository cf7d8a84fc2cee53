"""One person at a time is asked for something, until somebody comes; what for, its features know."""
