"""Handlers for teams' and people's settings; each feature's form is generated from its settings model."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.messages import callbacks
from bot.messages import settings as messages
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import settings as teams_settings
from bot.slack.dispatcher import Actor, Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.post import Payload, payload
from bot.workflows import members, settings
from bot.workflows.settings import PERSONAL_SETTINGS, TEAM_SETTINGS
from handlers.payloads import form_values, pressed_value, show_form
from handlers.setup import prepare


def register(on: Dispatcher) -> None:
    on.action(messages.OPEN)(open_form)
    for feature in PERSONAL_SETTINGS:
        on.action(f"{messages.OPEN_OWN}:{feature}")(open_own)
    on.view(messages.FORM)(save)
    on.view(messages.PEOPLE_FORM)(save_people)
    on.view(messages.OWN_FORM)(save_own)


async def show(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """Answer `/steward settings` with the current settings and a button per feature."""
    view = await listing(actor, sessions, channel_id=body["channel_id"])
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    prepare()


async def listing(actor: Actor, sessions: Sessions, *, channel_id: str = "", team_id: int | None = None) -> Payload:
    """Build the list of a team's settings; raise a `Refusal` unless the actor may change them."""
    async with sessions.reading() as session:
        team = await settings.managed_team(session, actor, channel_id=channel_id, team_id=team_id)
        theirs = await membership.members(session, team)
        changes = await teams_settings.latest_changes(session, team)
    return payload(messages.settings_list(team, theirs, [model.of(team) for model in TEAM_SETTINGS.values()], changes))


async def open_form(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, feature = callbacks.parts(pressed_value(body), 2)
    async with sessions.reading() as session:
        team = await settings.managed_team(session, actor, team_id=callbacks.number(team_id))
        if feature == messages.PEOPLE:
            view = messages.people_form(team, await membership.members(session, team))
        else:
            view = messages.form(team, settings.find_model(TEAM_SETTINGS, feature).of(team))
    await client.views_push(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def save(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    team_id, feature, version = callbacks.parts(view["private_metadata"], 3)
    model = settings.find_model(TEAM_SETTINGS, feature)
    async with sessions.begin() as session:
        team = await settings.change_team_settings(
            session, actor, callbacks.number(team_id), model, version, form_values(view), now=now
        )
    await ack(response_action="update", view=payload(messages.saved_view(model.title, team)))


async def save_people(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    team_id, _, version = callbacks.parts(view["private_metadata"], 3)
    async with sessions.begin() as session:
        filled = form_values(view)
        team = await members.change_people(session, actor, callbacks.number(team_id), version, filled, now=now)
    await ack(response_action="update", view=payload(messages.saved_view(messages.PEOPLE_TITLE, team)))


async def open_own(ack: AsyncAck, actor: Actor, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    model = settings.find_model(PERSONAL_SETTINGS, pressed_value(body))
    async with sessions.reading() as session:
        person = await people.fetch_person(session, *actor)
    await show_form(client, body, messages.own_form(model.of(person)))
    await ack()


async def save_own(ack: AsyncAck, actor: Actor, view: Payload, sessions: Sessions, now: datetime) -> None:
    model = settings.find_model(PERSONAL_SETTINGS, view["private_metadata"])
    async with sessions.begin() as session:
        note = await settings.change_preferences(session, actor, model, form_values(view), now=now)
    await ack(response_action="update", view=payload(messages.saved_view(model.title, note=note)))
