"""Messages about rituals: the posts, the DMs to hosts, the list of rituals, and the forms that change rituals."""
