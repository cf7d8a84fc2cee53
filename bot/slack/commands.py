"""The grammar of a command: a word that says what to do, a name at the head of what follows, and free text.

A name at the head is an argument, a name in free text never is.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from bot.org.people import Person
from bot.text.normalization import MOST_NAMES, typed_name

STYLE = '*_~`"”.!?…'
FIRST = re.compile(
    r"[\s\u200b\u2060\ufeff/*_~`\"“]*(<[^<>]*>|@?[^\s\u200b\u2060\ufeff<>@#:,;]*)(?:[\s\u200b\u2060\ufeff:,;]|[-–—]\s)*"
)
"""A first word, up to where white space of any kind, a name or a colon begins."""

NAME = re.compile(r"[\s*_~\"“]*(?:<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>|@(?=\w))")
STYLED = re.compile(r"[*_~\"”]*")
ATTACHED = re.compile(r"['’-]\w")
"""What makes a name a part of a sentence: `@ben's raise`, `@ben-related`."""
AND = r"and|und|et|y|e|en|og|och|ja|i|oder|or|ou|o"
BEHIND = re.compile(r"[\s,;&+/–—-]*(?:[:.!?]+(?=\s|$)\s*)?")
ONE_MORE = re.compile(rf"(?:{AND})\s+(?=[<@])", re.IGNORECASE)


class Name(NamedTuple):
    """A name at the head of a text."""

    typed: str
    """Like `<@U1>`, or `@Zoe` by hand."""
    ids: Sequence[str]
    """Whom it means: one; several when they share the name; nobody when nobody is called so."""
    after: str
    """The words behind it."""


class Addressee(NamedTuple):
    """Whom a command of one addressee means."""

    ids: Sequence[str]
    """One when that is clear; nobody when nobody is named; several when they have to be asked about."""
    words: str
    """What is said: without the name at the head when it is clear who that is."""
    names: Sequence[Name]
    """All names at the head, also those of other people."""


def split(text: str) -> tuple[str, str]:
    """A command's first word, in small letters, and the rest of its text; both empty when nothing was typed."""
    found = FIRST.match(text)
    if found is None or not found[1]:
        word, *rest = text.split(maxsplit=1) or [""]
        return word, "".join(rest)
    word = found[1] if is_name(found[1]) else found[1].rstrip(STYLE).lower()
    return word, text[found.end() :].strip()


def is_name(word: str) -> bool:
    """Whether a text begins with a name instead of a word."""
    return word.startswith(("<", "@"))


def at_head(text: str, called: Mapping[str, Sequence[Person]]) -> list[Name]:
    """The names at the head of a cleaned text; `called` has those that may be typed by hand (`directory.called`)."""
    text, at = unicodedata.normalize("NFC", text), 0
    names: list[Name] = []
    while len(names) < MOST_NAMES and (found := NAME.match(text, at)):
        end, ids = found.end(), [found[1]]
        if not found[1]:
            end, people = typed_name(text, end, called)
            ids = [each.id for each in people]
        typed, end = text[found.start() : end].strip(' *_~"“'), _past(STYLED, text, end)
        if ATTACHED.match(text, end):
            break
        behind = _past(BEHIND, text, end)
        names.append(Name(typed, ids, text[behind:]))
        at = _past(ONE_MORE, text, behind)
    return names


def addressee(text: str, called: Mapping[str, Sequence[Person]], among: Collection[str]) -> Addressee:
    """Who of `among` a text is addressed to. A name of anybody else at its head is part of what is said."""
    names = at_head(text, called)
    meant = [[id for id in name.ids if id in among] for name in names]
    if not meant or not meant[0]:
        return Addressee((), text, names)
    everybody = tuple(dict.fromkeys(id for ids in meant for id in ids))
    if len(everybody) == len(meant[0]):
        return Addressee(everybody, names[0].after, names)
    return Addressee(everybody, text if names[-1].after else "", names)


def _past(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at
