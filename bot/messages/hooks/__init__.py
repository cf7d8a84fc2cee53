"""Hooks in words: the list, the forms, what to enter at each sender, and what a delivery would do."""
