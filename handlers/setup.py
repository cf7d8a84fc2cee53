"""A channel becomes a team: one form, then a preview of what will be sent, and nothing is made before its yes."""

import asyncio
from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import UserError
from bot.messages import callbacks
from bot.messages import setup as messages
from bot.messages.settings import people_of
from bot.messages.setup import ZONE
from bot.org import people
from bot.org.availability import holidays
from bot.org.teams import membership, queries
from bot.slack import home
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, payload
from bot.workflows import members as workflows_members
from bot.workflows import recurring_jobs, setup
from bot.workflows.nudges import KINDS
from handlers.payloads import form_values, pressed_value

MOST_OPTIONS = 100


def register(on: Dispatcher) -> None:
    on.action(messages.OPEN)(open_from_hello)
    on.view(messages.FORM)(preview)
    on.view(messages.PREVIEW)(set_up)
    on.options(ZONE)(suggest_zone)
    on.options("country")(suggest_country)


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    view = await _form(sessions, body["team_id"], body["user_id"], body["channel_id"])
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    prepare()


async def open_from_hello(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """The button under the bot's hello in a channel."""
    view = await _form(sessions, body["team"]["id"], body["user"]["id"], pressed_value(body))
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    prepare()


async def _form(sessions: Sessions, workspace_id: str, user_id: str, channel_id: str) -> Payload:
    async with sessions.reading() as session:
        by = await people.fetch_person(session, workspace_id, user_id)
        await setup.must_set_up(session, by)
        channel = await setup.ready_channel(session, workspace_id, channel_id)
        if await queries.team_of_channel(session, workspace_id, channel.id):
            raise UserError("This channel is a team already; `/steward settings` changes it.")
    return payload(messages.form(channel, by))


def prepare() -> None:
    """While somebody fills in a form, have what will check it loaded."""
    asyncio.get_running_loop().run_in_executor(None, holidays.load)


async def preview(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Show what the team would be sent, found by making it and taking that back; the form stays underneath."""
    form = form_values(view)
    entered = messages.entered(view["private_metadata"], form)
    async with sessions.begin() as session:
        by = await people.fetch_person(session, context.team_id or "", context.user_id or "")
        team = await setup.create_team(session, by, view["private_metadata"], form, now)
        members = await membership.members(session, team)
        coming = await recurring_jobs.upcoming(session, team, now=now)
        reminders = [rule.title for rule in KINDS]
        shown = payload(messages.reviewed(team, members, by, coming, reminders, now, entered))
        await sessions.close()  # without a commit
    await ack(response_action="push", view=shown)


async def set_up(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Make the team that was previewed; what was entered is checked anew."""
    channel_id, form = callbacks.remembered(view["private_metadata"], "channel", "form")
    async with sessions.begin() as session:
        by = await people.fetch_person(session, context.team_id or "", context.user_id or "")
        team = await setup.create_team(session, by, str(channel_id), form, now)
        members = await membership.members(session, team)
        await outbox.change(session, messages.hello_of_team(team), to=team.channel, now=now)
        await outbox.put(session, messages.welcome(team, members), to=team.channel, not_before=now)
        await workflows_members.notify_new_roles(
            session, team, by.id, workflows_members.NOBODY, people_of(team, members), now=now
        )
        home.mark_changed(session, team.workspace_id, [by.id, *await membership.everybody(session, team)], now=now)
        coming = await recurring_jobs.upcoming(session, team, now=now)
    await ack(response_action="update", view=payload(messages.ready(team, members, coming, now)))


async def suggest_zone(ack: AsyncAck, body: Payload) -> None:
    wanted = body["value"].strip().casefold().replace(" ", "_")
    found = sorted(zone for zone in setup.known_zones() if wanted in zone.casefold() and "/" in zone)
    await ack(options=[_option(zone, zone) for zone in found[:MOST_OPTIONS]])


async def suggest_country(ack: AsyncAck, body: Payload) -> None:
    found = holidays.countries_like(body["value"])
    await ack(options=[_option(name, code) for code, name in found[:MOST_OPTIONS]])


def _option(text: str, value: str) -> Payload:
    return {"text": {"type": "plain_text", "text": text[:75]}, "value": value}
