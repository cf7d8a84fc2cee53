"""Sample calls for every message and form, a table per feature; their results are in `tests/bot/messages/golden`."""
