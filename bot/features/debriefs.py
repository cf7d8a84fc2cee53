"""Debriefs: notes that leaders write after helping with a spike, kept until a leader of their team answers.

Each note is encrypted; only its writer and these leaders can read it. A leader who helped is asked once per spike.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, and_, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import TeamRow
from bot.db.personal import WITH_ITS_PARENT, Erase, Keep, Personal, Reader
from bot.db.sessions import insert, vault_of
from bot.errors import AnswerTooLate, Refusal
from bot.org.teams.models import Team
from bot.refusals import common

UNANSWERED = "answered_at IS NULL"
CAME = "came"
"""The name of a form field."""
LONGEST_NOTE = 2000
MOST_NOTES = 10


class State(StrEnum):
    ASKED = "asked"
    TOLD = "told"
    NOTHING = "nothing"
    """The leader had nothing to report."""


class Kind(StrEnum):
    ROADBLOCK = "roadblock"
    """Something that held agents back."""
    IDEA = "idea"
    """Something that hurt customers and could be better."""


class Destination(StrEnum):
    """Who can improve what a debrief note describes."""

    PRODUCT = "product"
    SERVICE = "service"
    HELP_PAGES = "help pages"


class Debrief(TeamRow):
    """A request for a debrief, sent once to a leader who helped with a spike. It is deleted with its spike."""

    __tablename__ = "debriefs"
    __table_args__ = (UniqueConstraint("spike_id", "leader_id"),)

    spike_id: Mapped[int] = mapped_column(ForeignKey("spikes.id", ondelete="CASCADE"))
    leader_id: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.ASKED)


class Note(TeamRow):
    """A debrief note in its writer's own words, only for the team's leaders. It may outlive its spike."""

    __tablename__ = "debrief_notes"
    __table_args__ = (
        Index(
            "ix_debrief_notes_open", "team_id", "made_at", sqlite_where=text(UNANSWERED),
            postgresql_where=text(UNANSWERED),
        ),
        Index(None, "workspace_id", "writer_id", "made_at"),
        Index(None, "workspace_id", "made_at"),
    )  # fmt: skip

    spike_id: Mapped[int | None] = mapped_column(ForeignKey("spikes.id", ondelete="SET NULL"), index=True)
    queue: Mapped[str]
    """The queue's name as people write it."""
    writer_id: Mapped[str]
    kind: Mapped[str]
    destination: Mapped[str]
    sealed: Mapped[bytes]
    """The text, encrypted."""
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[str | None] = mapped_column(default=None)
    came: Mapped[bytes | None] = mapped_column(default=None)
    """The answer of a leader, encrypted."""


Personal(Debrief, "spikes", people=[Debrief.leader_id], plain="state", keep=WITH_ITS_PARENT)


Personal(
    Note,
    "roadblocks and ideas",
    people=[Note.writer_id, Note.answered_by],
    words=[Note.sealed, Note.came],
    plain="queue kind destination",
    read_by=Reader.LEADERS,
    export_to=[Note.writer_id],
    on_erase={Note.writer_id: Erase.DELETE, Note.answered_by: Erase.UNNAME},
    keep=Keep(Note.made_at),
)


KIND_BY_FIELD = {"hurt": Kind.IDEA, "held": Kind.ROADBLOCK}
"""The kind of a note by the form field of the question that it answers."""


async def add_debrief(
    session: AsyncSession, team: Team, spike_id: int, leader_id: str, *, now: datetime
) -> Debrief | None:
    """Add a request for a debrief and return it, or return None if the leader was asked about that spike before."""
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "spike_id": spike_id, "leader_id": leader_id,
        "asked_at": now, "state": State.ASKED,
    }  # fmt: skip
    return await session.scalar(insert(session, Debrief).values(row).on_conflict_do_nothing().returning(Debrief))


async def lock_debrief(session: AsyncSession, workspace_id: str, by: str, debrief_id: int) -> Debrief:
    """Lock and return an open request for a debrief.

    Raises `AnswerTooLate` if it is answered or gone, and `Refusal` if it was for somebody else.
    """
    debrief = await locks.lock_row(session, Debrief, debrief_id)
    if debrief is None or debrief.workspace_id != workspace_id or debrief.state != State.ASKED:
        raise AnswerTooLate(common.DEBRIEF_ANSWERED)
    if debrief.leader_id != by:
        raise Refusal(common.DEBRIEF_NOT_YOURS)
    return debrief


