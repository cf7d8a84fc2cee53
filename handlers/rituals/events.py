"""Handlers that record who takes part in a ritual: by a reply in its thread, a reaction, or a button.

Texts are not read. Message events are frequent, so a message outside a thread costs no query, and a reply costs one.
"""

from datetime import datetime

from bot.messages.rituals import cards
from bot.org.teams import queries
from bot.org.workspaces import Address
from bot.slack.dispatcher import Actor
from bot.slack.inbox import Sessions
from bot.slack.outbox import queries as outbox_queries
from bot.slack.post import Payload
from bot.workflows.rituals import answers

BY_PEOPLE = (None, "file_share", "thread_broadcast")


async def record_reply(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    thread, is_said = event.get("thread_ts"), event.get("subtype") in BY_PEOPLE and not event.get("bot_id")
    if thread and thread != event.get("ts") and is_said and event.get("user"):
        await _record_participation(actor, event["channel"], thread, sessions, now)


async def record_reaction(actor: Actor, event: Payload, sessions: Sessions, now: datetime) -> None:
    item = event["item"]
    if item["type"] == "message":
        await _record_participation(actor, item["channel"], item["ts"], sessions, now)


async def _record_participation(actor: Actor, channel_id: str, ts: str, sessions: Sessions, now: datetime) -> None:
    there = Address(actor.workspace_id, channel_id)
    async with sessions.reading() as session:
        run_id = cards.run_id_of(await outbox_queries.card_at(session, there, ts))
    if run_id is None:
        return
    async with sessions.begin() as session:
        if team := await queries.team_of_channel(session, *there):
            await answers.take_part(session, team, run_id, actor.person_id, now=now)
