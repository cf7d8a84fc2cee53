"""How the pulse looks in Slack: the question, its form, the results, and the leaders' answer to the comments."""
