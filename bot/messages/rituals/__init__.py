"""Rituals, in words: what a team reads, what a host hears, the list, and the forms that change them."""
