"""How it looks: features turned into words and Block Kit."""
