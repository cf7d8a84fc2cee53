"""The time suggested to a coffee pair, at which both people are at work."""

from datetime import datetime, timedelta

import pytest

from bot.org.people import Person
from bot.org.teams.models import Team
from bot.workflows.rituals import coffee
from tests.conftest import TUESDAY

TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)


@pytest.mark.parametrize(
    ("zone", "told_at"),
    [("Europe/Lisbon", TUESDAY), ("America/New_York", TUESDAY.replace(hour=14)), ("Asia/Kolkata", TUESDAY)],
)
async def test_suggested_coffee_time_is_after_both_people_could_read_the_message(zone: str, told_at: datetime) -> None:
    ana, other = Person("T1", "UANA", "ana", "Europe/Lisbon"), Person("T1", "UELI", "eli", zone)
    at = coffee.common_time(TEAM, [ana, other], TUESDAY, TUESDAY + timedelta(days=7))

    assert at
    assert at >= told_at + timedelta(hours=1)
