"""The grammar of slash commands: a subcommand, then names, then free text.

Names directly after the subcommand are arguments. Names within the free text are not.
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
"""The first word, up to white space of any kind, a name, or a comma, colon or semicolon."""

NAME = re.compile(r"[\s*_~\"“]*(?:<@([UW][A-Z0-9]+)(?:\|[^<>]*)?>|@(?=\w))")
STYLED = re.compile(r"[*_~\"”]*")
ATTACHED = re.compile(r"['’-]\w")
"""What follows a name that is part of a sentence and not an argument: `@ben's raise`, `@ben-related`."""
AND = r"and|und|et|y|e|en|og|och|ja|i|oder|or|ou|o"
BEHIND = re.compile(r"[\s,;&+/–—-]*(?:[:.!?]+(?=\s|$)\s*)?")
ONE_MORE = re.compile(rf"(?:{AND})\s+(?=[<@])", re.IGNORECASE)


class Name(NamedTuple):
    """A name at the start of a text."""

    typed: str
    """The name as typed: `<@U1>`, or `@Zoe` if typed by hand."""
    ids: Sequence[str]
    """The people whom the name matches: one; several if they share the name; none if nobody has it."""
    after: str
    """The text after the name."""


class Addressee(NamedTuple):
    """The result of parsing a command that is addressed to one person."""

    ids: Sequence[str]
    """One id if the addressee is unambiguous; none if nobody is named; several if the user has to choose."""
    words: str
    """The text, without the leading name if that name is unambiguous."""
    names: Sequence[Name]
    """All names at the start, including those of people who cannot be addressed."""


def split(text: str) -> tuple[str, str]:
    """Split a command's text into its first word, in lower case, and the rest. Both are empty for an empty text."""
    found = FIRST.match(text)
    if found is None or not found[1]:
        word, *rest = text.split(maxsplit=1) or [""]
        return word, "".join(rest)
    word = found[1] if is_name(found[1]) else found[1].rstrip(STYLE).lower()
    return word, text[found.end() :].strip()


def is_name(word: str) -> bool:
    """Return whether a text begins with a name."""
    return word.startswith(("<", "@"))


def parse_names_at_start(text: str, matches: Mapping[str, Sequence[Person]]) -> list[Name]:
    """Return the names at the start of a cleaned text. `matches` is the result of `people.match_typed_names`."""
    text, at = unicodedata.normalize("NFC", text), 0
    names: list[Name] = []
    while len(names) < MOST_NAMES and (found := NAME.match(text, at)):
        end, ids = found.end(), [found[1]]
        if not found[1]:
            end, people = typed_name(text, end, matches)
            ids = [each.id for each in people]
        typed, end = text[found.start() : end].strip(' *_~"“'), _past(STYLED, text, end)
        if ATTACHED.match(text, end):
            break
        behind = _past(BEHIND, text, end)
        names.append(Name(typed, ids, text[behind:]))
        at = _past(ONE_MORE, text, behind)
    return names


def find_addressee(text: str, called: Mapping[str, Sequence[Person]], among: Collection[str]) -> Addressee:
    """Return the people in `among` to whom a text is addressed, and the text for them.

    The name of anybody else at the start is part of that text.
    """
    names = parse_names_at_start(text, called)
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
