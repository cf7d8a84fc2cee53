"""The Home tab by the clock: what has changed is published again, a few at a time."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org import people as org_people
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.models import Occurrence
from bot.slack import home
from bot.slack.home import PUBLISH
from bot.workflows import home as workflows_home

BATCH = 5
"""Few, since a command that is typed meanwhile waits for the whole batch on SQLite."""
PAUSE_BETWEEN_BATCHES = timedelta(seconds=3)
"""With it a hundred go in a minute, which is what Slack takes."""


async def publish(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Look at a batch of Homes that were touched and publish those that say something else; come again for the rest."""
    stale = await home.stale_homes(session, workspace.id, now=due.at, limit=BATCH)
    people = await org_people.fetch_people(session, workspace.id, [each.person_id for each in stale])
    shown = [
        (each, await workflows_home.publish_if_changed(session, each, people.get(each.person_id), due.at))
        for each in stale
    ]
    await home.mark_published(session, shown)
    if len(stale) == BATCH:
        await scheduler.put_workspace_job(session, PUBLISH, workspace.id, due_at=due.at + PAUSE_BETWEEN_BATCHES)
