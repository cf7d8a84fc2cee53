"""Refusals that belong to no feature, or to one with few."""

UNKNOWN_COMMAND = "I do not know that command yet. Try `/shoutout @ana for staying calm`."
