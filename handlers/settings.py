"""Settings: a team's, changed by its leaders, and one's own; one form a feature, made from the model that reads it."""

from datetime import datetime
from typing import Any

from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory, homes, places
from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.balance import settings
from bot.features.celebrations import settings as celebrations_settings
from bot.features.occasions import settings as occasions_settings
from bot.features.oneonones import settings as oneonones_settings
from bot.features.rituals import settings as rituals_settings
from bot.features.rules import settings as rules_settings
from bot.features.shadowing import settings as shadowing_settings
from bot.features.shoutouts import settings as shoutouts_settings
from bot.features.spikes import settings as spikes_settings
from bot.features.tank import settings as tank_settings
from bot.features.tickets import settings as tickets_settings
from bot.features.visits import settings as visits_settings
from bot.hours import routine
from bot.inbox import Sessions
from bot.listeners import Listeners
from bot.messages import choices, handed_back, inputs
from bot.messages import settings as messages
from bot.messages.errors import which_team
from bot.messages.post import Payload, payload
from bot.messages.setup import ZONE
from bot.outbox import outbox
from bot.teams import finding, membership
from bot.teams import settings as teams_settings
from bot.teams.settings import Goals, Settings
from bot.teams.tables import Team
from bot.timetable import timetable
from handlers.forms import answers
from handlers.presses import show_form
from handlers.setup import must_be_a_zone, prepare, who_leads
from schedules import members, recurring, roles
from schedules import occasions as occasions_schedule
from schedules.nudges import greet
from schedules.oneonones import pair

OF_TEAMS: dict[str, type[Settings]] = {
    model.feature: model
    for model in (
        routine.Settings,
        shoutouts_settings.Settings,
        oneonones_settings.Settings,
        shadowing_settings.Settings,
        visits_settings.Settings,
        spikes_settings.Settings,
        rules_settings.Settings,
        tickets_settings.Settings,
        celebrations_settings.Settings,
        occasions_settings.Settings,
        tank_settings.Settings,
        Goals,
    )
}
OF_PEOPLE: dict[str, type[Settings]] = {
    model.feature: model
    for model in (
        routine.Own,
        shoutouts_settings.Own,
        shadowing_settings.Own,
        rituals_settings.Own,
        occasions_settings.Own,
        settings.Own,
        spikes_settings.Own,
    )
}
FOR_LEADERS: set[type[Settings]] = {settings.Own, spikes_settings.Own}
"""Of those, what means nothing to anybody else."""


def register(on: Listeners) -> None:
    on.action(messages.OPEN)(open_form)
    for feature in OF_PEOPLE:
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
        team = await _managed(session, workspace_id, user_id, channel_id=channel_id, team_id=team_id)
        members = await membership.members(session, team)
        changes = await teams_settings.changes(session, team)
    return payload(messages.listing(team, members, [model.of(team) for model in OF_TEAMS.values()], changes))


