"""Messages of hand-ups: the agent's card, the leaders' cards, forms and lists."""
