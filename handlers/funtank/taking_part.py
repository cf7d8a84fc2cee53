"""Taking part: a reply in a ritual's thread, a reaction to it, or an answer that was pressed.

What is said is not read. Messages come by the hundreds; one that stands in no thread costs nothing, a reply one read.
"""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Address
from bot.features.rituals import occasions
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages.post import Payload
from bot.messages.rituals import cards as rituals_cards
from bot.outbox import cards
from bot.teams import finding
from bot.teams.tables import Team
from schedules import tank

BY_PEOPLE = (None, "file_share", "thread_broadcast")


def register(on: Listeners) -> None:
    on.event("message")(replied)
    on.event("reaction_added")(reacted)


async def replied(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    thread, is_said = event.get("thread_ts"), event.get("subtype") in BY_PEOPLE and not event.get("bot_id")
    if thread and thread != event.get("ts") and is_said and event.get("user"):
        await _heard(sessions, Address(body["team_id"], event["channel"]), thread, event["user"], now)


async def reacted(body: Payload, event: Payload, sessions: Sessions, now: datetime) -> None:
    item = event["item"]
    if item["type"] == "message":
        await _heard(sessions, Address(body["team_id"], item["channel"]), item["ts"], event["user"], now)


async def _heard(sessions: Sessions, there: Address, ts: str, person_id: str, now: datetime) -> None:
    async with sessions.reading() as session:
        occasion_id = rituals_cards.occasion_of(await cards.at(session, there, ts))
    if occasion_id is None:
        return
    async with sessions.begin() as session:
        team = await finding.of_channel(session, *there)
        if team:
            await count(session, team, occasion_id, person_id, now=now)


async def count(session: AsyncSession, team: Team, occasion_id: int, person_id: str, *, now: datetime) -> None:
    """Once a person and ritual, however they took part."""
    if await occasions.take_part(session, team, occasion_id, person_id):
        await tank.took_part(session, team, occasion_id, person_id, now=now)
