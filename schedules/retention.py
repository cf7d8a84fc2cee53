"""Delete every night what nobody needs any more, a batch at a time."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries
from bot.features.birthdays import queries as birthdays_queries
from bot.features.celebrations import queries as celebrations_queries
from bot.features.celebrations.rules import REACTION_RETENTION
from bot.features.debriefs import queries as debriefs_queries
from bot.features.fun_tank import ledger
from bot.features.one_on_ones import queries as one_on_ones_queries
from bot.features.rituals import queries as rituals_queries
from bot.features.shadowing import wrap_ups
from bot.features.shoutouts import queries as shoutouts_queries
from bot.features.spikes import queries as spikes_queries
from bot.features.tickets import queries as tickets_queries
from bot.features.visits import queries as visits_queries
from bot.nudges import engine
from bot.org.teams import settings
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import Occurrence
from bot.slack import home, inbox
from bot.slack.outbox import outbox

WORK_RETENTION = timedelta(days=7)
RETENTION = timedelta(days=400)
"""How long a person's own record is kept."""
BATCH = 1000
NEXT_BATCH = timedelta(seconds=1)


async def prune(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Delete a batch of what nobody needs any more; after a whole batch, come again in a second."""
    before = due.at - WORK_RETENTION
    gone = [
        await inbox.prune(session, workspace.id, before=before, limit=BATCH),
        await outbox.prune(session, workspace.id, before=before, limit=BATCH),
        await shoutouts_queries.prune_unused(session, workspace.id, before=before, limit=BATCH),
        await shoutouts_queries.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await settings.prune_changes(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await queries.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await one_on_ones_queries.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await wrap_ups.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await visits_queries.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await rituals_queries.prune_runs(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await debriefs_queries.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await celebrations_queries.prune(
            session, workspace.id, before=due.at - RETENTION, lately=due.at - REACTION_RETENTION, limit=BATCH
        ),
        await birthdays_queries.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await spikes_queries.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await spikes_queries.prune_causes(session, workspace.id, before=before, limit=BATCH),
        await ledger.prune(session, workspace.id, before=due.at - RETENTION, limit=BATCH),
        await tickets_queries.prune(session, workspace.id, before=before, limit=BATCH),
        await engine.prune_nudges(session, workspace.id, now=due.at, limit=BATCH),
        await home.prune_homes(session, workspace.id, now=due.at, limit=BATCH),
    ]
    if max(gone) == BATCH:
        await scheduler.put_workspace_job(session, PRUNE, workspace.id, due_at=due.at + NEXT_BATCH)


PRUNE = JobName("retention.prune")
