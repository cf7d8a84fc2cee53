"""`steward alerts test`: the report on a recorded delivery, and errors that say how to fix the problem."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.__main__ import command_line
from bot.cli.alerts import rehearse
from bot.errors import OperatorError
from handlers.webhooks.receiver import MOST_BYTES
from tests.handlers.webhooks.drivers import NAMES, PAYLOADS


def test_dry_run_prints_queue_signal_value_and_key_of_each_alert() -> None:
    file = PAYLOADS / "grafana-queues.json"
    said = CliRunner().invoke(command_line, ["alerts", "test", "grafana", str(file)])

    assert said.output.splitlines() == [
        "phones: the alert is firing and would open a spike or join an open one "
        "(value 42, limit 30, key c6eadffa33fcdf37)",
        "chat: the alert is resolved and would end the spike (value 3, key bc97ff14869b13e3)",
    ]


def test_dry_run_reports_tickets_pings_and_the_webhooks_default_queue() -> None:
    assert rehearse("zendesk", PAYLOADS / "zendesk-created.json", "chat") == [
        "chat (the default; the ticket names no queue): ticket 35436 was opened and would be counted"
    ]
    assert rehearse("pagerduty", PAYLOADS / "pagerduty-ping.json", "") == ["Nothing would happen. A test arrived."]


@pytest.mark.parametrize("name", NAMES)
def test_dry_run_accepts_every_payload_fixture(name: str) -> None:
    assert rehearse(name.partition("-")[0], PAYLOADS / f"{name}.json", "phones")


@pytest.mark.parametrize(
    ("sender", "body", "said"),
    [
        ("grafna", "{}", "Unknown sender `grafna`. Did you mean grafana?"),
        ("x", "{}", "Unknown sender `x`. Choose one of: grafana, alertmanager,"),
        ("generic", "{", "Invalid JSON: Expecting property name enclosed in double quotes in line 1, column 2."),
        (
            "alertmanager",
            "{}",
            "It has no `alerts` list, so it isn't this tool's own body. Steward would answer Prometheus Alertmanager",
        ),
        ("generic", " " * (MOST_BYTES + 1), "1048577 bytes; the limit is 1048576."),
    ],
)
def test_error_about_an_unknown_sender_or_malformed_body_says_what_to_fix(
    tmp_path: Path, sender: str, body: str, said: str
) -> None:
    file = tmp_path / "body.json"
    file.write_text(body)
    with pytest.raises(OperatorError) as told:
        rehearse(sender, file, "")

    assert said in str(told.value)


def test_error_about_a_missing_payload_file_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(OperatorError, match=r"nowhere\.json: No such file or directory"):
        rehearse("grafana", tmp_path / "nowhere.json", "")
