"""`/queue history`: eight weeks of a team's spikes, for those who lead it, and as a file."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import UserError
from bot.features.spikes import history
from bot.features.spikes.history import NOT_YOURS
from bot.inbox import Sessions
from bot.messages import handed_back
from bot.messages.post import Payload, Post
from bot.messages.spikes import history as spikes_history
from bot.messages.spikes.history import ON_ITS_WAY
from bot.outbox import outbox
from bot.teams import finding
from bot.teams.tables import Team
from handlers.presses import pressed
from handlers.queue import naming


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    """The answer says it in words; the charts follow as a message, which some workspaces refuse and an ack must not."""
    async with sessions.begin() as session:
        team = await naming.team(session, body)
        reader = await directory.person(session, body["team_id"], body["user_id"])
        await history.must_see_history(session, team, reader)
        found = history.counted(await history.past(session, team, now=now))
        if found.total:
            await outbox.put(session, spikes_history.charts(team, found), to=reader.dm, not_before=now)
    await ack(spikes_history.history(team, found).payload())


async def send(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    """Send the history as a CSV file, one row a spike, by DM."""
    async with sessions.begin() as session:
        reader = await directory.person(session, body["team"]["id"], body["user"]["id"])
        team = await _pressed(session, reader, body)
        await history.must_see_history(session, team, reader)
        content = spikes_history.as_csv(await history.past(session, team, now=now))
        await outbox.file(
            session, name=f"spikes-{team.name}-{now:%Y-%m-%d}.csv", content=content, title=f"Spikes of {team.name}",
            comment=f"The spikes of the last 8 weeks in <#{team.channel_id}>.", to=reader.dm, not_before=now,
        )  # fmt: skip
        await outbox.respond(session, Post(ON_ITS_WAY), url=body["response_url"], to=reader.dm, now=now, replace=False)
    await ack()


async def _pressed(session: AsyncSession, reader: Person, body: Payload) -> Team:
    theirs = await finding.of_person(session, reader.workspace_id, reader.id)
    team = next((each for each in theirs if each.id == handed_back.number(pressed(body))), None)
    if team is None:
        raise UserError(NOT_YOURS)
    return team
