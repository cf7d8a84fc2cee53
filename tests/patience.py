"""How long the bot may take to answer in tests that are about something else."""

import pytest

from bot import listeners
from sandbox import hub, triggers

PATIENT = 12.0


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some workers on two cores stand still for seconds now and then; tests of Slack's three are elsewhere."""
    monkeypatch.setattr(listeners, "SECONDS", PATIENT - 2)
    monkeypatch.setattr(hub, "ACK_WITHIN", PATIENT)
    monkeypatch.setattr(triggers, "LIFE", PATIENT)