async def open_form(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    team_id, _, feature = body["actions"][0]["value"].partition(":")
    async with sessions.reading() as session:
        team = await _managed(session, body["team"]["id"], body["user"]["id"], team_id=handed_back.number(team_id))
        if feature == messages.PEOPLE:
            view = messages.people_form(team, await membership.members(session, team))
        else:
            view = messages.form(team, _model(OF_TEAMS, feature).of(team))
    await client.views_push(trigger_id=body["trigger_id"], view=payload(view))
    await ack()


async def save(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    team_id, feature, version = handed_back.parts(view["private_metadata"], 3)
    model = _model(OF_TEAMS, feature)
    async with sessions.begin() as session:
        user_id = context.user_id or ""
        team = await _managed(session, context.team_id or "", user_id, team_id=handed_back.number(team_id), lock=True)
        must_be_as_shown(version, model.of(team).model_dump(mode="json"))
        await teams_settings.change(session, team, user_id, inputs.read(model, answers(view), model.of(team)), now=now)
        await recurring.replan(session, team, now=now)
        await outbox.look_again(session, team.workspace_id, team=team, now=now)
        homes.touch(session, team.workspace_id, await membership.guides(session, team), now=now)
    await ack(response_action="update", view=payload(messages.saved(model.title, team)))


async def save_people(
    ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime
) -> None:
    team_id, _, version = handed_back.parts(view["private_metadata"], 3)
    async with sessions.begin() as session:
        user_id = context.user_id or ""
        team = await _managed(session, context.team_id or "", user_id, team_id=handed_back.number(team_id), lock=True)
        was = messages.people_of(team, await membership.members(session, team))
        must_be_as_shown(version, was)
        homes.touch(session, team.workspace_id, await membership.everybody(session, team), now=now)
        await _change_people(session, team, answers(view), now)
        became = messages.people_of(team, await membership.members(session, team))
        await roles.tell(session, team, user_id, was, became, now=now)
        for name in became:
            teams_settings.note(session, team, user_id, f"{messages.PEOPLE}.{name}", was[name], became[name], now=now)
        homes.touch(session, team.workspace_id, await membership.everybody(session, team), now=now)
    await ack(response_action="update", view=payload(messages.saved(messages.PEOPLE_TITLE, team)))


async def _change_people(session: AsyncSession, team: Team, form: dict[str, Any], now: datetime) -> None:
    must_be_a_zone(form[ZONE])
    leaders, deputies, team.sponsor_id = await who_leads(session, team.workspace_id, form)
    await membership.appoint(session, team, leaders=leaders, deputies=deputies, now=now)
    await pair(session, team, now=now)
    await members.settle(session, team, now=now)
    await greet(session, team.workspace_id, now=now)
    if team.zone != form[ZONE]:
        team.zone = form[ZONE]
        await timetable.move_zone(session, team, now=now)
    await outbox.look_again(session, team.workspace_id, team=team, now=now)
    if channel := await places.channel(session, team.workspace_id, team.channel_id):
        channel.is_stale = True  # who was a leader or the sponsor may be an agent now


def _model(models: dict[str, type[Settings]], feature: str) -> type[Settings]:
    if feature not in models:
        raise Passed(handed_back.NOT_OURS)
    return models[feature]


def must_be_as_shown(version: str, now: dict[str, Any]) -> None:
    if messages.version(now) != version:
        raise UserError(messages.CHANGED_MEANWHILE)


def own(person: Person, *, leads: bool) -> list[Settings]:
    """Somebody's own choices, for `/steward me`."""
    return [model.of(person) for model in OF_PEOPLE.values() if leads or model not in FOR_LEADERS]


async def open_own(ack: AsyncAck, body: Payload, client: AsyncWebClient, sessions: Sessions) -> None:
    model = _model(OF_PEOPLE, body["actions"][0]["value"])
    async with sessions.reading() as session:
        person = await directory.person(session, body["team"]["id"], body["user"]["id"])
    await show_form(client, body, messages.own_form(model.of(person)))
    await ack()


async def save_own(ack: AsyncAck, context: AsyncBoltContext, view: Payload, sessions: Sessions, now: datetime) -> None:
    model = _model(OF_PEOPLE, view["private_metadata"])
    async with sessions.begin() as session:
        person = await directory.person(session, context.team_id or "", context.user_id or "", lock=True)
        chosen = inputs.read(model, answers(view), model.of(person))
        inputs.must_be_near(chosen, person.local(now).date())
        chosen.keep(person)
        if model is occasions_settings.Own:
            occasions_settings.answer_invitation(person)
        await occasions_schedule.choose(session, person, now=now)
        await outbox.look_again(session, person.workspace_id, person_id=person.id, now=now)
        homes.touch(session, person.workspace_id, [person.id], now=now)
        note = await _without_effect(session, person, chosen)
    await ack(response_action="update", view=payload(messages.saved(model.title, note=note)))


async def _without_effect(session: AsyncSession, person: Person, chosen: Settings) -> str:
    theirs = await finding.of_person(session, person.workspace_id, person.id)
    roles = await membership.roles_of(session, person.workspace_id, person.id)
    sponsors = any(team.sponsor_id == person.id for team in theirs)
    return choices.without_effect(chosen, set(roles.values()), sponsors=sponsors)


async def _managed(
    session: AsyncSession,
    workspace_id: str,
    user_id: str,
    *,
    channel_id: str | None = None,
    team_id: int | None = None,
    lock: bool = False,
) -> Team:
    """The team meant, by somebody who may change it."""
    person = await directory.person(session, workspace_id, user_id)
    team = await _found(session, person, channel_id) if team_id is None else await session.get(Team, team_id)
    if team is None or team.workspace_id != workspace_id:
        raise Passed("That team is no longer here.")
    if lock:
        await membership.hold(session, team.id)
    await membership.must_manage(session, team, person)
    return team


async def _found(session: AsyncSession, person: Person, channel_id: str | None) -> Team:
    if here := await finding.of_channel(session, person.workspace_id, channel_id or ""):
        return here
    theirs = await finding.which(session, person.workspace_id, person.id)
    if len(theirs) > 1:
        raise UserError(which_team(theirs))
    return theirs[0]
