"""Jobs of shadowing: cancel what cannot be, remind, ask how it went."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.shadowing import queries
from bot.features.shadowing.models import ShadowSession, State
from bot.features.shadowing.rules import Pair
from bot.messages.shadowing import cards
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Priority
from bot.workflows.shadowing import bookings, outcomes, updates
from bot.workflows.shadowing.updates import ASK_AGAIN, LET_GO


async def cancel_orphaned(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.cancel_orphaned(session, team, now=due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """An hour before, or as the day begins: to both."""
    pair, sitting = await _find_session(session, due)
    if sitting.state != State.PLANNED:
        return
    for reader in (pair.leader, pair.agent):
        post = cards.reminder(pair, sitting, reader)
        await outbox.put(
            session, post, to=reader.dm, not_before=due.at, priority=Priority.NUDGE, hours_of=team,
            expires_at=sitting.span[1], key=f"{post.card}:{sitting.sequence}",
        )  # fmt: skip


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Soon after: how was it?"""
    pair, sitting = await _find_session(session, due)
    if sitting.state == State.PLANNED:
        await outcomes.ask_outcome(session, pair, sitting, ASK_AGAIN, due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    pair, sitting = await _find_session(session, due)
    if sitting.state == State.PLANNED:
        card = cards.outcome(pair, sitting).card or ""
        await outbox.delete(session, card, to=pair.leader.dm, now=due.at)
        await outcomes.ask_outcome(session, pair, sitting, LET_GO, due.at)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it: the agent comes first next time."""
    pair, sitting = await _find_session(session, due)
    if sitting.state == State.PLANNED:
        outcomes.mark_missed(sitting, now=due.at)
        await outcomes.show_outcome(session, pair, sitting, now=due.at)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The time has passed, and nobody answered."""
    pair, sitting = await _find_session(session, due)
    if sitting.state in (State.ASKED, State.SUGGESTED):
        bookings.expire(sitting, now=due.at)
        await updates.show_change(session, pair, sitting, now=due.at)


async def _find_session(session: AsyncSession, due: Occurrence) -> tuple[Pair, ShadowSession]:
    sitting = await session.get_one(ShadowSession, due.about_id)
    return await queries.find_session(session, sitting.workspace_id, sitting.leader_id, sitting.id)
