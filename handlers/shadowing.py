"""Handlers for shadowing: a leader asks an agent for a session, and wraps it up."""

from collections.abc import Mapping
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shadowing import queries, wrap_ups
from bot.features.shadowing.rules import Assignment
from bot.features.shadowing.wrap_ups import LONGEST, WrapUp
from bot.features.visits.rules import SEEN
from bot.meetings import queries as meetings_queries
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair, check_state
from bot.messages import callbacks, suggestions
from bot.messages.errors import with_words
from bot.messages.mentions import NO_NAMES
from bot.messages.shadowing import forms, lists, names
from bot.messages.shadowing.names import ASK_AT_FORM, DUE, LEARNT, ROADBLOCK, THANK, TITLE
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.refusals import shadowing as refusals
from bot.slack import mrkdwn
from bot.slack.commands import is_name, split
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload, payload
from bot.workflows import shadowing
from handlers import visits
from handlers.addressees import people_sharing_name, require_one_person, split_named_people
from handlers.meetings import open_time_form, parse_time, pressed_number
from handlers.payloads import form_values, names_in, parse_day, pressed_value, respond_in_row, with_mentions
from handlers.shoutouts.views import prefilled


def register(on: Dispatcher) -> None:
    on.command("/shadow")(command)

    on.action(names.ASK)(ask)
    on.action(names.ASK_AT)(open_session_time_form)
    on.view(names.ASK_AT_FORM)(request_at_picked_time)

    on.action(names.WRAP_UP)(open_wrap_up)
    on.view(names.WRAP_UP_FORM)(save_wrap_up)
    on.action(names.READ)(open_own_notes)


