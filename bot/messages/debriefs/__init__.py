"""Debriefs, in words: the question to who helped, the form, the notes and what came of them."""
