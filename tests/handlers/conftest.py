from datetime import timedelta

import pytest

from bot import lookout

FOR_GOOD = timedelta(days=1000)


@pytest.fixture(autouse=True)
def patient(patience: None) -> None:
    """Slack's three seconds are for other tests."""


@pytest.fixture(autouse=True)
def nothing_unheard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Slack is looked at once and then listened to: weeks go by without the daily look, which has tests of its own."""
    monkeypatch.setattr(lookout, "A_DAY", FOR_GOOD)
