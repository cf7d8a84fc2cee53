"""The preview of the next two weeks of rituals."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from bot.messages import setup
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)


@pytest.mark.parametrize(("days", "names_days"), [([0], True), ([0, 7], True), ([0, 7, 14], True), (range(5), False)])
def test_daily_ritual_is_not_listed_day_by_day_in_the_preview(days: list[int], names_days: bool) -> None:
    told = SimpleNamespace(title="Trivia", told="A question.")
    line = setup.rituals(TEAM, [(TUESDAY + timedelta(days=day), told) for day in days])

    assert ("17 Nov" in line) is names_days
    assert "10:00" in line
