"""`/1on1`: who is due, what two people keep, a topic, the wish for one, and that one has just happened."""

import difflib
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, outbox
from bot.errors import UserError
from bot.features import oneonones
from bot.features.oneonones import Pair
from bot.inbox import Sessions
from bot.messages import oneonones as messages
from bot.messages.post import Payload
from bot.messages.text import Addressed, addressed
from handlers.oneonones.pair import form
from schedules.oneonones import announce, settle, touch

WORDS = ("topic", "ask", "done", "help")


async def command(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    said = addressed(body.get("text") or "")
    word, _, rest = said.words.partition(" ")
    if said.is_named and not said.words:
        await _open(ack, body, client, sessions, said)
        return
    match word.lower():
        case "":
            await ack(await _overview(body, sessions, now))
        case "help":
            await ack(messages.usage().payload())
        case "topic":
            await ack(await _topic(body, addressed(rest), sessions, now))
        case "ask":
            await ack(await _ask(body, addressed(rest), sessions, now))
        case "done":
            await ack(await _done(body, addressed(rest), sessions, now))
        case _:
            near = difflib.get_close_matches(word.lower(), WORDS, n=1)
            raise UserError(messages.not_understood(near[0] if near else None))


async def _open(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, said: Addressed) -> None:
    async with sessions.reading() as session:
        other_id = await _named(session, body["team_id"], said)
        view = await form(session, body["team_id"], body["user_id"], other_id)
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()


async def _overview(body: Payload, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.reading() as session:
        reader = await directory.person(session, body["team_id"], body["user_id"])
        pairs = await oneonones.of_person(session, reader.workspace_id, reader.id)
        open_ones = await oneonones.planned(session, pairs)
        weekly = max((oneonones.Settings.of(pair.team).weekly for pair in pairs), default=0)
        due = await oneonones.due_of(session, reader, weekly, now)
    return messages.overview(pairs, due, open_ones, reader).payload()


async def _topic(body: Payload, said: Addressed, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.begin() as session:
        pair = await _pair(session, body, said, "/1on1 topic {} …")
        await oneonones.add_topic(session, pair, body["user_id"], said.words, now=now)
        touch(session, pair, now=now)
    return messages.topic_kept(pair, pair.person(body["user_id"])).payload()


async def _ask(body: Payload, said: Addressed, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.begin() as session:
        pair = await _pair(session, body, said, "/1on1 ask {}")
        await oneonones.ask(session, pair, body["user_id"], now=now)
        post = messages.asked_for(pair, said.words)
        await outbox.put(session, post, to=pair.leader.dm, not_before=now)
    return messages.asked(pair).payload()


async def _done(body: Payload, said: Addressed, sessions: Sessions, now: datetime) -> Payload:
    async with sessions.begin() as session:
        pair = await _pair(session, body, said, "/1on1 done {}")
        await _call_off_what_is_planned(session, pair, body["user_id"], now)
        meeting = await oneonones.record(session, pair, body["user_id"], now=now)
        await settle(session, pair, meeting, now=now)
    return messages.recorded(pair, meeting).payload()


async def _call_off_what_is_planned(session: AsyncSession, pair: Pair, by: str, now: datetime) -> None:
    """They have met sooner: what stands in their calendars goes."""
    pair.must_lead(by)
    meeting = await oneonones.open_one(session, pair.series)
    if meeting and meeting.starts_at and meeting.starts_at > now:
        await oneonones.cancel(session, pair, meeting, now=now)
        told = messages.met_sooner(pair.leader)
        await announce(session, pair, meeting, by=pair.leader, told=told, now=now)


async def _pair(session: AsyncSession, body: Payload, said: Addressed, example: str) -> Pair:
    """The pair that is meant: with whom is named, or the only one there is."""
    workspace_id, by = body["team_id"], body["user_id"]
    if said.is_named:
        return await oneonones.of_pair(session, workspace_id, by, await _named(session, workspace_id, said))
    pairs = await oneonones.of_person(session, workspace_id, by)
    if not pairs:
        raise UserError(messages.NOBODY)
    if len(pairs) > 1:
        raise UserError(messages.which(pairs, pairs[0].person(by), example))
    return pairs[0]


async def _named(session: AsyncSession, workspace_id: str, said: Addressed) -> str:
    """The one person who is named."""
    ids = [*said.ids, *(await directory.named(session, workspace_id, said.names)).values()]
    if len(set(ids)) != 1:
        raise UserError("Name one person, like `/1on1 @ana`.")
    return ids[0]
