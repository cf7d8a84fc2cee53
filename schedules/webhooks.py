"""Webhooks by the clock: what a flooded one told is handed on, the newest of each key."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.webhooks import queries
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import webhooks

UNFOLD_BATCH = 100


async def unfold(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The newest of each key, in the order it was told; come again for the rest."""
    hook = await queries.lock_webhook(session, team.workspace_id, due.about_id)
    if hook is None:
        return
    await webhooks.hand_on(session, team, await queries.take_folded(session, hook, UNFOLD_BATCH), now=due.at)
    if hook.is_folding:
        await webhooks.schedule_unfold(session, team, hook.id, now=due.at)
