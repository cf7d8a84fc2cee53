"""Reads thanks out of words: a command's, or a plain message with a phrase of the team's and, soon after it, a name."""

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from bot.features.shoutouts import PLAIN, Kind, Manner

MENTION = r"<(?:@[UW]|!subteam\^S)[A-Z0-9]+(?:\|[^>]*)?>"
REF = re.compile(r"<(?:@|!subteam\^)([UWS][A-Z0-9]+)")
AND = r"(?:[\s,+–—-]|&amp;|\band\b)*"
A_FEW_WORDS = r"(?:[\s,:;–—-]+[^\W_][\w'’]*){0,4}?[\s,:;–—-]*"
NOT_SAID = re.compile(r"```.*?```|`[^`\n]*`|^&gt;.*$", re.DOTALL | re.MULTILINE)
"""Code, and what somebody else said."""


LEADING = re.compile(r"\s*(private(?:ly)?|good[ -]call)\b[\s,:;–—-]*", re.IGNORECASE)
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
    return any(name.lower() in EVERYBODY for name in names)


def may_thank(text: str) -> bool:
    """Whether it is worth looking closer: thanks name somebody."""
    return "<@" in text or "<!subteam^" in text


def thanked(text: str, phrases: Sequence[str]) -> list[str]:
    """The ids of people and groups that a message, as Slack sent it, thanks."""
    said = _quotes_apart(text)
    return list(dict.fromkeys(ref for found in _thanks(tuple(phrases)).finditer(said) for ref in REF.findall(found[1])))


def _quotes_apart(text: str) -> str:
    return NOT_SAID.sub(" … ", text)


@lru_cache(maxsize=256)
def _thanks(phrases: tuple[str, ...]) -> re.Pattern[str]:
    said = "|".join(r"\s+".join(map(re.escape, phrase.split())) for phrase in sorted(phrases, key=len, reverse=True))
    return re.compile(rf"(?<![\w-])(?:{said})(?![\w-]){A_FEW_WORDS}({MENTION}(?:{AND}{MENTION})*)", re.IGNORECASE)
