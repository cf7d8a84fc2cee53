"""Debriefs: each leader who helped with a spike is asked once what they saw. Their answers become follow-ups."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, UniqueConstraint, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import NEVER_REUSED, TeamRow
from bot.db.personal_data import WITH_ITS_PARENT, Personal
from bot.db.sessions import insert
from bot.errors import AnswerTooLate, Refusal
from bot.followups.models import Kind
from bot.org.teams.models import Team
from bot.refusals import common

LONGEST_NOTE = 2000


class State(StrEnum):
    ASKED = "asked"
    TOLD = "told"
    NOTHING = "nothing"
    """The leader had nothing to report."""


class Destination(StrEnum):
    """Who can improve what a debrief note describes."""

    PRODUCT = "product"
    SERVICE = "service"
    HELP_PAGES = "help pages"


class Debrief(TeamRow):
    """A request for a debrief, sent once to a leader who helped with a spike. It is deleted with its spike."""

    __tablename__ = "debriefs"
    __table_args__ = (
        UniqueConstraint("spike_id", "leader_id"),
        NEVER_REUSED,
    )

    spike_id: Mapped[int] = mapped_column(ForeignKey("spikes.id", ondelete="CASCADE"))
    leader_id: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.ASKED)


Personal(Debrief, "spikes", people=[Debrief.leader_id], plain="state", keep=WITH_ITS_PARENT)


KIND_BY_FIELD = {"hurt": Kind.IDEA, "held": Kind.ROADBLOCK}
"""The kind of follow-up that an answer becomes, by its form field; for `hurt` this is the default of a choice."""


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

    field: str
    kind: Kind
    words: str
    destination: Destination


def close(debrief: Debrief, said: Sequence[DebriefAnswer], *, has_thanks: bool = False) -> None:
    """Close a debrief request, as `NOTHING` if nothing was answered. Raises `Refusal` if an answer is too long."""
    for each in said:
        if len(each.words) > LONGEST_NOTE:
            raise Refusal(common.too_long(LONGEST_NOTE), field=each.field)
    debrief.state = State.TOLD if said or has_thanks else State.NOTHING
