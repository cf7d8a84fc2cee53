"""Settings: a team's, changed by its leaders, and one's own; one form a feature, made from the model that reads it."""

from datetime import datetime

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.features.birthdays import settings
from bot.messages import callbacks, inputs
from bot.messages import settings as messages
from bot.org import people
from bot.org.teams import membership
from bot.org.teams import settings as teams_settings
from bot.slack import home
from bot.slack.dispatcher import Dispatcher
from bot.slack.inbox import Sessions
from bot.slack.outbox import outbox
from bot.slack.post import Payload, payload
from bot.workflows import birthdays, members, recurring_jobs
from bot.workflows import settings as workflows_settings
from bot.workflows.settings import PERSONAL_SETTINGS, TEAM_SETTINGS
from handlers.payloads import form_values, show_form
from handlers.setup import prepare


def register(on: Dispatcher) -> None:
    on.action(messages.OPEN)(open_form)
    for feature in PERSONAL_SETTINGS:
        on.action(f"{messages.OPEN_OWN}:{feature}")(open_own)
    on.view(messages.FORM)(save)
    on.view(messages.PEOPLE_FORM)(save_people)
    on.view(messages.OWN_FORM)(save_own)


async def show(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    """`/steward settings`: what is set, each feature with its button."""
    view = await listing(body["team_id"], body["user_id"], sessions, channel_id=body["channel_id"])
    await client.views_open(trigger_id=body["trigger_id"], view=view)
    await ack()
    prepare()


async def listing(
    workspace_id: str,
    user_id: str,
    sessions: Sessions,
    *,
    channel_id: str | None = None,
    team_id: int | None = None,
) -> Payload:
    """What is set in a team, for somebody who may change it."""
    async with sessions.reading() as session:
        team = await workflows_settings.managed_team(
            session, workspace_id, user_id, channel_id=channel_id, team_id=team_id
        )
        members = await membership.members(session, team)
        changes = await teams_settings.latest_changes(session, team)
    return payload(messages.listing(team, members, [model.of(team) for model in TEAM_SETTINGS.values()], changes))


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, _, feature = body["actions"][0]["value"].partition(":")
    async with sessions.reading() as session:
        team = await workflows_settings.managed_team(
            session, body["team"]["id"], body["user"]["id"], team_id=callbacks.number(team_id)
        )
        if feature == messages.PEOPLE:
            view = messages.people_form(team, await membership.members(session, team))
        else:
            view = messages.form(team, workflows_settings.find_model(TEAM_SETTINGS, feature).of(team))
    await client.views_push(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def save(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    team_id, feature, version = callbacks.parts(view["private_metadata"], 3)
    model = workflows_settings.find_model(TEAM_SETTINGS, feature)
    async with sessions.begin() as session:
        user_id = context.user_id or ""
        team = await workflows_settings.managed_team(
            session, context.team_id or "", user_id, team_id=callbacks.number(team_id), lock=True
        )
        workflows_settings.must_be_as_shown(version, model.of(team).model_dump(mode="json"))
        await teams_settings.change_settings(
            session, team, user_id, inputs.parse_settings(model, form_values(view), model.of(team)), now=now
        )
        await recurring_jobs.replan_jobs(session, team, now=now)
        await outbox.reschedule_waiting(session, team.workspace_id, team=team, now=now)
        home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
    await ack(response_action="update", view=payload(messages.saved(model.title, team)))


async def save_people(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    team_id, _, version = callbacks.parts(view["private_metadata"], 3)
    async with sessions.begin() as session:
        user_id = context.user_id or ""
        team = await workflows_settings.managed_team(
            session, context.team_id or "", user_id, team_id=callbacks.number(team_id), lock=True
        )
        was = messages.people_of(team, await membership.members(session, team))
        workflows_settings.must_be_as_shown(version, was)
        home.mark_changed(session, team.workspace_id, await membership.everybody(session, team), now=now)
        await members.change_people(session, team, form_values(view), now)
        became = messages.people_of(team, await membership.members(session, team))
        await members.notify_new_roles(session, team, user_id, was, became, now=now)
        for name in became:
            teams_settings.record_change(
                session, team, user_id, f"{messages.PEOPLE}.{name}", was[name], became[name], now=now
            )
        home.mark_changed(session, team.workspace_id, await membership.everybody(session, team), now=now)
    await ack(response_action="update", view=payload(messages.saved(messages.PEOPLE_TITLE, team)))


async def open_own(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    model = workflows_settings.find_model(PERSONAL_SETTINGS, body["actions"][0]["value"])
    async with sessions.reading() as session:
        person = await people.fetch_person(session, body["team"]["id"], body["user"]["id"])
    await show_form(client, body, messages.own_form(model.of(person)))
    await ack()


async def save_own(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    model = workflows_settings.find_model(PERSONAL_SETTINGS, view["private_metadata"])
    async with sessions.begin() as session:
        person = await people.fetch_person(session, context.team_id or "", context.user_id or "", lock=True)
        chosen = inputs.parse_settings(model, form_values(view), model.of(person))
        inputs.must_be_near(chosen, person.local(now).date())
        chosen.keep(person)
        if model is settings.BirthdayPreferences:
            settings.answer_invitation(person)
        await birthdays.replan_person(session, person, now=now)
        await outbox.reschedule_waiting(session, person.workspace_id, person_id=person.id, now=now)
        home.mark_changed(session, person.workspace_id, [person.id], now=now)
        note = await workflows_settings.explain_no_effect(session, person, chosen)
    await ack(response_action="update", view=payload(messages.saved(model.title, note=note)))
