"""Whose turn it is passes it on: not this time, or somebody else instead."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Address
from bot.features.rituals import hosting, occasions
from bot.features.rituals.hosting import WHOM
from bot.features.rituals.tables import Occasion, Ritual
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.post import Payload, payload
from bot.messages.rituals import hosts
from bot.messages.rituals.names import SKIP, SWAP, SWAP_FORM
from bot.outbox import outbox
from bot.teams import finding
from bot.teams.tables import Team
from handlers.forms import answers
from handlers.presses import pressed
from schedules import rituals as schedule


def register(on: Listeners) -> None:
    on.action(SKIP)(skip)
    on.action(SWAP)(open_swap)
    on.view(SWAP_FORM)(swap)


async def skip(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        by = Address(body["team"]["id"], body["user"]["id"])
        team, ritual, occasion = await _of(session, by, handed_back.number(pressed(body)))
        await hosting.skip(session, team, occasion, by.conversation)
        await outbox.edit(session, hosts.skipped(occasion, by.conversation), to=by, not_before=now)
        await schedule.ask_host(session, team, ritual, occasion, now=now)
    await ack()


async def open_swap(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    async with sessions.reading() as session:
        by = Address(body["team"]["id"], body["user"]["id"])
        team, ritual, occasion = await _of(session, by, handed_back.number(pressed(body)), lock=False)
        hosting.must_host(occasion, by.conversation)
        others = await hosting.able(session, team, occasion)
    view = hosts.swap_form(ritual, occasion, others)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def swap(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        by, to = Address(context.team_id or "", context.user_id or ""), answers(view)[WHOM]
        team, ritual, occasion = await _of(session, by, handed_back.number(view["private_metadata"]))
        await hosting.swap(session, team, occasion, by.conversation, to)
        swapped = hosts.swapped(ritual, occasion, by.conversation, to)
        await outbox.edit(session, swapped, to=by, not_before=now)
        await schedule.ask_host(session, team, ritual, occasion, by=by.conversation, now=now)
    await ack()


async def _of(
    session: AsyncSession, by: Address, occasion_id: int, *, lock: bool = True
) -> tuple[Team, Ritual, Occasion]:
    ritual, occasion = await occasions.one(session, by.workspace_id, occasion_id, lock=lock)
    return await finding.one(session, by.workspace_id, by.conversation, occasion.team_id), ritual, occasion
