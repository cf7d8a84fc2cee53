"""Telling values for every message and form, a table a feature; `tests/bot/messages/golden` has what they show."""
