"""`/shadow visits`: what is planned, times to pick from, and, for leaders, whether visits go on."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.visits import queries, rules
from bot.messages import suggestions
from bot.messages.errors import which_team
from bot.messages.visits import lists, nudges
from bot.messages.visits.lists import NO_TIMES, Overview
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.slack import home
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, Post
from bot.workflows.visits import bookings
from handlers.visits.actions import debrief_view

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
            await ack((await _set_paused(body, sessions, now, paused=word.lower() == "pause")).payload())
        case _:
            raise UserError(suggestions.not_understood("/shadow visits", word))


async def _overview(body: Payload, sessions: Sessions, now: datetime) -> Post:
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, body["team_id"], body["user_id"])
        workspace_id = reader.workspace_id
        theirs = await teams_queries.teams_of_person(session, workspace_id, reader.id)
        led = await membership.led_by(session, workspace_id, reader.id)
        shown = Overview(
            reader,
            await queries.find_open_visits(session, workspace_id, reader.id),
            to_write=await queries.find_latest(session, workspace_id, reader.id, now=now),
            promises=await queries.find_promises(session, workspace_id, reader.id),
            led=[(team, await queries.find_last_visited(session, team)) for team in led],
            planned=await queries.find_planned_visits(session, [team.id for team in led]),
        )
        sponsored = [team for team in theirs if team.sponsor_id == reader.id]
        shown.resting = [team for team in sponsored if not rules.takes_visits(team)]
        under_way = {visit.team_id for visit in shown.visits}
        free = [team for team in sponsored if rules.takes_visits(team) and team.id not in under_way]
        shown.times = [(team, (await bookings.find_host_pool(session, team, now)).times(reader, now)) for team in free]
    return lists.overview(shown)


async def _open_debrief(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        visit = await queries.find_latest(session, body["team_id"], body["user_id"], now=now)
        if visit is None:
            raise UserError(NOTHING_TO_WRITE)
        view = debrief_view(await queries.load_participants(session, visit), visit, body["user_id"], now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _start(body: Payload, sessions: Sessions, now: datetime) -> Post:
    """A leader would like the sponsor to come: the offer goes at once, as what colleagues send does, and once a day."""
    async with sessions.begin() as session:
        reader, team = await _find_led(session, body)
        await bookings.check_ready(session, team, team.sponsor_id)
        sponsor = await people.fetch_person(session, team.workspace_id, team.sponsor_id or "")
        times = (await bookings.find_host_pool(session, team, now)).times(sponsor, now)
        if not times:
            raise UserError(NO_TIMES.format(team.channel_id))
        shown = [(int(at.timestamp()), sponsor.local(at)) for at in times]
        key = f"visit:by_hand:{team.id}:{now:%Y-%m-%d}"
        await outbox.put(session, nudges.by_hand(team, reader.id, shown), to=sponsor.dm, not_before=now, key=key)
    return lists.asked_for(team)


async def _set_paused(body: Payload, sessions: Sessions, now: datetime, *, paused: bool) -> Post:
    async with sessions.begin() as session:
        reader, team = await _find_led(session, body)
        await membership.lock_team(session, team.id)
        await bookings.set_paused(session, team, reader.id, paused=paused, now=now)
        home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
    return lists.rests(team, paused=paused)


async def _find_led(session: AsyncSession, body: Payload) -> tuple[Person, Team]:
    """The team meant, by somebody who leads it: the channel's, else their only one."""
    reader = await people.fetch_person(session, body["team_id"], body["user_id"])
    led = await membership.led_by(session, reader.workspace_id, reader.id)
    here = [team for team in led if team.channel_id == body["channel_id"]]
    if not led:
        raise UserError("That is for the team's leaders. Ask one of them; they will be glad you did.")
    if not here and len(led) > 1:
        raise UserError(which_team(led))
    return reader, (here or list(led))[0]
