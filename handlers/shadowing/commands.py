"""`/shadow`: whom to sit beside next and why, the question to somebody, and the wrap-up."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shadowing import queries, wrap_ups
from bot.features.shadowing.rules import Turn
from bot.features.shadowing.wrap_ups import LONGEST
from bot.messages import suggestions
from bot.messages.errors import with_words
from bot.messages.shadowing import lists
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams import queries as teams_queries
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.refusals import shadowing as refusals
from bot.slack.commands import is_name, split
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload
from bot.workflows.meetings import find_busy
from bot.workflows.shadowing import bookings
from handlers.addressees import must_be_one, named_at_head, people_sharing_name
from handlers.payloads import names_in
from handlers.shadowing.actions import wrap_up_view
from handlers.visits import commands


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
            await commands.command(ack, actor, body, client, sessions, now, rest)
        case "help":
            await ack(lists.usage().payload())
        case "done":
            await _open_wrap_up(ack, actor, body, client, sessions, now, rest)
        case _:
            raise Refusal(suggestions.not_understood("/shadow", text))


async def _for_one(
    ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, text: str
) -> None:
    """Somebody is named first: a question to them, or, with `done` behind the name, what came of it."""
    async with sessions.reading() as session:
        named = await named_at_head(session, actor.workspace_id, text, refusals.NAME_ONE)
        if len(named.ids) > 1 and not named.words:
            await ack(lists.which_agent(await people_sharing_name(session, actor.workspace_id, named.ids)).payload())
            return
        agent_id = await must_be_one(session, actor.workspace_id, named.ids)
    word, rest = split(named.words)
    if word == "done":
        await _open_wrap_up(ack, actor, body, client, sessions, now, f"<@{agent_id}> {rest}")
    elif word:
        raise Refusal(suggestions.not_understood("/shadow", text))
    else:
        async with sessions.begin() as session:
            pair, shadow = await bookings.request_session(session, actor, agent_id, None, now=now)
        await ack(lists.asking(pair.agent, shadow, pair.leader).payload())


async def _overview(actor: Actor, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        reader = await people.fetch_person(session, *actor)
        shadows = await queries.find_open_sessions(session, *actor)
        theirs = await teams_queries.teams_of_person(session, *actor)
        members = [(team, await membership.member(session, team, reader.id)) for team in theirs]
        led = [team for team, member in members if member and member.role is Role.LEADER]
        if not led:
            return lists.for_agents(reader, shadows).payload()
        turns = [(team, await _find_turn(session, reader, team, now)) for team in led]
        roadblocks = await wrap_ups.find_roadblocks(session, *actor)
    return lists.overview(turns, shadows, roadblocks, reader, now).payload()


async def _find_turn(session: AsyncSession, reader: Person, team: Team, now: datetime) -> Turn | None:
    return await queries.find_turn(session, Seat(reader, team, Role.LEADER), now, busy=find_busy)


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
    """The form for the one named at the head, or for the latest; other words are what was learnt."""
    workspace_id, by = actor
    named = await named_at_head(session, workspace_id, text, refusals.NAME_ONE)
    agent_id = await must_be_one(session, workspace_id, named.ids) if named.ids else None
    shadow = await wrap_ups.find_latest(session, *actor, agent_id, now=now)
    if len(named.words) > LONGEST:
        raise Refusal(refusals.form_too_small(LONGEST))
    names = await names_in(session, workspace_id, named.words)
    if shadow:
        pair = await queries.load_pair(session, shadow)
    elif agent_id:
        pair = await queries.find_pair(session, *actor, agent_id)
    else:
        raise Refusal(refusals.NOTHING_TO_WRAP_UP)
    return wrap_up_view(pair, shadow, by, now, named.words, names)
