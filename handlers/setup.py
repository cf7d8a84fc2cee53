"""Handlers for the setup of a team: a form, a preview of what will be sent, and the creation after confirmation."""

import asyncio
from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import Refusal
from bot.messages import callbacks
from bot.messages import setup as messages
from bot.org import people
from bot.org.availability import holidays
from bot.org.teams import membership, queries, reach
from bot.refusals import common
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows import members, recurring_jobs, setup
from bot.workflows.nudges import KINDS
from handlers.payloads import form_values, pressed_value

MOST_OPTIONS = 100


def register(on: Dispatcher) -> None:
    on.action(messages.OPEN)(open_form)
    on.view(messages.FORM)(preview)
    on.view(messages.PREVIEW)(set_up)
    on.options(messages.ZONE)(suggest_zone)
    on.options("country")(suggest_country)


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Open the setup form, from `/steward setup` or from the button under the bot's greeting in a channel."""
    channel_id = pressed_value(body) if "actions" in body else body["channel_id"]
    async with sessions.reading() as session:
        by = await people.fetch_person(session, *actor)
        await setup.require_setup_permission(session, by)
        channel = await setup.ready_channel(session, actor.workspace_id, channel_id)
        if await queries.team_of_channel(session, actor.workspace_id, channel.id):
            raise Refusal(common.IS_TEAM)
    await client.views_open(trigger_id=body["trigger_id"], view=payload(messages.form(channel, by)))
    await ack()
    prepare()


def prepare() -> None:
    """Load the public holidays in the background, because the preview of the form just opened needs them."""
    asyncio.get_running_loop().run_in_executor(None, holidays.load_holidays)


async def preview(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Show what would be sent to a new team, by creating the team in a transaction that is rolled back.

    The preview is pushed onto the form, which stays open.
    """
    form = form_values(view)
    entered = messages.form_metadata(view["private_metadata"], form)
    async with sessions.begin() as session:
        by = await people.fetch_person(session, *actor)
        team = await setup.create_team(session, by, view["private_metadata"], form, now)
        theirs = await membership.members(session, team)
        coming = await recurring_jobs.upcoming(session, team, now=now)
        reminders = [rule.title for rule in KINDS]
        unreachable = await reach.find_unreachable_leaders(session, team, now)
        shown = payload(messages.preview_view(team, theirs, by, coming, reminders, now, entered, unreachable))
        await sessions.close()  # roll back
    await ack(response_action="push", view=shown)


async def set_up(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    """Create the team that was previewed, after validating the input again."""
    channel_id, form = callbacks.parse_metadata(view["private_metadata"], "channel", "form")
    async with sessions.begin() as session:
        team, theirs = await setup.set_up(session, actor, str(channel_id), form, now=now)
        coming = await recurring_jobs.upcoming(session, team, now=now)
    await ack(response_action="update", view=payload(messages.created_view(team, theirs, coming, now)))


async def suggest_zone(ack: AsyncAck, body: Payload) -> None:
    wanted = body["value"].strip().casefold().replace(" ", "_")
    found = sorted(zone for zone in members.known_zones() if wanted in zone.casefold() and "/" in zone)
    await ack(options=[_option(zone, zone) for zone in found[:MOST_OPTIONS]])


async def suggest_country(ack: AsyncAck, body: Payload) -> None:
    found = holidays.countries_like(body["value"])
    await ack(options=[_option(name, code) for code, name in found[:MOST_OPTIONS]])


def _option(text: str, value: str) -> Payload:
    return {"text": {"type": "plain_text", "text": text[:75]}, "value": value}
