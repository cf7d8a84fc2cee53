"""All settings of teams and people, how they change, and who may change a team's settings."""

from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import AnswerTooLate, Refusal
from bot.features import hard_contacts, roadblocks
from bot.features.alert_rules import settings as alert_rules_settings
from bot.features.balance import settings
from bot.features.birthdays import settings as birthdays_settings
from bot.features.celebrations import settings as celebrations_settings
from bot.features.fun_tank import settings as fun_tank_settings
from bot.features.hand_ups import settings as hand_ups_settings
from bot.features.one_on_ones import settings as one_on_ones_settings
from bot.features.pulse import settings as pulse_settings
from bot.features.rituals import settings as rituals_settings
from bot.features.shadowing import settings as shadowing_settings
from bot.features.shoutouts import settings as shoutouts_settings
from bot.features.spikes import settings as spikes_settings
from bot.features.tickets import settings as tickets_settings
from bot.features.visits import settings as visits_settings
from bot.features.voice.models import Settings as VoiceSettings
from bot.features.weekly.models import WeeklyPreferences
from bot.followups import settings as followups_settings
from bot.meetings.settings import ShadowingPreferences
from bot.messages import inputs
from bot.messages import settings as messages
from bot.messages.errors import which_team
from bot.nudges.hours import HourPreferences
from bot.org import people
from bot.org.availability import working_hours
from bot.org.people import Person
from bot.org.teams import membership, queries
from bot.org.teams import settings as teams_settings
from bot.org.teams.models import Team
from bot.org.teams.settings import Goals, Settings
from bot.refusals import common
from bot.slack import home
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.workflows import birthdays, nudges, recurring_jobs, weekly
from bot.workflows.heads_ups import cards as heads_ups_cards

TEAM_SETTINGS: dict[str, type[Settings]] = {
    model.feature: model
    for model in (
        working_hours.WorkingHoursSettings,
        shoutouts_settings.Settings,
        one_on_ones_settings.Settings,
        shadowing_settings.Settings,
        visits_settings.Settings,
        spikes_settings.Settings,
        hand_ups_settings.Settings,
        hard_contacts.Settings,
        alert_rules_settings.Settings,
        tickets_settings.Settings,
        celebrations_settings.Settings,
        birthdays_settings.Settings,
        fun_tank_settings.Settings,
        followups_settings.Settings,
        pulse_settings.Settings,
        VoiceSettings,
        Goals,
    )
}


PERSONAL_SETTINGS: dict[str, type[Settings]] = {
    model.feature: model
    for model in (
        working_hours.WorkingHoursPreferences,
        HourPreferences,
        shoutouts_settings.ShoutoutPreferences,
        ShadowingPreferences,
        rituals_settings.RitualPreferences,
        birthdays_settings.BirthdayPreferences,
        settings.BalancePreferences,
        WeeklyPreferences,
        spikes_settings.SpikePreferences,
        roadblocks.RoadblockPreferences,
    )
}


LEADER_SETTINGS: set[type[Settings]] = {
    settings.BalancePreferences, WeeklyPreferences, spikes_settings.SpikePreferences
}  # fmt: skip
"""Personal settings that only leaders see."""


def find_model(models: dict[str, type[Settings]], feature: str) -> type[Settings]:
    if feature not in models:
        raise AnswerTooLate(common.GONE)
    return models[feature]


async def change_team_settings(
    session: AsyncSession, actor: Actor, team_id: int, model: type[Settings], version: str, form: dict[str, Any], *,
    now: datetime,
) -> Team:  # fmt: skip
    """Change a team's settings for one feature.

    Raises a `Refusal` if they have changed since the form that showed `version` was opened.
    """
    team = await managed_team(session, actor, team_id=team_id, lock=True)
    must_be_as_shown(version, model.of(team).model_dump(mode="json"))
    chosen = inputs.parse_settings(model, form, model.of(team))
    await teams_settings.change_settings(session, team, actor.person_id, chosen, now=now)
    await recurring_jobs.replan_jobs(session, team, now=now)
    if model is working_hours.WorkingHoursSettings:
        await weekly.replan_leaders(session, team, now=now)
        await heads_ups_cards.reschedule_mornings(session, team, now=now)
    await outbox.reschedule_waiting(session, team.workspace_id, team=team, now=now)
    home.mark_changed(session, team.workspace_id, await membership.leaders_and_sponsor(session, team), now=now)
    return team


async def change_preferences(
    session: AsyncSession, actor: Actor, model: type[Settings], form: dict[str, Any], *, now: datetime
) -> str:
    """Change a person's own preferences; return why they have no effect yet, or an empty text if they do."""
    person = await people.fetch_person(session, *actor, lock=True)
    chosen = inputs.parse_settings(model, form, model.of(person))
    inputs.check_dates_near(chosen, person.local(now).date())
    await store_preferences(session, person, chosen, now=now)
    return await _explain_no_effect(session, person, chosen)


async def store_preferences(session: AsyncSession, person: Person, chosen: Settings, *, now: datetime) -> None:
    """Store a locked person's preferences for one feature, and replan what depends on them."""
    model = type(chosen)
    chosen.keep(person)
    if model is birthdays_settings.BirthdayPreferences:
        birthdays_settings.answer_invitation(person)
    await birthdays.replan_person(session, person, now=now)
    await weekly.replan(session, person, now=now)
    if model is HourPreferences:
        await nudges.apply_hour_preference(session, person, now=now)
    await outbox.reschedule_waiting(session, person.workspace_id, person_id=person.id, now=now)
    home.mark_changed(session, person.workspace_id, [person.id], now=now)


def must_be_as_shown(version: str, now: dict[str, Any]) -> None:
    if messages.settings_version(now) != version:
        raise Refusal(common.CHANGED_MEANWHILE)


def personal_settings(person: Person, *, leads: bool) -> list[Settings]:
    """Return a person's own preferences, for `/steward me`."""
    return [model.of(person) for model in PERSONAL_SETTINGS.values() if leads or model not in LEADER_SETTINGS]


async def _explain_no_effect(session: AsyncSession, person: Person, chosen: Settings) -> str:
    theirs = await queries.teams_of_person(session, *person.dm)
    roles = await membership.roles_of(session, *person.dm)
    sponsors = any(team.sponsor_id == person.id for team in theirs)
    return messages.explain_no_effect(chosen, set(roles.values()), sponsors=sponsors)


async def managed_team(
    session: AsyncSession, actor: Actor, *, channel_id: str = "", team_id: int | None = None, lock: bool = False
) -> Team:
    """Return the team with this id, or else the team that a command in the channel is about.

    Raises a `Refusal` unless the person may change the team.
    """
    person = await people.fetch_person(session, *actor)
    team = await team_meant(session, person, channel_id) if team_id is None else await session.get(Team, team_id)
    if team is None or team.workspace_id != actor.workspace_id:
        raise AnswerTooLate(common.TEAM_GONE)
    if lock:
        await membership.lock_team(session, team.id)
    await membership.must_manage(session, team, person)
    return team


async def team_meant(session: AsyncSession, person: Person, channel_id: str) -> Team:
    """Return the team of a channel, else the person's only team. Raises `Refusal` if that is not clear."""
    if here := await queries.team_of_channel(session, person.workspace_id, channel_id):
        return here
    theirs = await queries.team_meant(session, *person.dm)
    if len(theirs) > 1:
        raise Refusal(which_team(theirs))
    return theirs[0]
