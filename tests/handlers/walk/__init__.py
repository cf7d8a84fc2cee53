"""A walk through all that the bot shows: every button pressed, every form opened, filled and closed."""
