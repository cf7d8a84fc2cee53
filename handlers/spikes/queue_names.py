"""Parsing of the text after `/queue`, and lookups of the queue, team, person or spike that it names."""

import difflib
import re
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.spikes import queries as spikes_queries
from bot.features.spikes.models import Spike
from bot.features.spikes.settings import Settings
from bot.messages.errors import which_team, with_words
from bot.messages.spikes import lists
from bot.org import channels
from bot.org import people as org_people
from bot.org.teams import queries
from bot.org.teams.models import Team
from bot.refusals import spikes as refusals
from bot.slack.commands import Name, parse_names_at_start
from bot.slack.dispatcher import Actor
from bot.text.normalization import find_spelling, normalize_name, queue_key, queue_name
from bot.text.numbers import parse_number

PERSON = re.compile(r"<@[UW]")
NUMBER = re.compile(
    r"(?<!\S)(?:\d{1,3}(?:[ '’]\d{3}){1,4}(?:[.,]\d{1,3})?"
    r"|\d{1,9}(?:[.,]\d{1,3}){0,3})[kK%]?(?![^\s,;])"
)
"""A number that is a separate word and that `bot.text.numbers` can parse."""


FILLERS = {"at", "is", "has", "with", "now", "=", "about", "over"}
WORDS_OF_COUNTS = (
    "waiting in the queue line on hold open pending unanswered calls callers chats tickets mails emails e-mails cases "
    "messages requests contacts customers people "
    "wartend wartende warten offen offene in der warteschlange anrufe anrufer tickets kunden "
    "en attente attendent appels clients en espera esperando pendientes abiertos llamadas clientes "
    "em espera à pendentes abertos chamadas in attesa aperti chiamate clienti wachtend wachtende wachten gesprekken "
    "klanten väntar väntande venter ventende ventar samtal opkald czeka oczekuje połączeń čeká várakozik"
)
COUNTED = frozenset(WORDS_OF_COUNTS.split())
"""Words for what a number counts, such as calls; left out of a report that has no other words after the number."""
NEXT = re.compile(r"<@|\d[\d.,]*(?:\s|$)")
MOST_WORDS = 8
"""Maximum number of words in a queue's name."""


class QueueCall(NamedTuple):
    """A parsed report such as `phones 42 waiting`."""

    queue: str
    value: float | None
    title: str
    more: str
    """The text after the queue's name."""


class Typed(NamedTuple):
    """The text after a subcommand of `/queue`, with its author and channel."""

    actor: Actor
    channel_id: str
    rest: str
    now: datetime


async def find_team(session: AsyncSession, actor: Actor, channel_id: str, typed: str = "") -> Team:
    """Return the channel's team, or else the actor's only team.

    Raises a `Refusal` that repeats the text `typed` if the actor has several teams.
    """
    found = await queries.team_meant(session, *actor, channel_id=channel_id)
    if len(found) > 1:
        raise Refusal(with_words(which_team(found), typed))
    return found[0]


async def must_be_a_queue(session: AsyncSession, team: Team, typed: str, word: str, known: Sequence[str]) -> None:
    """Raise a `Refusal` if the text after a subcommand starts with a person's name instead of a queue's."""
    if person := await _find_person(session, team, typed, known):
        raise Refusal(lists.unknown_queue(person.typed, word, known, person.after))


async def must_not_be_a_person(session: AsyncSession, team: Team, typed: str, field: str, *, now: datetime) -> None:
    """Raise a `Refusal` if a form field for a queue contains a person's name."""
    if person := await _find_person(session, team, typed, await spikes_queries.list_queues(session, team, now=now)):
        raise Refusal(lists.person_instead_of_queue(person.typed), field=field)


async def _find_person(session: AsyncSession, team: Team, typed: str, known: Sequence[str]) -> Name | None:
    """Return the person named at the start of a text, or None if it is the name of a queue or user group."""
    person = await _at_head(session, team, typed) or await _without_at(session, team, typed, known)
    if not person or not person.ids or find_spelling(person.typed, known):
        return None
    is_group = await channels.people_of_groups(session, team.workspace_id, [person.typed.removeprefix("@")])
    return person if person.typed.startswith("<@") or not is_group else None


async def _at_head(session: AsyncSession, team: Team, typed: str) -> Name | None:
    return next(
        iter(parse_names_at_start(typed, await org_people.match_typed_names(session, team.workspace_id, typed))), None
    )


