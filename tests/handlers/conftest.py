from datetime import timedelta

import pytest

from bot import lookout
from tests.world import Mode

FOR_GOOD = timedelta(days=1000)


@pytest.fixture(autouse=True)
def patient(patience: None) -> None:
    """Slack's three seconds are for other tests."""


@pytest.fixture(autouse=True)
def nothing_unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is looked at once and then listened to: weeks go by without the daily look, which has tests of its own."""
    monkeypatch.setattr(lookout, "A_DAY", FOR_GOOD)


@pytest.fixture
def usual_mode(request: pytest.FixtureRequest) -> Mode | None:
    """In one process, but for tests marked `on_the_wire`, and for all of them in `make test-all`."""
    is_real = request.node.get_closest_marker("on_the_wire") or request.config.getoption("every_pair")
    return None if is_real else "in_process"
