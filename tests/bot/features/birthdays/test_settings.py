"""The invitation to enter a birthday and a start date."""

from datetime import date
from typing import Any

import pytest

from bot.features.birthdays import settings
from bot.features.birthdays.settings import BirthdayPreferences, Wish
from bot.org.people import Person


def person(**own: Any) -> Person:
    ana = Person("T1", "UANA", "ana", settings={"rituals": {"coffee": "rather not"}})
    BirthdayPreferences(**own).keep(ana)
    return ana


@pytest.mark.parametrize(
    ("own", "invited"),
    [
        ({}, True),
        ({"birthday": "8 March"}, False),
        ({"birthday": "8 March", "birthday_wish": Wish.PUBLIC}, False),
        ({"began_on": date(2024, 5, 1)}, False),
        ({"birthday_wish": Wish.PRIVATE}, False),
    ],
)
def test_only_people_without_birthday_preferences_are_invited_to_enter_a_birthday(
    own: dict[str, Any], invited: bool
) -> None:
    assert settings.should_invite(person(**own)) is invited


@pytest.mark.parametrize("own", [{}, {"birthday": "8 March"}, {"began_on": date(2024, 5, 1)}])
def test_answered_invitation_to_enter_a_birthday_is_not_repeated(own: dict[str, Any]) -> None:
    ana = person(**own)
    settings.answer_invitation(ana)
    BirthdayPreferences().keep(ana)

    assert not settings.should_invite(ana)
    assert ana.settings["rituals"] == {"coffee": "rather not"}
