"""Leaders who can never be reached: they left, have no working days, or are always in Do Not Disturb."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.teams.reach import Barrier, find_barrier

NOW = datetime(2026, 11, 17, 10, tzinfo=UTC)
HOUR = timedelta(hours=1)
TEAM = Team("T1", "C1", "harbour-support", "Europe/Lisbon", None, NOW)
NO_DAYS: dict[str, Any] = {"hours": {"days": []}}


@pytest.mark.parametrize(
    ("facts", "barrier"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({"has_left": True}, Barrier.LEFT, id="deactivated"),
        pytest.param({"settings": NO_DAYS}, Barrier.NO_DAYS, id="no working days"),
        pytest.param({"quiet": (-2, 2)}, None, id="Do Not Disturb for some hours of the day"),
        pytest.param({"quiet": (-2, 8)}, Barrier.QUIET, id="Do Not Disturb for all hours of the day"),
        pytest.param({"quiet": (-2, 50)}, Barrier.QUIET, id="Do Not Disturb for days"),
        pytest.param({"absences": [(NOW - HOUR, NOW + 100 * HOUR)]}, None, id="away for some days"),
    ],
)
def test_leader_is_unreachable_only_if_no_working_hour_is_free_of_do_not_disturb(
    facts: dict[str, Any], barrier: Barrier | None
) -> None:
    person = Person("T1", "UMAYA", "maya", "Europe/Lisbon")
    since, until = facts.pop("quiet", (0, 0))
    person.be_quiet((NOW + since * HOUR, NOW + until * HOUR) if until else None)
    for name, value in facts.items():
        setattr(person, name, value)

    assert find_barrier(person, TEAM, NOW) is barrier
