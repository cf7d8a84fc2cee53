"""A crawler of the bot's interface: it presses every button, and opens, fills in and closes every form."""
