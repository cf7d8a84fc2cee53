"""State words of alerts: webhooks, messages and commands share one vocabulary, and unknown words open no spike."""

from collections.abc import Mapping

import pytest

from bot.alerts import FIRING as FIRE
from bot.alerts import NEITHER, RESOLVED, TESTS, NoEffectReason, Signal, parse_state

MEANT: Mapping[str, tuple[Signal, NoEffectReason | None]] = dict.fromkeys(
    [
        "FIRING", "Alerting", "ALARM", "Re-Triggered", "triggered", "critical", "Open", "re-opened", ":red_circle:",
        "ALERT!", "PROBLEM", "DOWN", "failure", "warning", "Warn", "Re-Warn", "still firing", "Renotify", "Fired",
        "created", "unhealthy", "[Triggered on {host:a}]", "P1 critical",
    ],
    (Signal.FIRING, None),
) | dict.fromkeys(
    [
        "RECOVERY", "UP", "cleared", "success", "close", "resolved", "OK", "Recovered", ":large_green_circle:",
        "Resolved: critical", "all clear", "back to normal", "Closed", "healthy", "inactive", "PASSED", "Ok!", "solved",
    ],
    (Signal.RESOLVED, None),
) | dict.fromkeys(
    ["ack", "Acknowledged", "ACKED", "silenced", "pending", "paused", "info", "Acknowledged: critical", "maintenance"],
    (Signal.INFO, None),
) | dict.fromkeys(["test", "TESTING", "Test: firing"], (Signal.INFO, NoEffectReason.TEST)) | dict.fromkeys(
    ["No Data", "no_data", "NODATA", "Re-No Data", "INSUFFICIENT_DATA", "DatasourceNoData", "missing data"],
    (Signal.INFO, NoEffectReason.NO_DATA),
) | dict.fromkeys(
    [
        "amber", "???", "", "Gelöst", "résolu", "解決", "not ok", "no longer firing", "never resolved",
        "partially resolved",        "42", "{{state}}", "$STATE", "unresolved", "lukewarm", "okey-dokey",
    ],
    (Signal.INFO, NoEffectReason.UNKNOWN),
)  # fmt: skip


@pytest.mark.parametrize("word", MEANT)
def test_alert_state_words_are_mapped_to_firing_or_resolved(word: str) -> None:
    assert parse_state(word) == MEANT[word]


def test_no_alert_state_word_has_two_meanings() -> None:
    words = f"{FIRE} {RESOLVED} {NEITHER} {TESTS}".split()

    assert len(words) == len(set(words))
