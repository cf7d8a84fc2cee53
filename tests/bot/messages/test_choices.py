"""Whoever chooses what cannot have an effect hears so at once."""

from datetime import date

import pytest

from bot.features import occasions, rituals, shadowing, shoutouts
from bot.messages import choices
from bot.messages.choices import NO_TEAM, ONLY_AGENTS, ONLY_MEMBERS, SILENT
from bot.teams import Role, Settings

BORN = occasions.Own(birthday="14 March", birthday_wish=occasions.Wish.PUBLIC)


@pytest.mark.parametrize(
    ("own", "roles", "sponsors", "why"),
    [
        (BORN, [], False, NO_TEAM),
        (BORN, [], True, ""),
        (BORN, [Role.AGENT], False, ""),
        (occasions.Own(birthday="14 March"), [Role.AGENT], False, SILENT),
        (occasions.Own(began_on=date(2020, 3, 1)), [Role.LEADER], False, SILENT),
        (occasions.Own(), [Role.AGENT], False, ""),
        (rituals.Own(), [], True, ONLY_MEMBERS),
        (rituals.Own(), [], False, NO_TEAM),
        (rituals.Own(), [Role.LEADER], True, ""),
        (shadowing.Own(), [Role.LEADER], False, ONLY_AGENTS),
        (shadowing.Own(), [], True, ONLY_AGENTS),
        (shadowing.Own(), [Role.AGENT, Role.LEADER], False, ""),
        (shoutouts.Own(), [], False, ""),
    ],
)
def test_what_has_no_effect_says_why(own: Settings, roles: list[Role], sponsors: bool, why: str) -> None:
    assert choices.without_effect(own, roles, sponsors=sponsors) == why
