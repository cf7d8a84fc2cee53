"""Messages about rituals: the posts, the DMs to hosts, the list, and the forms that change them."""
