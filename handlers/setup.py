"""A channel becomes a team: one form, then a preview of what will be sent, and nothing is made before its yes."""

import asyncio
from collections.abc import Collection
from datetime import datetime
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, places
from bot.directory import Person, Workspace
from bot.errors import UserError
from bot.features.shoutouts import settings
from bot.hours import places as hours_places
from bot.hours import routine
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import handed_back, inputs
from bot.messages import setup as messages
from bot.messages.post import Payload, payload
from bot.messages.settings import people_of
from bot.messages.setup import DEPUTIES, LEADERS, SPONSOR, ZONE
from bot.outbox import outbox
from bot.places import Channel
from bot.teams import finding, membership
from bot.teams import settings as teams_settings
from bot.teams.settings import Goals
from bot.teams.tables import Team
from handlers.forms import answers
from handlers.presses import pressed
from schedules import recurring, registry, roles
from schedules.nudges import RULES

MOST_OPTIONS = 100


def register(on: Listeners) -> None:
    on.action(messages.OPEN)(open_from_hello)
    on.view(messages.FORM)(preview)
    on.view(messages.PREVIEW)(set_up)
    on.options(ZONE)(suggest_zone)
    on.options("country")(suggest_country)


@cache
def zones() -> frozenset[str]:
    return frozenset(available_timezones())


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    view = await _form(sessions, body["team_id"], body["user_id"], body["channel_id"])
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    prepare()


