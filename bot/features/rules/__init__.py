"""Rules: which messages in Slack are alerts about a team's queues.

`patterns` keeps what people type harmless, `ready` has what well-known tools write, `reading` reads a message by a
rule.
"""

from bot.features.rules.keeping import (
    CHANNEL,
    INVITE,
    MOST,
    PATTERN,
    QUEUE,
    SENDER,
    WAY,
    ask_preview,
    claim,
    make,
    must_read,
    of_channel,
    of_team,
    one,
    previews,
    remove,
)
from bot.features.rules.patterns import LONGEST_PATTERN, LONGEST_TEXT
from bot.features.rules.reading import LONGEST_QUEUE, SOURCE, Draft, Message, news, read
from bot.features.rules.ready import READY
from bot.features.rules.settings import Settings
from bot.features.rules.tables import PEOPLE, Preview, Rule

__all__ = [
    "CHANNEL", "INVITE", "LONGEST_PATTERN", "LONGEST_QUEUE", "LONGEST_TEXT", "MOST", "PATTERN", "PEOPLE", "QUEUE",
    "READY", "SENDER", "SOURCE", "WAY", "Draft", "Message", "Preview", "Rule", "Settings", "ask_preview", "claim",
    "make", "must_read", "news", "of_channel", "of_team", "one", "previews", "read", "remove",
]  # fmt: skip
