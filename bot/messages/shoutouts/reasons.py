"""Clean up the reason of a shout-out, in the giver's own words."""

import re
from collections.abc import Mapping
from itertools import takewhile

from bot.slack.mrkdwn import CHANNEL, GROUP, PERSON, clean, escape, unescape

LEADING_MARKS = re.compile(r"(?:&amp;|[\s,;+/|•◦▪‣·–—-]|:(?![\w+'-]+:))+")
"""Punctuation between a name and the reason; a colon, unless it begins an emoji."""
LEADING_WORD = re.compile(r"(?:because|for(?!\s+(?:the|your|all|an?|this|that|these|those)\s))\s+", re.IGNORECASE)
"""A word that introduces a reason. A *for* before a noun stays: `for the help with refunds`."""


def unnamed_mentions(text: str) -> set[str]:
    """Return the ids of channels and groups that a text mentions without their names."""
    return {found[1] for kind in (CHANNEL, GROUP) for found in kind.finditer(text) if not found[2]}


def group_handles(text: str) -> dict[str, str]:
    """Return the handles of user groups by id, for the groups that a text mentions together with a handle."""
    return {found[1]: found[2].lstrip("@") for found in GROUP.finditer(text) if found[2]}


def normalize_reason(text: str, named: Mapping[str, str]) -> str:
    """Normalize a reason, as Slack sent it, for storage; `named` has the names of channels and groups, by id.

    A channel stays a mention, so that Slack links to it and it is not mistaken for the tag of a team's value.
    """
    pieces, end = [], 0
    for found in CHANNEL.finditer(text):
        name = found[2] or named.get(found[1])
        pieces += [unescape(text[end : found.start()], named), f"<#{found[1]}|{name}>" if name else f"<#{found[1]}>"]
        end = found.end()
    return clean("".join([*pieces, unescape(text[end:], named)]))


def without_quotes(text: str) -> str:
    """Drop quoted lines, unless all lines are quoted or the text has code."""
    quote, rest = "&gt;", "&gt;&gt;&gt;"
    if "```" in text:
        return text
    lines = list(takewhile(lambda line: not line.lstrip().startswith(rest), text.splitlines()))
    return "\n".join(line for line in lines if not line.lstrip().startswith(quote)).strip() or text


def without_lead(text: str) -> str:
    """Drop punctuation and a word that introduce a reason: `: `, `– `, `for `; see `LEADING_WORD`."""
    for pattern in (LEADING_MARKS, LEADING_WORD):
        found = pattern.match(text)
        text = text[found.end() :] if found else text
    return text


def as_typed(text: str) -> str:
    """Return what Slack sent as text that can be typed again."""
    text = PERSON.sub(lambda found: f"@{found[2]}" if found[2] else found[0], text)
    return escape(clean(unescape(text)))
