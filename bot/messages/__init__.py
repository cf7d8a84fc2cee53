"""Build messages for each feature: text, Block Kit blocks and forms."""
