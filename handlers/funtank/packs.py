"""A pack of rituals: all of it is looked at, turned on or off, and started by hand, with its dates before it counts."""

from collections.abc import Awaitable, Callable
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes
from bot.features.rituals import occasions
from bot.features.rituals import packs as rituals_features_packs
from bot.features.rituals.keeping import DAY
from bot.features.rituals.packs import Pack
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.post import Payload, payload
from bot.messages.rituals import packs as rituals_packs
from bot.messages.rituals.names import BEGIN_FORM, FINE, PACK_OFF, PACK_ON, PACK_PREVIEW, START, START_FORM
from bot.teams import finding, membership
from bot.teams.tables import Member, Team
from handlers.forms import answers, day
from handlers.funtank import gauge, planning
from handlers.funtank.finding import place
from handlers.funtank.rituals import listed
from handlers.presses import pressed, respond
from schedules import packs


def register(on: Listeners) -> None:
    on.action(PACK_PREVIEW)(preview)
    on.action(PACK_ON)(_switch(packs.turn_on))
    on.action(PACK_OFF)(_switch(packs.turn_off))
    on.action(START)(open_start)
    on.action(FINE)(gauge.agree)
    on.view(START_FORM)(look)
    on.view(BEGIN_FORM)(begin)


async def preview(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """All of it with its words, for anybody in the team."""
    team_id, _, name = pressed(body).partition(":")
    async with sessions.reading() as session:
        team = await finding.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(team_id))
        entry = await packs.entry(session, team, await rituals_features_packs.pack(session, team, name), now=now)
        coming = {ritual.slug: at for at, ritual in entry.week}
        prompts = [
            await planning.prompt(session, ritual, coming.get(ritual.slug, now), now=now)
            for ritual in entry.pack.rituals
        ]
    await client.views_open(
        trigger_id=body["trigger_id"], view=payload(rituals_packs.pack_preview(team, entry, prompts))
    )
    await ack()


def _switch(turn: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
    async def switch(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
        who = body["team"]["id"], body["user"]["id"]
        async with sessions.begin() as session:
            team, member, pack = await _of(session, *who, pressed(body), lock=True)
            await turn(session, team, member, pack, now=now)
            homes.touch(session, team.workspace_id, await membership.guides(session, team), now=now)
            await respond(session, body, await listed(session, team, member.user_id, now), now)
        await ack()

    return switch


async def open_start(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        team, member, pack = await _of(session, body["team"]["id"], body["user"]["id"], pressed(body))
    member.must_lead()
    await client.views_open(trigger_id=body["trigger_id"], view=payload(rituals_packs.start_form(team, pack, now)))
    await ack()


async def look(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """What was picked, as dates: nothing counts yet."""
    async with sessions.reading() as session:
        who = context.team_id or "", context.user_id or ""
        team, _, pack = await _of(session, *who, view["private_metadata"])
        picked = day(answers(view), DAY, team.zone, now) or occasions.day_of(team, now)
        plan = await rituals_features_packs.from_day(session, team, pack, picked, now=now)
    await ack(response_action="update", view=payload(rituals_packs.begin_form(team, pack, plan, picked)))


async def begin(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """It counts from now on."""
    picked, _, about = view["private_metadata"].partition(" ")
    async with sessions.begin() as session:
        who = context.team_id or "", context.user_id or ""
        team, member, pack = await _of(session, *who, about, lock=True)
        plan = await packs.start(session, team, member, pack, handed_back.day(picked), now=now)
        homes.touch(session, team.workspace_id, await membership.guides(session, team), now=now)
    await ack(response_action="update", view=payload(rituals_packs.begun(team, pack, plan)))


async def _of(
    session: AsyncSession, workspace_id: str, user_id: str, about: str, *, lock: bool = False
) -> tuple[Team, Member, Pack]:
    team, member = await place(session, workspace_id, user_id, about, lock=lock)
    return team, member, await rituals_features_packs.pack(session, team, about.partition(":")[2])
