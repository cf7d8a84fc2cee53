"""Messages: text, Block Kit and forms for each feature."""
