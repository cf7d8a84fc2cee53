"""Handlers for visits: `/shadow visits`, and a sponsor who picks a time, writes the debrief and reads it."""

from datetime import UTC, datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.visits import hosts, queries, rules
from bot.features.visits.rules import DUE, IN_THE_WAY, LONGEST_ANSWER, SEEN, WILL_DO, DebriefAnswers
from bot.meetings import queries as meetings_queries
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair, check_state
from bot.messages import callbacks, suggestions
from bot.messages.errors import which_team
from bot.messages.visits import forms, lists, names
from bot.messages.visits.lists import Overview
from bot.messages.visits.names import PICK_AT_FORM, TITLE, WORKS
from bot.org import people
from bot.org.availability.working_hours import person_hours
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, Post, payload
from bot.workflows import visits
from handlers.meetings import open_time_form, parse_time, pressed_number
from handlers.nudges import agree
from handlers.payloads import form_values, parse_day, pressed_value, respond, with_mentions

TIMES = 3


def register(on: Dispatcher) -> None:
    for nth in range(TIMES):
        on.action(f"{names.PICK}:{nth}")(pick)
    on.action(names.PICK_AT)(open_visit_time_form)
    on.view(names.PICK_AT_FORM)(request_at_picked_time)

    on.action(names.DEBRIEF)(open_debrief)
    on.view(names.DEBRIEF_FORM)(save_debrief)
    on.action(names.READ)(open_own_notes)
    on.action(names.NOTED)(agree)


async def pick(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, at = callbacks.numbers(pressed_value(body), 3)
    async with sessions.begin() as session:
        pair, visit = await visits.request_visit(
            session, actor, team_id, datetime.fromtimestamp(at, UTC), nudge_id=nudge_id, now=now
        )
        if not nudge_id:
            await respond(session, body, lists.request_answer(visit, pair.organizer), now)
    await ack()


async def open_visit_time_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open a form in which the sponsor picks a time for a visit."""
    _, team_id, _ = callbacks.numbers(pressed_value(body), 3)
    async with sessions.reading() as session:
        by = await people.fetch_person(session, *actor)
        team = await queries.find_team(session, by, team_id)
    asked = f"When would you like to visit <#{team.channel_id}>? I'll ask for a host.", "Ask"
    routine = person_hours(by, team)
    await open_time_form(client, body, by, routine, now, PICK_AT_FORM, asked, pressed_value(body), title=TITLE)
    await ack()


async def open_debrief(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        pair, visit = await meetings_queries.lock_own_meeting(session, *actor, pressed_number(body))
    await client.views_open(trigger_id=body["trigger_id"], view=debrief_view(pair, visit, actor.person_id, now))
    await ack()


def debrief_view(pair: Pair, visit: Meeting, by: str, now: datetime) -> Payload:
    pair.must_organize(by, visit.kind)
    check_state(visit, State.PLANNED, State.MISSED)
    return payload(forms.debrief_form(pair, visit, now))


async def open_own_notes(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions
) -> None:
    """Show the sponsor their own notes, which are not shown anywhere else."""
    async with sessions.reading() as session:
        pair, visit = await meetings_queries.lock_own_meeting(session, *actor, pressed_number(body))
        said = await queries.fetch_answers(session, pair, visit, actor.person_id)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.own_notes_view(pair, visit, said)))
    await ack()


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
                await visits.invite_sponsor(session, leader, team, now=now)
            await ack(lists.invitation_answer(team).payload())
        case "pause" | "resume" as wish:
            async with sessions.begin() as session:
                leader, team = await _find_led(session, actor, body["channel_id"])
                await visits.set_paused(session, team, leader.id, paused=wish == "pause", now=now)
            await ack(lists.paused_answer(team, paused=wish == "pause").payload())
        case _:
            raise Refusal(suggestions.not_understood("/shadow visits", word))


async def _overview(actor: Actor, sessions: Sessions, now: datetime) -> Post:
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, *actor)
        theirs = await teams_queries.teams_of_person(session, *actor)
        led = await membership.teams_led_by(session, *actor)
        shown = Overview(
            reader,
            await meetings_queries.find_open(session, *actor, Kind.VISIT),
            to_write=await meetings_queries.find_to_write_up(session, *actor, Kind.VISIT, now=now),
            led=[(team, await queries.find_last_visited(session, team)) for team in led],
            planned=await meetings_queries.find_planned(session, [team.id for team in led], Kind.VISIT),
        )
        sponsored = [team for team in theirs if team.sponsor_id == reader.id]
        shown.resting = [team for team in sponsored if not rules.takes_visits(team)]
        under_way = {visit.team_id for visit in shown.visits}
        free = [team for team in sponsored if rules.takes_visits(team) and team.id not in under_way]
        pools = [await hosts.find_host_pool(session, team, now) for team in free]
        shown.times = [(pool.team, pool.find_times(reader, now)) for pool in pools if pool.hosts]
        shown.without_hosts = [pool.team for pool in pools if not pool.hosts]
    return lists.overview(shown)


async def _open_debrief(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    async with sessions.reading() as session:
        visit = await meetings_queries.find_to_write_up(session, *actor, Kind.VISIT, now=now)
        if visit is None:
            raise Refusal(refusals.NOTHING_TO_WRITE)
        view = debrief_view(await meetings_queries.load_pair(session, visit), visit, actor.person_id, now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _find_led(session: AsyncSession, actor: Actor, channel_id: str) -> tuple[Person, Team]:
    """Return the actor and a team they lead: the channel's team, or else the only team they lead.

    Raises a `Refusal` if they lead no team, or several of which none has this channel.
    """
    reader = await people.fetch_person(session, *actor)
    led = await membership.teams_led_by(session, *actor)
    here = [team for team in led if team.channel_id == channel_id]
    if not led:
        raise Refusal(common.FOR_LEADERS)
    if not here and len(led) > 1:
        raise Refusal(which_team(led))
    return reader, (here or list(led))[0]


async def save_debrief(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    typed, visit_id = (WORKS, IN_THE_WAY, WILL_DO), callbacks.number(view["private_metadata"])
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        filled = await with_mentions(session, actor.workspace_id, form_values(view), *typed, longest=LONGEST_ANSWER)
        works, in_the_way, will_do = ((filled[name] or "").strip() for name in typed)
        due_on = parse_day(filled, DUE, by.zone, now)
        said = DebriefAnswers(works, in_the_way, will_do, due_on, filled[SEEN] or [])
        await visits.save_debrief(session, actor, visit_id, said, now=now)
    await ack(response_action="update", view=payload(forms.saved_view(said, by)))


async def request_at_picked_time(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, team_id, _ = callbacks.numbers(view["private_metadata"], 3)
    async with sessions.begin() as session:
        at = await parse_time(session, actor, view, now)
        await visits.request_visit(session, actor, team_id, at, nudge_id=nudge_id, now=now)
    await ack()
