"""The one question to a leader who helped with a spike."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.database import insert
from bot.errors import Passed, UserError
from bot.features.debriefs.tables import Debrief, State
from bot.teams.tables import Team

GONE = "That is answered already. Thank you for having looked."


async def ask(session: AsyncSession, team: Team, spike_id: int, leader_id: str, *, now: datetime) -> Debrief | None:
    """Ask what they saw; None when they were asked about that spike before."""
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "spike_id": spike_id, "leader_id": leader_id,
        "asked_at": now, "state": State.ASKED,
    }  # fmt: skip
    return await session.scalar(insert(session, Debrief).values(row).on_conflict_do_nothing().returning(Debrief))


async def one(session: AsyncSession, workspace_id: str, by: str, debrief_id: int) -> Debrief:
    """A question that is still open, for whom it was for alone; nobody answers it twice."""
    debrief = await session.get(Debrief, debrief_id, with_for_update=True)
    if debrief is None or debrief.workspace_id != workspace_id or debrief.state != State.ASKED:
        raise Passed(GONE)
    if debrief.leader_id != by:
        raise UserError("That question is somebody else's.")
    return debrief


def nothing(debrief: Debrief) -> None:
    debrief.state = State.NOTHING


async def is_told(session: AsyncSession, spike_id: int) -> bool:
    """Whether anybody has said what there is to learn from a spike."""
    told = select(Debrief.id).where(Debrief.spike_id == spike_id, Debrief.state == State.TOLD)
    return await session.scalar(told.limit(1)) is not None
