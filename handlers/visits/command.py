"""`/shadow visits`: what is planned, times to pick from, and, for leaders, whether visits go on."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes
from bot.directory import Person
from bot.errors import UserError
from bot.features.visits import asking, debriefing, offering, parties
from bot.inbox import Sessions
from bot.messages import suggestions
from bot.messages.errors import which_team
from bot.messages.post import Payload, Post
from bot.messages.visits import lists, nudges
from bot.messages.visits.lists import NO_TIMES, Overview
from bot.outbox import outbox
from bot.teams import finding, membership
from bot.teams.tables import Team
from handlers.visits.debriefing import form
from schedules import visits as schedule

NOTHING_TO_WRITE = "I know of no visit of yours in the last two weeks that waits for its three questions."


async def command(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, word: str
) -> None:
    match word.lower():
        case "":
            await ack((await _overview(body, sessions, now)).payload())
        case "done":
            await _open_debrief(ack, body, client, sessions, now)
        case "start":
            await ack((await _start(body, sessions, now)).payload())
        case "pause" | "resume":
            await ack((await _rest(body, sessions, now, paused=word.lower() == "pause")).payload())
        case _:
            raise UserError(suggestions.not_understood("/shadow visits", word))


async def _overview(body: Payload, sessions: Sessions, now: datetime) -> Post:
    async with sessions.reading() as session:
        reader = await directory.person(session, body["team_id"], body["user_id"])
        workspace_id = reader.workspace_id
        theirs = await finding.of_person(session, workspace_id, reader.id)
        led = await membership.led_by(session, workspace_id, reader.id)
        shown = Overview(
            reader,
            await parties.open_ones(session, workspace_id, reader.id),
            to_write=await parties.latest(session, workspace_id, reader.id, now=now),
            promises=await debriefing.promises(session, workspace_id, reader.id),
            led=[(team, await offering.last_visited(session, team)) for team in led],
            planned=await parties.planned(session, [team.id for team in led]),
        )
        sponsored = [team for team in theirs if team.sponsor_id == reader.id]
        shown.resting = [team for team in sponsored if not offering.is_on(team)]
        under_way = {visit.team_id for visit in shown.visits}
        free = [team for team in sponsored if offering.is_on(team) and team.id not in under_way]
        shown.times = [(team, (await schedule.crowd(session, team, now)).times(reader, now)) for team in free]
    return lists.overview(shown)


async def _open_debrief(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        visit = await parties.latest(session, body["team_id"], body["user_id"], now=now)
        if visit is None:
            raise UserError(NOTHING_TO_WRITE)
        view = form(await parties.with_people(session, visit), visit, body["user_id"], now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _start(body: Payload, sessions: Sessions, now: datetime) -> Post:
    """A leader would like the sponsor to come: the offer goes at once, as what colleagues send does, and once a day."""
    async with sessions.begin() as session:
        reader, team = await _led(session, body)
        await asking.must_be_ready(session, team, team.sponsor_id)
        sponsor = await directory.person(session, team.workspace_id, team.sponsor_id or "")
        times = (await schedule.crowd(session, team, now)).times(sponsor, now)
        if not times:
            raise UserError(NO_TIMES.format(team.channel_id))
        shown = [(int(at.timestamp()), sponsor.local(at)) for at in times]
        key = f"visit:by_hand:{team.id}:{now:%Y-%m-%d}"
        await outbox.put(session, nudges.by_hand(team, reader.id, shown), to=sponsor.dm, not_before=now, key=key)
    return lists.asked_for(team)


async def _rest(body: Payload, sessions: Sessions, now: datetime, *, paused: bool) -> Post:
    async with sessions.begin() as session:
        reader, team = await _led(session, body)
        await membership.hold(session, team.id)
        await asking.rest(session, team, reader.id, paused=paused, now=now)
        homes.touch(session, team.workspace_id, await membership.guides(session, team), now=now)
    return lists.rests(team, paused=paused)


async def _led(session: AsyncSession, body: Payload) -> tuple[Person, Team]:
    """The team meant, by somebody who leads it: the channel's, else their only one."""
    reader = await directory.person(session, body["team_id"], body["user_id"])
    led = await membership.led_by(session, reader.workspace_id, reader.id)
    here = [team for team in led if team.channel_id == body["channel_id"]]
    if not led:
        raise UserError("That is for the team's leaders. Ask one of them; they will be glad you did.")
    if not here and len(led) > 1:
        raise UserError(which_team(led))
    return reader, (here or list(led))[0]
