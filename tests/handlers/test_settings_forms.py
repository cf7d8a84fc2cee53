"""Tests that every settings form is valid in Slack, even with long titles and full lists."""

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.messages import inputs
from bot.messages import settings as messages
from bot.messages.settings import own_buttons
from bot.org.teams.models import Team
from bot.org.teams.settings import Settings
from bot.slack.post import Payload, payload
from bot.workflows.settings import PERSONAL_SETTINGS, TEAM_SETTINGS
from sandbox.blocks import validation
from tests.harness import Json

NOW = datetime(2031, 3, 3, tzinfo=UTC)
TEAM = Team("T1", "C1", "a-long-name-".ljust(80, "x"), "Europe/Lisbon", None, NOW)
TEAM.id = 10**9


def fill_lists(model: type[Settings]) -> Settings:
    """Return settings whose lists are as long as their fields allow."""
    lists = [name for name, field in model.model_fields.items() if field.annotation == list[str]]
    return model().model_copy(update={name: ["x" * inputs.LONGEST_LIST] for name in lists})


def problems(view: Payload) -> list[Any]:
    return list(validation.view_problems(view, "modal"))


@pytest.mark.parametrize("fill", [lambda model: model(), fill_lists], ids=["defaults", "fullest"])
@pytest.mark.parametrize("model", TEAM_SETTINGS.values(), ids=lambda model: model.feature)
def test_every_team_settings_form_is_valid_in_slack(model: type[Settings], fill: Any) -> None:
    assert problems(payload(messages.form(TEAM, fill(model)))) == []


@pytest.mark.parametrize("model", PERSONAL_SETTINGS.values(), ids=lambda model: model.feature)
def test_every_personal_settings_form_is_valid_in_slack(model: type[Settings]) -> None:
    assert problems(payload(messages.own_form(model()))) == []


@pytest.mark.parametrize(
    "title", ["Birthdays and anniversaries", "Twenty-four letters, all", "Twenty-five letters & one", "é" * 200]
)
def test_settings_form_with_a_long_title_is_valid_and_shows_the_whole_title(title: str) -> None:
    class Long(Settings):
        feature = "long"

    Long.title = title

    view: Json = payload(messages.form(TEAM, Long()))

    assert problems(view) == []
    assert title.replace("&", "&amp;") in view["blocks"][0]["elements"][0]["text"]


def test_personal_settings_have_valid_buttons() -> None:
    rows = [row._resolve() for row in own_buttons([model() for model in PERSONAL_SETTINGS.values()])]

    assert validation.message_problems(rows, "/blocks") == []