async def open_from_hello(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """The button under the bot's hello in a channel."""
    view = await _form(sessions, body["team"]["id"], body["user"]["id"], pressed(body))
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    prepare()


async def _form(sessions: Sessions, workspace_id: str, user_id: str, channel_id: str) -> Payload:
    async with sessions.reading() as session:
        by = await directory.person(session, workspace_id, user_id)
        await must_set_up(session, by)
        channel = await _channel(session, workspace_id, channel_id)
        if await finding.of_channel(session, workspace_id, channel.id):
            raise UserError("This channel is a team already; `/steward settings` changes it.")
    return payload(messages.form(channel, by))


def prepare() -> None:
    """While somebody fills in a form, have what will check it loaded."""
    asyncio.get_running_loop().run_in_executor(None, hours_places.load)


async def preview(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Show what the team would be sent, found by making it and taking that back; the form stays underneath."""
    form = answers(view)
    entered = messages.entered(view["private_metadata"], form)
    async with sessions.begin() as session:
        by = await directory.person(session, context.team_id or "", context.user_id or "")
        team = await _begin(session, by, view["private_metadata"], form, now)
        members = await membership.members(session, team)
        coming = await recurring.coming(session, team, now=now)
        reminders = [rule.title for rule in RULES]
        shown = payload(messages.reviewed(team, members, by, coming, reminders, now, entered))
        await sessions.close()  # without a commit
    await ack(response_action="push", view=shown)


async def set_up(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Make the team that was previewed; what was entered is checked anew."""
    channel_id, form = handed_back.remembered(view["private_metadata"], "channel", "form")
    async with sessions.begin() as session:
        by = await directory.person(session, context.team_id or "", context.user_id or "")
        team = await _begin(session, by, str(channel_id), form, now)
        members = await membership.members(session, team)
        await outbox.change(session, messages.hello_of_team(team), to=team.channel, now=now)
        await outbox.put(session, messages.welcome(team, members), to=team.channel, not_before=now)
        await roles.tell(session, team, by.id, roles.NOBODY, people_of(team, members), now=now)
        homes.touch(session, team.workspace_id, [by.id, *await membership.everybody(session, team)], now=now)
        coming = await recurring.coming(session, team, now=now)
    await ack(response_action="update", view=payload(messages.ready(team, members, coming, now)))


async def _begin(session: AsyncSession, by: Person, channel_id: str, form: dict[str, Any], now: datetime) -> Team:
    """The team as the form has it, with all that it needs."""
    await must_set_up(session, by)
    channel = await _channel(session, by.workspace_id, channel_id, lock=True)
    team = await _create(session, channel, form, by, now)
    await registry.begin(session, team, now=now)
    return team


async def suggest_zone(ack: AsyncAck, body: Payload) -> None:
    wanted = body["value"].strip().casefold().replace(" ", "_")
    found = sorted(zone for zone in zones() if wanted in zone.casefold() and "/" in zone)
    await ack(options=[_option(zone, zone) for zone in found[:MOST_OPTIONS]])


async def suggest_country(ack: AsyncAck, body: Payload) -> None:
    found = hours_places.countries_like(body["value"])
    await ack(options=[_option(name, code) for code, name in found[:MOST_OPTIONS]])


async def must_set_up(session: AsyncSession, by: Person) -> None:
    """Admins make teams, and so do those who lead one."""
    if by.runs_workspace or await membership.leads_somewhere(session, by.workspace_id, by.id):
        return
    admins = await directory.admins(session, by.workspace_id)
    raise UserError(messages.ask_an_admin([admin.id for admin in admins]))


def must_be_a_zone(zone: str) -> None:
    if zone not in zones():
        raise UserError("I do not know that time zone. Type a city, like Lisbon, and pick it.", field=ZONE)


def must_be_people(ids: Collection[str], known: dict[str, Person], field: str) -> None:
    for id in ids:
        person = known.get(id)
        if person is None or not person.may_join:
            raise UserError(messages.cannot_join(person), field=field)


async def who_leads(
    session: AsyncSession, workspace_id: str, form: dict[str, Any]
) -> tuple[list[str], list[str], str | None]:
    """Leaders, deputies and sponsor as a form names them."""
    leaders, deputies, sponsor = form[LEADERS] or [], form[DEPUTIES] or [], form[SPONSOR]
    known = await directory.people(session, workspace_id, {*leaders, *deputies, *([sponsor] if sponsor else [])})
    must_be_people(leaders, known, LEADERS)
    must_be_people([sponsor] if sponsor else [], known, SPONSOR)
    if set(deputies) - set(leaders):
        raise UserError("A deputy leads too: name them among the leaders as well.", field=DEPUTIES)
    if sponsor in leaders:
        raise UserError("A sponsor stands behind the leaders: pick somebody else, or nobody.", field=SPONSOR)
    return leaders, deputies, sponsor


async def _create(session: AsyncSession, channel: Channel, form: dict[str, Any], by: Person, now: datetime) -> Team:
    must_be_a_zone(form[ZONE])
    leaders, deputies, sponsor = await who_leads(session, channel.workspace_id, form)
    workspace = await session.get_one(Workspace, channel.workspace_id)
    here = await places.people_in(session, workspace.id, channel.id)
    agents = await directory.who_may_join(session, workspace.id, here - {*leaders, sponsor or ""})
    team = await membership.create(
        session, workspace, channel_id=channel.id, name=channel.name, zone=form[ZONE], leaders=leaders,
        deputies=deputies, agents=agents, sponsor_id=sponsor, now=now,
    )  # fmt: skip
    form["hours.country"] = form["hours.country"] or hours_places.country_of(team.zone)
    for model in (routine.Settings, settings.Settings, Goals):
        await teams_settings.change(session, team, by.id, inputs.read(model, form), now=now)
    channel.is_stale = True  # its people's quiet hours are to be learnt
    return team


async def _channel(session: AsyncSession, workspace_id: str, channel_id: str, *, lock: bool = False) -> Channel:
    """The channel, once the bot is in it and knows who else is."""
    channel = await places.channel(session, workspace_id, channel_id, lock=lock)
    if channel is None or not channel.is_open:
        raise UserError(messages.INVITE_ME)
    if channel.read_at is None:
        raise UserError(messages.STILL_READING)
    return channel


def _option(text: str, value: str) -> Payload:
    return {"text": {"type": "plain_text", "text": text[:75]}, "value": value}
