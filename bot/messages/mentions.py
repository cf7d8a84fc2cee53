"""Names of people and channels in text fields, which show mentions as plain text, and how to tell namesakes apart."""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from slackblocks import PlainTextInput

from bot.org.people import Person
from bot.slack.mrkdwn import CHANNEL, PERSON, escape, mention
from bot.text.normalization import AT, normalize_name, typed_name

LONGEST_FIELD = 3000
"""Slack's limit of characters in a text field."""
NO_NAMES: Mapping[str, str] = MappingProxyType({})
CODE, BLOCK = "`", "```"
ADDRESS = re.compile(r"https?://\S+")
PIECE = re.compile(f"{PERSON.pattern}|{CHANNEL.pattern}|[\\s\\S]")


def names_to_mentions(text: str, called: Mapping[str, Sequence[Person]]) -> str:
    """Replace names that belong to exactly one person with mentions; `called` has the people each name may mean."""
    text, pieces, end = unicodedata.normalize("NFC", text), [], 0
    for at in _names(text):
        after, people = typed_name(text, at, called)
        if len(people) == 1 and at > end:
            pieces += [text[end : at - 1], mention(people[0].id)]
            end = after
    return "".join([*pieces, text[end:]])


def _names(text: str) -> Iterator[int]:
    """Yield the positions where names typed by hand begin, after the @, except in code and links."""
    as_it_is = {at for found in ADDRESS.finditer(text) for at in range(*found.span())} | set(_code(text))
    return (found.end() for found in AT.finditer(text) if found.start() not in as_it_is)


def _code(text: str) -> Iterator[int]:
    """Yield the positions of characters within code, in a block or inline; unclosed code counts as text."""
    for start, part, is_block in _between(text, 0, BLOCK):
        if is_block:
            yield from range(start, start + len(part))
            continue
        for at, line in _lines(part, start):
            for begin, inside, is_code in _between(line, at, CODE):
                yield from range(begin, begin + len(inside) if is_code else begin)


def _between(text: str, at: int, mark: str) -> Iterator[tuple[int, str, bool]]:
    """Split a text at marks; yield each piece's position, the piece, and whether it is between two marks."""
    parts = text.split(mark)
    for number, part in enumerate(parts):
        yield at, part, number % 2 == 1 and number + 1 < len(parts)
        at += len(part) + len(mark)


def _lines(text: str, at: int) -> Iterator[tuple[int, str]]:
    for line in text.splitlines(keepends=True):
        yield at, line
        at += len(line)


def name_for_field(person: Person, called: Mapping[str, Sequence[Person]]) -> str:
    """Return a person's name for a text field, without the @ if the name with @ would mean somebody else."""
    name = unicodedata.normalize("NFC", person.name)
    end, people = typed_name(name, 0, called)
    is_theirs = end == len(name) and person.id in {each.id for each in people}
    return f"@{name}" if is_theirs or not people else name


def mentions_to_names(text: str, names: Mapping[str, str]) -> str:
    """Replace mentions with names; `names` has the names of people and channels by id, including the leading @ or #."""
    text = PERSON.sub(lambda person: _named(person, "@", names), text)
    return CHANNEL.sub(lambda channel: _named(channel, "#", names), text)


def _named(found: re.Match[str], sign: str, names: Mapping[str, str]) -> str:
    return names.get(found[1]) or (f"{sign}{found[2]}" if found[2] else found[0])


def split_to_fit(text: str, names: Mapping[str, str]) -> tuple[str, str]:
    """Split a text into what fits into a field, with mentions as names, and the rest; no mention is cut in half."""
    left = LONGEST_FIELD
    for piece in PIECE.finditer(text):
        left -= len(mentions_to_names(piece[0], names))
        if left < 0:
            return mentions_to_names(text[: piece.start()], names), text[piece.start() :]
    return mentions_to_names(text, names), ""


def field(
    action_id: str, words: str, names: Mapping[str, str] = NO_NAMES, *, longest: int, **more: Any
) -> PlainTextInput:
    """Build a text field with an initial text; a text over the limit is kept, so that the person can shorten it."""
    typed, _ = split_to_fit(words, names)
    return PlainTextInput(action_id, initial_value=typed or None, max_length=max(longest, len(typed)), **more)


def distinct_names(people: Iterable[Person]) -> dict[str, str]:
    """Return each person's name by id; a shared name is followed by the full name if that differs.

    The id stands only after names that are still the same.
    """
    known = list(people)
    shared = Counter(normalize_name(each.name) for each in known)
    names = {each.id: _name(each) if shared[normalize_name(each.name)] > 1 else each.name for each in known}
    same = Counter(map(normalize_name, names.values()))
    return {id: f"{name} ({id})" if same[normalize_name(name)] > 1 else name for id, name in names.items()}


def _name(person: Person) -> str:
    is_other = normalize_name(person.full_name) not in ("", normalize_name(person.name))
    return f"{person.name} ({person.full_name})" if is_other else person.name


def which_person(people: Sequence[Person]) -> str:
    """Ask which person is meant by a name that several share."""
    names = " or ".join(escape(name) for name in distinct_names(people).values())
    return f"Who do you mean: {names}? Pick the name from the list that appears when you type @, or type the full name."
