"""A crawler of the bot's interface, which presses every button and fills in every form."""
