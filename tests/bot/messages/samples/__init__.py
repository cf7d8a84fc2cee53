"""Sample values for every message and form, one table per feature; the results are in `tests/bot/messages/golden`."""
