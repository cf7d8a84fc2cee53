"""Warnings about settings that have no effect."""

from datetime import date

import pytest

from bot.features.birthdays import settings
from bot.features.birthdays.settings import Wish
from bot.features.rituals import settings as rituals_settings
from bot.features.shoutouts import settings as shoutouts_settings
from bot.meetings.settings import ShadowingPreferences
from bot.messages import settings as messages_settings
from bot.messages.settings import NO_TEAM, ONLY_AGENTS, ONLY_MEMBERS, SILENT
from bot.org.teams.models import Role
from bot.org.teams.settings import Settings

BORN = settings.BirthdayPreferences(birthday="14 March", birthday_wish=Wish.PUBLIC)


@pytest.mark.parametrize(
    ("own", "roles", "sponsors", "why"),
    [
        (BORN, [], False, NO_TEAM),
        (BORN, [], True, ""),
        (BORN, [Role.AGENT], False, ""),
        (settings.BirthdayPreferences(birthday="14 March"), [Role.AGENT], False, SILENT),
        (settings.BirthdayPreferences(began_on=date(2020, 3, 1)), [Role.LEADER], False, SILENT),
        (settings.BirthdayPreferences(), [Role.AGENT], False, ""),
        (rituals_settings.RitualPreferences(), [], True, ONLY_MEMBERS),
        (rituals_settings.RitualPreferences(), [], False, NO_TEAM),
        (rituals_settings.RitualPreferences(), [Role.LEADER], True, ""),
        (ShadowingPreferences(), [Role.LEADER], False, ONLY_AGENTS),
        (ShadowingPreferences(), [], True, ONLY_AGENTS),
        (ShadowingPreferences(), [Role.AGENT, Role.LEADER], False, ""),
        (shoutouts_settings.ShoutoutPreferences(), [], False, ""),
    ],
)
def test_personal_setting_without_effect_comes_with_the_reason(
    own: Settings, roles: list[Role], sponsors: bool, why: str
) -> None:
    assert messages_settings.explain_no_effect(own, roles, sponsors=sponsors) == why
