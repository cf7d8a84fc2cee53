"""Notes, readable by their writer and the leaders of the team, and the answers that the writer gets to them."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import vault_of
from bot.errors import Passed, UserError
from bot.features.debriefs.asking import nothing
from bot.features.debriefs.tables import Debrief, Destination, Kind, Note, State

CAME = "came"
"""The field of a form."""
KIND = {"hurt": Kind.IDEA, "held": Kind.ROADBLOCK}
"""What a note is, by the question it answers, which is also the name of its field."""
LONGEST = 2000
MOST = 10
FORGOTTEN = "That note is not there any more."
NOT_YOURS = "What came of a note is for the team's leaders to say."


@dataclass(frozen=True)
class Said:
    """One answer of a debrief."""

    kind: Kind
    words: str
    destination: Destination


@dataclass(frozen=True)
class Read:
    """A note, readable."""

    note: Note
    words: str
    came: str = ""


async def keep(
    session: AsyncSession, debrief: Debrief, queue: str, said: Sequence[Said], *, has_thanks: bool = False,
    now: datetime,
) -> None:  # fmt: skip
    """Keep what they said, encrypted. Who left all of it empty has nothing to tell this time."""
    for each in said:
        _must_fit(each.words, next(field for field, kind in KIND.items() if kind is each.kind))
        session.add(
            Note(
                debrief.workspace_id, debrief.team_id, debrief.spike_id, queue, debrief.leader_id, each.kind,
                each.destination, vault_of(session).encrypt(each.words), made_at=now,
            )
        )  # fmt: skip
    if said or has_thanks:
        debrief.state = State.TOLD
    else:
        nothing(debrief)


async def how_many(session: AsyncSession, workspace_id: str, team_ids: Collection[int]) -> int:
    """How many notes of teams are without an answer; pass the teams that the reader leads."""
    return await session.scalar(select(func.count()).select_from(Note).where(_open(workspace_id, team_ids))) or 0


async def notes(session: AsyncSession, workspace_id: str, by: str, led: Collection[int]) -> list[Read]:
    """What nobody has answered yet in teams that somebody leads, and what they wrote themself; the latest first."""
    own = and_(Note.workspace_id == workspace_id, Note.writer_id == by)
    theirs = select(Note).where(or_(own, _open(workspace_id, led)))
    order = (Note.answered_at.is_not(None), Note.made_at.desc(), Note.id.desc())
    found = await session.scalars(theirs.order_by(*order).limit(MOST))
    return [_read(session, each) for each in found]


async def note(session: AsyncSession, workspace_id: str, led: Collection[int], note_id: int) -> Read:
    """A note that somebody who leads its team may answer; nobody else does meanwhile."""
    found = await session.get(Note, note_id, with_for_update=True)
    if found is None or found.workspace_id != workspace_id:
        raise Passed(FORGOTTEN)
    if found.team_id not in led:
        raise UserError(NOT_YOURS)
    return _read(session, found)


def answer(session: AsyncSession, found: Read, by: str, words: str, *, now: datetime) -> None:
    """Say what came of it."""
    if found.note.answered_at:
        raise Passed("Somebody has said what came of it already. Thank you!", field=CAME)
    if not words:
        raise UserError("One sentence is enough.", field=CAME)
    _must_fit(words, CAME)
    found.note.answered_at, found.note.answered_by = now, by
    found.note.came = vault_of(session).encrypt(words)


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget notes that retention ends; says how many. Questions go with their spikes."""
    old = select(Note.id).where(Note.workspace_id == workspace_id, Note.made_at < before).limit(limit)
    return len((await session.execute(delete(Note).where(Note.id.in_(old)).returning(Note.id))).all())


def _open(workspace_id: str, team_ids: Collection[int]) -> ColumnElement[bool]:
    return and_(Note.workspace_id == workspace_id, Note.team_id.in_(sorted(team_ids)), Note.answered_at.is_(None))


def _read(session: AsyncSession, found: Note) -> Read:
    vault = vault_of(session)
    return Read(found, vault.decrypt(found.sealed), vault.decrypt(found.came) if found.came else "")


def _must_fit(words: str, field: str) -> None:
    if len(words) > LONGEST:
        raise UserError(f"That is long; {LONGEST} characters are the most I keep.", field=field)
