"""Taking part: a reply in a ritual's thread, a reaction to it, or an answer that was pressed.

What is said is not read. Messages come by the hundreds; one that stands in no thread costs nothing, a reply one read.
"""

from datetime import datetime

from bot.messages.rituals import cards as rituals_cards
from bot.org.teams import queries
from bot.org.workspaces import Address
from bot.slack.inbox import Sessions
from bot.slack.outbox import queries as outbox_queries
from bot.slack.post import Payload
from bot.workflows.rituals import runs

BY_PEOPLE = (None, "file_share", "thread_broadcast")


async def record_reply(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    thread, is_said = event.get("thread_ts"), event.get("subtype") in BY_PEOPLE and not event.get("bot_id")
    if thread and thread != event.get("ts") and is_said and event.get("user"):
        await _record_part(sessions, Address(body["team_id"], event["channel"]), thread, event["user"], now)


async def record_reaction(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    item = event["item"]
    if item["type"] == "message":
        await _record_part(sessions, Address(body["team_id"], item["channel"]), item["ts"], event["user"], now)


async def _record_part(sessions: Sessions, there: Address, ts: str, person_id: str, now: datetime) -> None:
    async with sessions.reading() as session:
        occasion_id = rituals_cards.run_id_of(await outbox_queries.card_at(session, there, ts))
    if occasion_id is None:
        return
    async with sessions.begin() as session:
        team = await queries.team_of_channel(session, *there)
        if team:
            await runs.take_part(session, team, occasion_id, person_id, now=now)
