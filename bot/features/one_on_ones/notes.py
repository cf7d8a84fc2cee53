"""Topics and notes of a pair, encrypted, readable only by the two of them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import vault_of
from bot.errors import AnswerTooLate, Refusal
from bot.features.one_on_ones.models import Note, Topic
from bot.meetings.rules import Pair
from bot.refusals import common
from bot.refusals import one_on_ones as refusals

LONGEST = 2000
MOST_TOPICS = 10
MOST_NOTES = 10


class Entry(NamedTuple):
    """A topic or note of a one-on-one, decrypted."""

    id: int
    author_id: str
    words: str
    made_at: datetime
    follow_up_on: date | None = None


@dataclass(frozen=True)
class PairNotes:
    """A pair's open topics, oldest first, and notes, newest first."""

    topics: Sequence[Entry] = ()
    notes: Sequence[Entry] = ()


async def fetch_notes(session: AsyncSession, pair: Pair, by: str) -> PairNotes:
    """Return a pair's topics and notes, decrypted, for one of the two people."""
    _check_reader(pair, by)
    topics = select(Topic).where(_for_pair(Topic, pair), Topic.done_at.is_(None)).order_by(Topic.id).limit(MOST_TOPICS)
    notes = select(Note).where(_for_pair(Note, pair)).order_by(Note.id.desc()).limit(MOST_NOTES)
    return PairNotes(
        [_decrypt(session, each) for each in await session.scalars(topics)],
        [_decrypt(session, each) for each in await session.scalars(notes)],
    )


async def add_topic(session: AsyncSession, pair: Pair, by: str, words: str, *, now: datetime) -> None:
    _check_reader(pair, by)
    _check_length(words)
    open_ones = select(Topic.id).where(_for_pair(Topic, pair), Topic.done_at.is_(None)).limit(MOST_TOPICS)
    if len((await session.scalars(open_ones)).all()) == MOST_TOPICS:
        raise Refusal(refusals.too_many_topics(MOST_TOPICS))
    session.add(Topic(pair.series.workspace_id, *pair.series.pair, by, vault_of(session).encrypt(words), made_at=now))


async def complete_topics(session: AsyncSession, pair: Pair, by: str, ids: Collection[int], *, now: datetime) -> None:
    """Mark topics of a one-on-one as discussed."""
    _check_reader(pair, by)
    for topic in await session.scalars(select(Topic).where(_for_pair(Topic, pair), Topic.id.in_(ids))):
        topic.done_at = topic.done_at or now


async def add_note(
    session: AsyncSession, pair: Pair, by: str, words: str, *, follow_up_on: date | None = None, now: datetime
) -> None:
    """Add a note that only a pair can read; with a follow-up date it is a coaching note."""
    _check_reader(pair, by)
    _check_length(words)
    if follow_up_on and follow_up_on <= pair.person(by).local(now).date():
        raise Refusal(refusals.PROMISE_DAY_NOT_AHEAD, field="follow_up")
    sealed = vault_of(session).encrypt(words)
    session.add(Note(pair.series.workspace_id, *pair.series.pair, by, sealed, made_at=now, follow_up_on=follow_up_on))


async def mark_followed_up(session: AsyncSession, workspace_id: str, by: str, note_id: int, *, now: datetime) -> Note:
    """Mark a note of a one-on-one as followed up by its author, and return it. Raises `AnswerTooLate` if it is gone."""
    note = await session.get(Note, note_id)
    if note is None or (note.workspace_id, note.author_id) != (workspace_id, by):
        raise AnswerTooLate(common.NOTE_GONE)
    note.followed_at = note.followed_at or now
    return note


def _for_pair(table: type[Topic] | type[Note], pair: Pair) -> ColumnElement[bool]:
    leader_id, agent_id = pair.series.pair
    return and_(
        table.workspace_id == pair.series.workspace_id, table.leader_id == leader_id, table.agent_id == agent_id
    )


def _decrypt(session: AsyncSession, kept: Topic | Note) -> Entry:
    until = kept.follow_up_on if isinstance(kept, Note) and not kept.followed_at else None
    return Entry(kept.id, kept.author_id, vault_of(session).read(kept.sealed), kept.made_at, until)


def _check_reader(pair: Pair, by: str) -> None:
    if by not in pair.series.pair:
        raise Refusal(refusals.NOTE_FOR_TWO_ALONE)


def _check_length(words: str) -> None:
    if not words:
        raise Refusal(refusals.NO_TOPIC)
    if len(words) > LONGEST:
        raise Refusal(common.too_long(LONGEST))
