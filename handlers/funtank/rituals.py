"""`/funtank rituals`: the list, and the buttons by which a team's leaders change it."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import homes
from bot.errors import UserError
from bot.features.rituals import keeping, occasions
from bot.features.rituals.keeping import DAY
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back
from bot.messages.errors import which_team
from bot.messages.post import Payload, Post, payload
from bot.messages.rituals import forms, lists
from bot.messages.rituals.names import OFF, PAUSE, PAUSE_FORM, PREVIEW, REMOVE, RESUME
from bot.teams import finding, membership
from bot.teams.tables import Role, Team
from handlers.forms import answers, day
from handlers.funtank import planning
from handlers.funtank.finding import Asked, led, of
from handlers.presses import pressed, respond
from schedules import packs
from schedules import rituals as schedule


def register(on: Listeners) -> None:
    on.action(OFF)(turn_off)
    on.action(RESUME)(resume)
    on.action(REMOVE)(remove)
    on.action(PREVIEW)(preview)
    on.action(PAUSE)(open_pause)
    on.view(PAUSE_FORM)(pause)
    planning.register(on)


async def show(
    ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime, rest: str
) -> None:
    async with sessions.reading() as session:
        found = await finding.which(session, body["team_id"], body["user_id"], channel_id=body["channel_id"])
        if len(found) > 1:
            raise UserError(which_team(found))
        shown = await listed(session, found[0], body["user_id"], now)
    await ack(shown.payload())


async def listed(session: AsyncSession, team: Team, user_id: str, now: datetime) -> Post:
    member = await membership.member(session, team, user_id)
    leads = member is not None and member.role is Role.LEADER
    entries = await schedule.entries(session, team, now=now)
    weeks = await packs.entries(session, team, now=now)
    return lists.listing(team, entries, weeks, occasions.day_of(team, now), leads=leads)


async def preview(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    """What it would say next, for anybody in the team."""
    team_id, _, slug = pressed(body).partition(":")
    async with sessions.reading() as session:
        team = await finding.one(session, body["team"]["id"], body["user"]["id"], handed_back.number(team_id))
        ritual = await keeping.one(session, team, slug)
        dates = await schedule.dates(session, team, ritual, now=now)
        prompt = await planning.prompt(session, ritual, now, now=now)
    view = forms.preview(team, ritual, dates, prompt)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def turn_off(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        asked = await _asked(session, body)
        await keeping.turn_off(session, asked.member, asked.ritual)
        await _changed(session, asked, body, now)
    await ack()


async def resume(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        asked = await _asked(session, body)
        keeping.resume(asked.member, asked.ritual)
        await _changed(session, asked, body, now)
    await ack()


async def remove(ack: AsyncAck, body: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        team, member, ritual = await _asked(session, body)
        await keeping.remove(session, member, ritual)
        await respond(session, body, await listed(session, team, member.user_id, now), now)
    await ack()


async def open_pause(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions, now: datetime) -> None:
    async with sessions.reading() as session:
        team, _, ritual = await led(session, body["team"]["id"], body["user"]["id"], pressed(body))
    await client.views_open(trigger_id=body["trigger_id"], view=payload(forms.pause_form(team, ritual, now)))
    await ack()


async def pause(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    async with sessions.begin() as session:
        who = context.team_id or "", context.user_id or ""
        team, member, ritual = await of(session, *who, view["private_metadata"], lock=True)
        until = day(answers(view), DAY, team.zone, now) or occasions.day_of(team, now)
        keeping.pause(member, ritual, until, occasions.day_of(team, now))
        await schedule.arrange(session, team, ritual, now=now)
        homes.touch(session, team.workspace_id, await membership.guides(session, team), now=now)
    await ack(response_action="update", view=payload(forms.paused(ritual)))


async def _asked(session: AsyncSession, body: Payload) -> Asked:
    return await of(session, body["team"]["id"], body["user"]["id"], pressed(body), lock=True)


async def _changed(session: AsyncSession, asked: Asked, body: Payload, now: datetime) -> None:
    team, member, ritual = asked
    await schedule.arrange(session, team, ritual, now=now)
    homes.touch(session, team.workspace_id, await membership.guides(session, team), now=now)
    await respond(session, body, await listed(session, team, member.user_id, now), now)
