"""What a pair keeps for itself: topics to talk about and notes, encrypted, for the two of them and nobody else."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.candidates import Candidate, Seat, Urgency
from bot.database import vault_of
from bot.errors import Passed, UserError
from bot.features.oneonones.pairs import Pair
from bot.features.oneonones.tables import Meeting, Note, Topic

LONGEST = 2000
MOST_TOPICS = 10
MOST_NOTES = 10
FOLLOW_UP = "oneonones.follow_up"


class Said(NamedTuple):
    """A topic or a note, readable."""

    id: int
    author_id: str
    words: str
    made_at: datetime
    follow_up_on: date | None = None


@dataclass(frozen=True)
class Kept:
    """All that a pair keeps: topics oldest first, notes newest first."""

    topics: Sequence[Said] = ()
    notes: Sequence[Said] = ()


async def kept(session: AsyncSession, pair: Pair, by: str) -> Kept:
    """What the two of them keep, read by one of them."""
    _must_be_one(pair, by)
    topics = select(Topic).where(_of(Topic, pair), Topic.done_at.is_(None)).order_by(Topic.id).limit(MOST_TOPICS)
    notes = select(Note).where(_of(Note, pair)).order_by(Note.id.desc()).limit(MOST_NOTES)
    return Kept(
        [_read(session, each) for each in await session.scalars(topics)],
        [_read(session, each) for each in await session.scalars(notes)],
    )


async def add_topic(session: AsyncSession, pair: Pair, by: str, words: str, *, now: datetime) -> None:
    _must_be_one(pair, by)
    _must_fit(words)
    open_ones = select(Topic.id).where(_of(Topic, pair), Topic.done_at.is_(None)).limit(MOST_TOPICS)
    if len((await session.scalars(open_ones)).all()) == MOST_TOPICS:
        raise UserError(f"You two have {MOST_TOPICS} topics already, which is plenty. Tick some off in `/1on1` first.")
    session.add(Topic(pair.series.workspace_id, *pair.series.pair, by, vault_of(session).encrypt(words), made_at=now))


async def tick_off(session: AsyncSession, pair: Pair, by: str, ids: Collection[int], *, now: datetime) -> None:
    """They have talked about these."""
    _must_be_one(pair, by)
    for topic in await session.scalars(select(Topic).where(_of(Topic, pair), Topic.id.in_(ids))):
        topic.done_at = topic.done_at or now


async def add_note(
    session: AsyncSession, pair: Pair, by: str, words: str, *, follow_up_on: date | None = None, now: datetime
) -> None:
    """Write down something for the two of them; with a day to come back to it, a coaching note."""
    _must_be_one(pair, by)
    _must_fit(words)
    if follow_up_on and follow_up_on <= pair.person(by).local(now).date():
        raise UserError("Pick a day after today to come back to it.", field="follow_up")
    sealed = vault_of(session).encrypt(words)
    session.add(Note(pair.series.workspace_id, *pair.series.pair, by, sealed, made_at=now, follow_up_on=follow_up_on))


def follow_up(seat: Seat, note: tuple[int, str, int]) -> Candidate:
    """The day has come to which a note was put; its words stay where they are."""
    note_id, other, days = note
    return Candidate(
        seat,
        FOLLOW_UP,
        about=str(note_id),
        urgency=Urgency.TODAY,
        facts={"note": note_id, "other": other, "days": days},
    )


async def follow_ups(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[Candidate]:
    """Notes whose day has come, for those who wrote them."""
    by = {seat.person.id: seat for seat in reversed(seats)}
    latest = max((seat.person.local(now).date() for seat in seats), default=now.date())
    due = select(Note).where(
        Note.workspace_id.in_({seat.team.workspace_id for seat in seats}),
        Note.author_id.in_(by),
        Note.follow_up_on <= latest,
        Note.followed_at.is_(None),
    )
    return [
        follow_up(by[note.author_id], (note.id, _other(note), (now - note.made_at).days))
        for note in await session.scalars(due.order_by(Note.follow_up_on, Note.id))
        if note.follow_up_on and note.follow_up_on <= by[note.author_id].person.local(now).date()
    ]


async def came_back(session: AsyncSession, workspace_id: str, by: str, note_id: int, *, now: datetime) -> Note:
    """Its author has come back to a note."""
    note = await session.get(Note, note_id)
    if note is None or (note.workspace_id, note.author_id) != (workspace_id, by):
        raise Passed("That note is not there any more.")
    note.followed_at = note.followed_at or now
    return note


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what retention ends: meetings, topics that were talked about, notes; says how much."""
    old = [
        (Meeting.id, Meeting.ended_at < before),
        (Topic.id, Topic.done_at < before),
        (Note.id, Note.made_at < before),
    ]
    gone = 0
    for id, is_old in old:
        ids = select(id).where(id.class_.workspace_id == workspace_id, is_old).limit(limit)
        these = delete(id.class_).where(id.in_(ids)).returning(id)
        gone = max(gone, len((await session.execute(these)).all()))
    return gone


def _other(note: Note) -> str:
    return note.agent_id if note.author_id == note.leader_id else note.leader_id


def _of(table: type[Topic] | type[Note], pair: Pair) -> ColumnElement[bool]:
    leader_id, agent_id = pair.series.pair
    return and_(
        table.workspace_id == pair.series.workspace_id, table.leader_id == leader_id, table.agent_id == agent_id
    )


def _read(session: AsyncSession, kept: Topic | Note) -> Said:
    until = kept.follow_up_on if isinstance(kept, Note) and not kept.followed_at else None
    return Said(kept.id, kept.author_id, vault_of(session).decrypt(kept.sealed), kept.made_at, until)


def _must_be_one(pair: Pair, by: str) -> None:
    if by not in pair.series.pair:
        raise UserError("What two people keep for their one-on-ones is for the two of them alone.")


def _must_fit(words: str) -> None:
    if not words:
        raise UserError("Say it in a few words, like `/1on1 topic more time for training`.")
    if len(words) > LONGEST:
        raise UserError(f"That is long; {LONGEST} characters are the most I keep.")