async def ask(ack: AsyncAck, actor: Actor, body: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, at = parse_suggestion(pressed_value(body))
    async with sessions.begin() as session:
        pair, shadow = await shadowing.request_session(session, actor, agent_id, at, nudge_id=nudge_id, now=now)
        if not nudge_id:
            await respond_in_row(session, body, lists.request_answer(pair.attendee, shadow, pair.organizer), now)
    await ack()


async def open_session_time_form(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    """Open a form in which the leader picks a time for a shadowing session."""
    _, agent_id, _ = parse_suggestion(pressed_value(body))
    async with sessions.reading() as session:
        pair = await queries.find_pair(session, *actor, agent_id)
    by, routine = pair.organizer, pair.hours(pair.organizer)
    asked = f"When would you like to sit with {mrkdwn.mention(agent_id)}? I'll ask them first.", "Ask"
    await open_time_form(client, body, by, routine, now, ASK_AT_FORM, asked, pressed_value(body), title=TITLE)
    await ack()


def parse_suggestion(value: str) -> tuple[int, str, datetime]:
    """Return the nudge's id (0 for none), the agent's id and the suggested time from a button's value."""
    nudge_id, agent_id, at = callbacks.parts(value, 3)
    return callbacks.number(nudge_id), agent_id, callbacks.instant(at)


async def open_wrap_up(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    meeting_id, _, _ = pressed_value(body).partition(":")
    async with sessions.reading() as session:
        pair, shadow = await meetings_queries.lock_own_meeting(session, *actor, callbacks.number(meeting_id))
    view = wrap_up_view(pair, shadow, actor.person_id, now)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


def wrap_up_view(
    pair: Pair, shadow: Meeting | None, by: str, now: datetime, learnt: str = "", names: Mapping[str, str] = NO_NAMES
) -> Payload:
    """Build the wrap-up form of a session, planned or not; `names` has the names mentioned in `learnt`, by id."""
    pair.must_organize(by, Kind.SHADOWING)
    if shadow:
        check_state(shadow, State.PLANNED, State.MISSED)
    remembered = f"{shadow.id if shadow else 0}:{pair.attendee.id}"
    return payload(forms.wrap_up_form(pair.attendee, pair.organizer, remembered, now, learnt, names))


async def open_own_notes(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions
) -> None:
    """Show the leader their own notes, which are not shown anywhere else."""
    async with sessions.reading() as session:
        pair, shadow = await meetings_queries.lock_own_meeting(session, *actor, pressed_number(body))
        learnt = wrap_ups.fetch_own_notes(session, pair, shadow, actor.person_id)
        roadblock = await wrap_ups.find_roadblock(session, shadow)
    view = forms.own_notes_view(pair, shadow, learnt, roadblock)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def command(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime
) -> None:
    text = clean(unescape(body.get("text") or ""))
    word, rest = split(text)
    if is_name(word):
        await _for_one(ack, actor, body, client, sessions, now, text)
        return
    match word:
        case "":
            await ack(await _overview(actor, sessions, now))
        case "visits":
            await visits.command(ack, actor, body, client, sessions, now, rest)
        case "help":
            await ack(lists.usage().payload())
        case "done":
            await _open_wrap_up(ack, actor, body, client, sessions, now, rest)
        case _:
            raise Refusal(suggestions.not_understood("/shadow", text))


async def _for_one(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, text: str
) -> None:
    """Handle `/shadow @ana` by asking for a session, and `/shadow @ana done` by opening the wrap-up form."""
    async with sessions.reading() as session:
        named = await split_named_people(session, actor.workspace_id, text, with_words(refusals.NAME_ONE, text))
        if len(named.ids) > 1 and not named.words:
            await ack(lists.which_agent(await people_sharing_name(session, actor.workspace_id, named.ids)).payload())
            return
        agent_id = await require_one_person(session, actor.workspace_id, named.ids)
    word, rest = split(named.words)
    if word == "done":
        await _open_wrap_up(ack, actor, body, client, sessions, now, f"<@{agent_id}> {rest}")
    elif word:
        raise Refusal(suggestions.not_understood("/shadow", text))
    else:
        async with sessions.begin() as session:
            pair, shadow = await shadowing.request_session(session, actor, agent_id, None, now=now)
        await ack(lists.request_answer(pair.attendee, shadow, pair.organizer).payload())


async def _overview(actor: Actor, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, *actor)
        shadows = await meetings_queries.find_open(session, *actor, Kind.SHADOWING)
        theirs = await teams_queries.teams_of_person(session, *actor)
        members = [(team, await membership.member(session, team, reader.id)) for team in theirs]
        led = [team for team, member in members if member and member.role is Role.LEADER]
        if not led:
            return lists.for_agents(reader, shadows).payload()
        turns = [(team, await _find_turn(session, reader, team, now)) for team in led]
    return lists.overview(turns, shadows, reader, now).payload()


async def _find_turn(session: AsyncSession, reader: Person, team: Team, now: datetime) -> Assignment | None:
    return await queries.find_assignment(session, Seat(reader, team, Role.LEADER), now)


async def _open_wrap_up(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, text: str
) -> None:
    try:
        async with sessions.reading() as session:
            view = await _wrap_up(session, actor, text, now)
    except Refusal as error:
        raise Refusal(with_words(error.sentence, text)) from None
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _wrap_up(session: AsyncSession, actor: Actor, text: str, now: datetime) -> Payload:
    """Build the wrap-up form for the named agent or else the latest session, with the remaining text in the notes."""
    workspace_id, by = actor
    named = await split_named_people(session, workspace_id, text, refusals.NAME_ONE)
    agent_id = await require_one_person(session, workspace_id, named.ids) if named.ids else ""
    shadow = await meetings_queries.find_to_write_up(session, *actor, Kind.SHADOWING, attendee_id=agent_id, now=now)
    if len(named.words) > LONGEST:
        raise Refusal(refusals.text_too_long(LONGEST))
    names = await names_in(session, workspace_id, named.words)
    if shadow:
        pair = await meetings_queries.load_pair(session, shadow)
    elif agent_id:
        pair = await queries.find_pair(session, *actor, agent_id)
    else:
        raise Refusal(refusals.NOTHING_TO_WRAP_UP)
    return wrap_up_view(pair, shadow, by, now, named.words, names)


async def save_wrap_up(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    meeting_id, _, agent_id = view["private_metadata"].partition(":")
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        filled = await with_mentions(session, actor.workspace_id, form_values(view), LEARNT, ROADBLOCK, longest=LONGEST)
        learnt, roadblock = ((filled[name] or "").strip() for name in (LEARNT, ROADBLOCK))
        said = WrapUp(learnt, roadblock, parse_day(filled, DUE, by.zone, now), filled[SEEN] or [])
        shadow = await shadowing.save_wrap_up(session, actor, callbacks.number(meeting_id), agent_id, said, now=now)
        next_view = payload(forms.saved_view(await wrap_ups.find_roadblock(session, shadow)))
        if whom := filled[THANK]:
            next_view = await prefilled(session, *actor, [whom])
    await ack(response_action="update", view=next_view)


async def request_at_picked_time(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    nudge_id, agent_id, _ = parse_suggestion(view["private_metadata"])
    async with sessions.begin() as session:
        at = await parse_time(session, actor, view, now)
        await shadowing.request_session(session, actor, agent_id, at, is_picked=True, nudge_id=nudge_id, now=now)
    await ack()
