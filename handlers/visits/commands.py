"""`/shadow visits`: what is planned, times to pick from, and, for leaders, whether visits go on."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.visits import queries, rules
from bot.messages import suggestions
from bot.messages.errors import which_team
from bot.messages.visits import lists
from bot.messages.visits.lists import Overview
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, Post
from bot.workflows.visits import bookings
from handlers.visits.actions import debrief_view


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, word: str
) -> None:
    match word.lower():
        case "":
            await ack((await _overview(actor, sessions, now)).payload())
        case "done":
            await _open_debrief(ack, actor, body, client, sessions, now)
        case "start":
            async with sessions.begin() as session:
                leader, team = await _find_led(session, actor, body["channel_id"])
                await bookings.invite_sponsor(session, leader, team, now=now)
            await ack(lists.asked_for(team).payload())
        case "pause" | "resume" as wish:
            async with sessions.begin() as session:
                leader, team = await _find_led(session, actor, body["channel_id"])
                await bookings.set_paused(session, team, leader.id, paused=wish == "pause", now=now)
            await ack(lists.rests(team, paused=wish == "pause").payload())
        case _:
            raise Refusal(suggestions.not_understood("/shadow visits", word))


async def _overview(actor: Actor, sessions: Sessions, now: datetime) -> Post:
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, *actor)
        theirs = await teams_queries.teams_of_person(session, *actor)
        led = await membership.led_by(session, *actor)
        shown = Overview(
            reader,
            await queries.find_open_visits(session, *actor),
            to_write=await queries.find_latest(session, *actor, now=now),
            promises=await queries.find_promises(session, *actor),
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
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        visit = await queries.find_latest(session, *actor, now=now)
        if visit is None:
            raise Refusal(refusals.NOTHING_TO_WRITE)
        view = debrief_view(await queries.load_participants(session, visit), visit, actor.person_id, now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _find_led(session: AsyncSession, actor: Actor, channel_id: str) -> tuple[Person, Team]:
    """The team meant, by somebody who leads it: the channel's, else their only one."""
    reader = await people.fetch_person(session, *actor)
    led = await membership.led_by(session, *actor)
    here = [team for team in led if team.channel_id == channel_id]
    if not led:
        raise Refusal(common.FOR_LEADERS)
    if not here and len(led) > 1:
        raise Refusal(which_team(led))
    return reader, (here or list(led))[0]
