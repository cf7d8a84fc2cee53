"""Change notices: what leaders do with them, and what readers do."""
