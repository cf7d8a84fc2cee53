"""A person's own data: the answers about it, and the text that they can read without a program."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any

from bot.messages.mentions import mentions_to_names
from bot.messages.personal_labels import HIDDEN, HIDDEN_TABLES, TITLES, label
from bot.org.people import Person
from bot.slack.mrkdwn import PERSON, capitalize_first, clean_lines, comma_joined, mentioned_ids
from bot.slack.outbox.outbox import DAYS_IN_SLACK
from bot.slack.post import Post
from bot.text.formats import clock, on_full

TITLE = "Your data"
DATA_FILE = "your-data.json"
TEXT_FILE = "your-data.txt"
UNKNOWN = "a former colleague"
PERSON_ID = re.compile(r"[UW][A-Z0-9]{2,}")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d\S*")
INDENT = "   "


@dataclass(frozen=True)
class Names:
    """The names of the people and channels in an export."""

    own_id: str
    people: Mapping[str, str]
    teams: Mapping[int, str]
    channels: Mapping[str, str]

    def of(self, person_id: str) -> str:
        return "you" if person_id == self.own_id else self.people.get(person_id, UNKNOWN)

    @property
    def in_words(self) -> Mapping[str, str]:
        """The names that replace mentions in what people wrote."""
        return {**{id: f"@{name}" for id, name in self.people.items()}, **self.channels}


@dataclass(frozen=True)
class Entry:
    """What one row of a table says about the person."""

    kind: str
    table: str
    values: Mapping[str, Any]
    people: Collection[str] = ()
    """The columns with ids of people."""


def on_its_way() -> Post:
    return Post("I'm putting your data together. You'll get it as a file in our DM in a minute.")


def describe_archive() -> str:
    """Return the line above the archive."""
    return (
        f"Here's what I store about you: `{TEXT_FILE}` to read, and `{DATA_FILE}` with the same for programs. It has "
        "what you wrote and what was said to you, and nothing that colleagues wrote for others. Only you can see "
        f"this file in Slack. I'll delete it in {DAYS_IN_SLACK} days."
    )


def describe_left_out(kinds: Sequence[str]) -> str:
    """Say what the file of an operator does not contain."""
    always = "hard contacts and ticket watches"
    also = f", and what is encrypted in these: {comma_joined(kinds)}" if kinds else ""
    return (
        f"This file was written by an operator, so it leaves out what is stored encrypted: {always}{also}. "
        "The person gets all of it with Export my data in /steward me."
    )


def find_ids(rows: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the ids of all people that rows mention, in columns, lists and texts."""
    return {id for row in rows for value in row.values() for id in _ids_in(value)}


def _ids_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield from mentioned_ids(value)
        if PERSON_ID.fullmatch(value):
            yield value
    elif isinstance(value, Mapping):
        for each in value.values():
            yield from _ids_in(each)
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from _ids_in(each)


def render_text(
    person: Person, workspace: str, entries: Sequence[Entry], names: Names, note: str, now: datetime
) -> str:
    """Return a person's data as plain text, by kind, with times in their zone and names instead of ids."""
    local = person.local(now)
    head = [
        f"What Steward stores about {_one_line(person.name)}",
        f"Workspace: {_one_line(workspace)}",
        f"As of {on_full(local.date(), person.locale)}, {clock(local, person.locale)}. All times are in the time zone "
        f"{person.zone}.",
        "It has what you wrote and what was said to you. What colleagues wrote for others is not in it.",
        *([note] if note else []),
    ]
    shown = sorted((each for each in entries if each.table not in HIDDEN_TABLES), key=lambda each: each.kind)
    sections = [
        line
        for kind, these in groupby(shown, lambda each: each.kind)
        for line in _section(kind, [*these], person, names)
    ]
    return "\n".join([*head, *sections, ""])


def _section(kind: str, entries: Sequence[Entry], person: Person, names: Names) -> Iterator[str]:
    title = f"{capitalize_first(kind)} ({len(entries)})"
    yield from ("", "", title, "=" * len(title))
    for nth, entry in enumerate(entries, 1):
        yield ""
        yield f"{nth}. {TITLES[entry.table]}"
        for column in entry.values:
            if column not in HIDDEN and (said := _say(entry, column, person, names)):
                first, *more = said.splitlines()
                yield f"{INDENT}{label(entry.table, column)}: {first}"
                yield from (f"{INDENT}{INDENT}{line}" for line in more)


def _say(entry: Entry, column: str, person: Person, names: Names) -> str:
    value = entry.values[column]
    if column == "team_id":
        return names.teams.get(value, "")
    if column in entry.people and value:
        return ", ".join(map(names.of, [value] if isinstance(value, str) else value))
    return _format(value, person, names)


def _format(value: Any, person: Person, names: Names) -> str:
    """Return a value as text; empty if there is nothing to say."""
    match value:
        case None | "":
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            local = person.local(value)
            return f"{on_full(local.date(), person.locale)}, {clock(local, person.locale)}"
        case date():
            return on_full(value, person.locale)
        case time():
            return clock(value, person.locale)
        case str():
            return _format_text(value, person, names)
        case (datetime(), datetime()):
            return " to ".join(_format(each, person, names) for each in value)
        case list() | tuple():
            return ", ".join(filter(None, (_format(each, person, names) for each in value)))
        case Mapping():
            said = {key: _format(each, person, names) for key, each in value.items()}
            return "; ".join(f"{_one_line(key.replace('_', ' '))}: {each}" for key, each in said.items() if each)
    return str(value)


def _format_text(text: str, person: Person, names: Names) -> str:
    """Return what somebody wrote, with names, and without characters that would hide or reorder it."""
    if PERSON_ID.fullmatch(text):
        return names.of(text)
    if INSTANT.fullmatch(text):
        return _format(datetime.fromisoformat(text), person, names)
    return clean_lines(PERSON.sub(UNKNOWN, mentions_to_names(text, names.in_words)))


def _one_line(text: str) -> str:
    return " ".join(clean_lines(text).split())
