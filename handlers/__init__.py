"""What Slack asks: one module of listeners a feature."""
