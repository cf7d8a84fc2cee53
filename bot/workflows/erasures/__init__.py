"""Erase what the bot stores about a person: the request, its steps, the cards, and the replay after a restore."""
