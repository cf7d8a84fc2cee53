"""A pack of rituals: all of it is looked at, turned on or off, and started by hand, with its dates before it counts."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes, teams
from bot.features import rituals
from bot.features.rituals import DAY, Pack
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages import rituals as messages
from bot.messages.post import Payload, payload
from bot.teams import Member, Team
from handlers.forms import answers, day
from handlers.funtank import gauge, planning
from handlers.funtank.finding import place
from handlers.funtank.rituals import listed
from handlers.presses import pressed, respond
from schedules import packs


def register(on: Listeners) -> None:
    on.action(messages.PACK_PREVIEW)(preview)
    on.action(messages.PACK_ON)(_switch(packs.turn_on))
    on.action(messages.PACK_OFF)(_switch(packs.turn_off))
    on.action(messages.START)(open_start)
    on.action(messages.FINE)(gauge.agree)
    on.view(messages.START_FORM)(look)
    on.view(messages.BEGIN_FORM)(begin)


async def preview(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """All of it with its words, for anybody in the team."""
    team_id, _, name = pressed(body).partition(":")
    async with sessions.reading() as session:
        team = await teams.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(team_id))
        entry = await packs.entry(session, team, await rituals.pack(session, team, name), now=now)
        coming = {ritual.slug: at for at, ritual in entry.week}
        prompts = [
            await planning.prompt(session, ritual, coming.get(ritual.slug, now), now=now)
            for ritual in entry.pack.rituals
        ]
    await client.views_open(trigger_id=body["trigger_id"], view=payload(messages.pack_preview(team, entry, prompts)))
    await ack()


def _switch(turn: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def switch(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        who = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            team, member, pack = await _of(session, *who, pressed(body), lock=True)
            await turn(session, team, member, pack, now=now)
            homes.touch(session, team.workspace_id, await teams.guides(session, team), now=now)
            await respond(session, body, await listed(session, team, member.user_id, now), now)
        await ack()

    return switch


async def open_start(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        team, member, pack = await _of(session, body["team"]["id"], body["user"]["id"], pressed(body))
    member.must_lead()
    await client.views_open(trigger_id=body["trigger_id"], view=payload(messages.start_form(team, pack, now)))
    await ack()


async def look(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """What was picked, as dates: nothing counts yet."""
    async with sessions.reading() as session:
        who = context.team_id or "", context.user_id or ""
        team, _, pack = await _of(session, *who, view["private_metadata"])
        picked = day(answers(view), DAY, team.zone, now) or rituals.day_of(team, now)
        plan = await rituals.from_day(session, team, pack, picked, now=now)
    await ack(response_action="update", view=payload(messages.begin_form(team, pack, plan, picked)))


async def begin(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """It counts from now on."""
    picked, _, about = view["private_metadata"].partition(" ")
    async with sessions.begin() as session:
        who = context.team_id or "", context.user_id or ""
        team, member, pack = await _of(session, *who, about, lock=True)
        plan = await packs.start(session, team, member, pack, handed_back.day(picked), now=now)
        homes.touch(session, team.workspace_id, await teams.guides(session, team), now=now)
    await ack(response_action="update", view=payload(messages.begun(team, pack, plan)))


async def _of(
    session: AsyncSession, workspace_id: str, user_id: str, about: str, *, lock: bool = False
) -> tuple[Team, Member, Pack]:
    team, member = await place(session, workspace_id, user_id, about, lock=lock)
    return team, member, await rituals.pack(session, team, about.partition(":")[2])
