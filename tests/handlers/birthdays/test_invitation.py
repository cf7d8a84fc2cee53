"""Tests of the invitation on Home to enter a birthday, which is shown until the person answers it."""

import pytest

from bot.features.birthdays.settings import BirthdayPreferences
from bot.messages.birthdays import DECLINE
from bot.messages.settings import OPEN_OWN
from tests.handlers.home.drivers import SOON, opens, press, shown
from tests.harness import Slack, World

ENTER = f"{OPEN_OWN}:{BirthdayPreferences.feature}"


async def enter(slack: Slack, user: str, **values: str) -> None:
    await slack.submit(user, **{f"{BirthdayPreferences.feature}.{name}": value for name, value in values.items()})


@pytest.mark.parametrize("user", ["ana", "maya", "grace"])
async def test_declined_invitation_to_enter_a_birthday_is_not_shown_again(
    slack: Slack, world: World, user: str
) -> None:
    assert ENTER in await opens(slack, user)
    await press(slack, user, DECLINE)
    await world.move(SOON)

    assert ENTER not in await shown(slack, user)
    assert ENTER not in await opens(slack, user)


async def test_birthday_invitation_is_not_shown_again_after_a_birthday_was_removed(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    await press(slack, "ana", ENTER)
    await enter(slack, "ana", birthday="8 March", birthday_wish="private")
    await world.move(SOON)
    assert ENTER not in await shown(slack, "ana")

    await slack.do("views/close", user="ana", view_id=(await slack.views("ana"))[-1]["id"])
    await press(slack, "ana", "home:me")
    view = (await slack.views("ana"))[-1]
    await slack.do("actions", user="ana", view_id=view["id"], action_id=ENTER)
    await enter(slack, "ana", birthday="", birthday_wish="none")
    assert ENTER not in await opens(slack, "ana")


async def test_person_without_a_team_gets_no_invitation_to_enter_a_birthday(slack: Slack, world: World) -> None:
    await slack.do("users", user="gina", real_name="Gina Alves")
    await world.sandbox.settled()

    assert ENTER not in await opens(slack, "gina")