async def _without_at(session: AsyncSession, team: Team, typed: str, known: Sequence[str]) -> Name | None:
    """Return the person whose name was typed, without `@`, instead of a queue's, as in `Ana Sousa 40`.

    Apps do not count, and `#ana` is the name of a channel.
    """
    queue, _, _, more = parse_call(typed, known, known)
    called = await org_people.match_typed_names(session, team.workspace_id, f"@{queue}")
    ids = [each.id for each in called.get(normalize_name(queue), []) if not each.is_bot]
    return Name(queue, ids, more) if ids and not typed.startswith("#") else None


def parse_call(rest: str, listed: Collection[str], seen: Collection[str] = ()) -> QueueCall:
    """Parse a report: the queue's name at the start, and the value and title after it.

    A name in the team's list (`listed`) is recognized whatever follows it, a recently `seen` name only if the next
    word cannot be part of the name. Both may contain numbers. Any other name ends at the first number or mention.
    """
    words = rest.split()
    for many in range(min(len(words), MOST_WORDS), 0, -1):
        name, more = " ".join(words[:many]), " ".join(words[many:])
        if queue := find_spelling(name, listed) or (_ends(name, more) and find_spelling(name, seen)):
            return _split_call(queue, more)
    ends = min((found.start() for each in (NUMBER, PERSON) if (found := each.search(rest))), default=len(rest))
    return _split_call(queue_name(rest[:ends]), rest[ends:].strip())


def _ends(name: str, more: str) -> bool:
    """Return whether a name ends here, because `more` cannot start with another word of it."""
    following = more.split()[:1]
    return not following or name.endswith((":", ",")) or following[0] in FILLERS or bool(NEXT.match(more))


def _split_call(queue: str, more: str) -> QueueCall:
    found = NUMBER.search(more)
    if found is None:
        return QueueCall(queue, None, more, more)
    before = [word for word in more[: found.start()].split() if word.casefold() not in FILLERS]
    after = more[found.end() :].split()
    says = before or not COUNTED.issuperset(word.casefold().strip(".,;:!") for word in after)
    return QueueCall(queue, parse_number(found[0]), " ".join([*before, *after]).strip(" ,;:") if says else "", more)


def minutes_and_queue(rest: str, minutes: int) -> tuple[int, str]:
    """Parse `30 phones`, `30` or `phones`; `minutes` is the default."""
    words = [each for each in rest.split() if each.casefold() not in ("min", "minutes", "for")]
    if words and words[0].isdecimal() and len(words[0]) < 5:
        return int(words[0]), " ".join(words[1:])
    return minutes, " ".join(words)


def must_be_known(team: Team, queue: str, word: str, more: str = "") -> None:
    """Raise a `Refusal` if `queue` is empty or not in the team's list.

    If the team has no list, any name is accepted.
    """
    queues = Settings.of(team).queues
    if not queue:
        raise Refusal(refusals.name_one(word))
    if queues and not find_spelling(queue, queues):
        raise Refusal(lists.unknown_queue_name(queue, queues, word, _near(queue, queues), more))


def choose_spike(open_ones: Sequence[Spike], queue: str, word: str) -> Spike | None:
    """Return the open spike of the named queue, or the only open spike if no queue is named; None if none is open.

    Raises a `Refusal` if the named queue has no open spike, or if several spikes are open and no queue is named.
    """
    names = [each.queue for each in open_ones]
    queue = parse_call(queue, (), names).queue
    named = [each for each in open_ones if queue_key(each.queue) == queue_key(queue)]
    if named or (len(open_ones) == 1 and not queue):
        return (named or open_ones)[0]
    if queue and names:
        raise Refusal(lists.unknown_queue_name(queue, names, word, _near(queue, names)))
    if names:
        raise Refusal(lists.which_queue(names, word))
    return None


async def find_spike(session: AsyncSession, team: Team, typed: str, word: str, *, now: datetime) -> Spike | None:
    """Return the open spike of the typed queue, as `choose_spike` does; raise a `Refusal` for a person's name."""
    await must_be_a_queue(session, team, typed, word, await spikes_queries.list_queues(session, team, now=now))
    return choose_spike(await spikes_queries.list_open_spikes(session, team), typed, word)


def _near(queue: str, names: Collection[str]) -> str | None:
    by_key = {queue_key(each): each for each in names}
    return next((by_key[each] for each in difflib.get_close_matches(queue_key(queue), by_key, n=1)), None)
