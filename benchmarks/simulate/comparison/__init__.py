"""Half a year of many teams with the bot, with a plain weekly reminder, and without either."""