async def is_debriefed(session: AsyncSession, spike_id: int) -> bool:
    """Return whether any leader has filled in a debrief of a spike."""
    told = select(Debrief.id).where(Debrief.spike_id == spike_id, Debrief.state == State.TOLD)
    return await session.scalar(told.limit(1)) is not None


@dataclass(frozen=True)
class DebriefAnswer:
    """An answer to one question of a debrief."""

    kind: Kind
    words: str
    destination: Destination


@dataclass(frozen=True)
class ReadableNote:
    """A debrief note, decrypted."""

    note: Note
    words: str
    came: str = ""


async def save_notes(
    session: AsyncSession, debrief: Debrief, queue: str, said: Sequence[DebriefAnswer], *, has_thanks: bool = False,
    now: datetime,
) -> None:  # fmt: skip
    """Save the answers of a debrief, encrypted, and close its request: as `NOTHING` if all answers are empty."""
    for each in said:
        _must_fit(each.words, next(field for field, kind in KIND_BY_FIELD.items() if kind is each.kind))
        session.add(
            Note(
                debrief.workspace_id, debrief.team_id, debrief.spike_id, queue, debrief.leader_id, each.kind,
                each.destination, vault_of(session).encrypt(each.words), made_at=now,
            )
        )  # fmt: skip
    debrief.state = State.TOLD if said or has_thanks else State.NOTHING


async def count_open_notes(session: AsyncSession, workspace_id: str, team_ids: Collection[int]) -> int:
    """Return how many debrief notes of these teams are unanswered; pass the teams that the reader leads."""
    return await session.scalar(select(func.count()).select_from(Note).where(_is_open(workspace_id, team_ids))) or 0


async def list_notes(session: AsyncSession, workspace_id: str, by: str, led: Collection[int]) -> list[ReadableNote]:
    """Return the unanswered debrief notes of teams that somebody leads, and all notes that they wrote.

    Unanswered notes come before answered ones, and newer ones before older ones.
    """
    own = and_(Note.workspace_id == workspace_id, Note.writer_id == by)
    theirs = select(Note).where(or_(own, _is_open(workspace_id, led)))
    order = (Note.answered_at.is_not(None), Note.made_at.desc(), Note.id.desc())
    found = await session.scalars(theirs.order_by(*order).limit(MOST_NOTES))
    return [_decrypt(session, each) for each in found]


async def lock_note(session: AsyncSession, workspace_id: str, led: Collection[int], note_id: int) -> ReadableNote:
    """Lock and return a debrief note.

    Raises `AnswerTooLate` if it is gone, and `Refusal` unless the person leads its team.
    """
    found = await locks.lock_row(session, Note, note_id)
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(common.NOTE_GONE)
    if found.team_id not in led:
        raise Refusal(common.OUTCOME_FOR_LEADERS)
    return _decrypt(session, found)


def answer_note(session: AsyncSession, found: ReadableNote, by: str, words: str, *, now: datetime) -> None:
    """Save a leader's answer to a debrief note. Raises `AnswerTooLate` if the note has been answered already."""
    if found.note.answered_at:
        raise AnswerTooLate(common.OUTCOME_KNOWN, field=CAME)
    if not words:
        raise Refusal(common.ONE_SENTENCE, field=CAME)
    _must_fit(words, CAME)
    found.note.answered_at, found.note.answered_by = now, by
    found.note.came = vault_of(session).encrypt(words)


def _is_open(workspace_id: str, team_ids: Collection[int]) -> ColumnElement[bool]:
    return and_(Note.workspace_id == workspace_id, Note.team_id.in_(sorted(team_ids)), Note.answered_at.is_(None))


def _decrypt(session: AsyncSession, found: Note) -> ReadableNote:
    vault = vault_of(session)
    return ReadableNote(found, vault.decrypt(found.sealed), vault.decrypt(found.came) if found.came else "")


def _must_fit(words: str, field: str) -> None:
    if len(words) > LONGEST_NOTE:
        raise Refusal(common.too_long(LONGEST_NOTE), field=field)
