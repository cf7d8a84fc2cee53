"""Samples of what admins are told about missing scopes."""

from bot.messages import scopes
from tests.bot.messages.samples.people import show

LINK = "https://steward.example.com/slack/install"

SAMPLES = [
    show("one", scopes.missing, ["dnd:read"], scopes.APPS),
    show("all", scopes.missing, list(scopes.WITHOUT), LINK),
]
