"""How thanks are meant, by a command's leading words; whether a message is worth a closer look."""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.features.shoutouts.giving import PLAIN, Manner
from bot.features.shoutouts.tables import Kind

LEADING = re.compile(r"[\s*_~]*(private(?:ly)?|good[\s-]?call)(?![^\W_])[\s,:;*_~–—-]*", re.IGNORECASE)
EVERYBODY = {"team", "channel", "here", "everyone"}


def manner_of(text: str) -> tuple[Manner, str]:
    """How a command's leading words say thanks are meant, and the words after them."""
    manner = PLAIN
    while match := LEADING.match(text):
        is_private = match[1].lower().startswith("private")
        manner = replace(manner, is_private=True) if is_private else replace(manner, kind=Kind.GOOD_CALL)
        text = text[match.end() :]
    return manner, text


def means_everybody(names: Sequence[str]) -> bool:
    return any(name.lower().removeprefix("@") in EVERYBODY for name in names)


def may_thank(text: str) -> bool:
    """Whether it is worth looking closer: thanks name somebody."""
    return "@" in text or "<!subteam^" in text
