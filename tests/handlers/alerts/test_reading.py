"""What each sender's documented payload tells, and what a body that is not its own is answered with."""

from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.alerts import Alert, Signal, Ticket
from bot.features.hooks import Sender
from handlers import alerts
from tests.handlers.alerts.hands import AT, NAMES, payload, read, received

FIRING, RESOLVED, INFO = Signal.FIRING, Signal.RESOLVED, Signal.INFO


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


ALERTS: dict[str, list[dict[str, Any]]] = {
    "grafana": [
        {"signal": FIRING, "key": "c6eadffa33fcdf37", "queue": "", "value": 44.23943737541908, "threshold": None,
         "title": "This alert was triggered for zone us-1", "url": "https://play.grafana.org/alerting/1afz29v7z/edit",
         "occurred_at": at("2021-10-12T07:51:03.157076Z")},
        {"signal": FIRING, "key": "bc97ff14869b13e3", "title": "This alert was triggered for zone eu-1"},
    ],
    "grafana-queues": [
        {"signal": FIRING, "queue": "phones", "value": 42, "threshold": 30, "url": "https://play.grafana.org/d/phones"},
        {"signal": RESOLVED, "queue": "chat", "value": 3, "occurred_at": at("2021-10-12T10:06:03Z")},
    ],
    "alertmanager": [
        {"signal": FIRING, "queue": "", "title": "Test", "value": None,
         "occurred_at": at("2018-08-03T07:52:26.739266Z")},
    ],
    "alertmanager-resolved": [
        {"signal": RESOLVED, "key": "1a30ba71cca2921f", "queue": "phones", "title": "Phones are busy", "value": 12.5,
         "threshold": 10, "occurred_at": at("2018-08-03T08:12:26.5Z")},
    ],
    "pagerduty": [
        {"signal": FIRING, "key": "PGR0VU2", "queue": "API Service", "title": "A little bump in the road",
         "url": "https://acme.pagerduty.com/incidents/PGR0VU2", "occurred_at": at("2020-10-02T18:45:22.169Z")},
    ],
    "pagerduty-resolved": [{"signal": RESOLVED, "key": "PGR0VU2", "queue": "API Service"}],
    "pagerduty-acknowledged": [{"signal": INFO, "key": "PGR0VU2"}],
    "events": [
        {"signal": FIRING, "key": "samplekeyhere", "queue": "phones", "value": 42, "threshold": 30,
         "title": "Example alert on host1.example.com", "url": "https://monitoring.example.com",
         "occurred_at": at("2015-07-17T08:42:58.315Z")},
    ],
    "events-resolve": [{"signal": RESOLVED, "key": "samplekeyhere", "queue": "", "title": ""}],
    "datadog": [
        {"signal": FIRING, "key": "5567781241", "queue": "phones", "title": "Calls waiting", "threshold": 30,
         "url": "https://app.datadoghq.com/monitors/1", "occurred_at": at("2021-01-01T00:00:00Z")},
    ],
    "datadog-recovered": [{"signal": RESOLVED, "key": "5567781241", "queue": "phones", "threshold": None, "url": ""}],
    "datadog-default": [{"signal": FIRING, "key": "", "title": "Calls waiting"}],
    "generic": [
        {"signal": FIRING, "key": "08d6891a-835c-e661-39fa-96b6a9e26552", "title": "The whole system is down",
         "url": "https://en.wikipedia.org/wiki/Downtime"},
    ],
    "generic-ok": [{"signal": RESOLVED, "key": "08d6891a-835c-e661-39fa-96b6a9e26552"}],
    "generic-queue": [{"queue": "phones", "value": 42, "threshold": 30, "occurred_at": at("2026-11-22T10:00:00Z")}],
}  # fmt: skip
TICKETS: dict[str, list[Ticket]] = {
    "zendesk": [Ticket("Phones", "35436", True, AT)],
    "zendesk-solved": [Ticket("Phones", "35436", False, AT)],
    "zendesk-created": [Ticket("", "35436", True, at("2025-01-08T11:24:39Z"))],
    "zendesk-status": [Ticket("", "35436", False, at("2025-01-08T11:24:39Z"))],
    "intercom": [Ticket("Chat", "137324500000000", True, at("2020-08-05T13:49:29Z"))],
    "intercom-closed": [Ticket("", "137324500000000", False, at("2020-08-05T13:49:29Z"))],
    "freshdesk": [Ticket("Phones", "11", True, AT)],
    "freshdesk-closed": [Ticket("Phones", "11", False, AT)],
}
NOTHING = ["pagerduty-note", "pagerduty-ping", "zendesk-priority", "intercom-ping", "freshdesk-priority"]


def test_every_payload_is_told_of_here() -> None:
    assert sorted([*ALERTS, *TICKETS, *NOTHING]) == NAMES


@pytest.mark.parametrize("name", ALERTS)
def test_documented_alerts_read_as_they_are_meant(name: str) -> None:
    found = read(name)

    assert len(found.alerts) == len(ALERTS[name])
    for alert, wanted in zip(found.alerts, ALERTS[name], strict=True):
        assert {each: getattr(alert, each) for each in wanted} == wanted
        assert alert.source == name.partition("-")[0]


@pytest.mark.parametrize("name", TICKETS)
def test_documented_tickets_are_counted(name: str) -> None:
    assert read(name).tickets == TICKETS[name]


@pytest.mark.parametrize("name", NOTHING)
def test_what_says_nothing_of_a_queue_is_quite_all_right(name: str) -> None:
    found = read(name)

    assert (found.alerts, found.tickets, found.problem) == ([], [], "")
    assert found.note


@pytest.mark.parametrize("sender", Sender)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe\xff", b"[" * 100_000, b"9" * 5000, b"null"])
def test_what_is_no_object_has_a_friendly_problem_everywhere(sender: Sender, body: bytes) -> None:
    found = alerts.read(sender, received(body, {}))

    if sender is Sender.ZENDESK and not body:
        assert found.note == "Zendesk sent nothing in it, as it does now and then."
    else:
        assert found.problem.startswith("That is")


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("generic", b'{"title": "Phones"', "That is no JSON: Expecting ',' delimiter in line 1, column 19."),
        ("grafana", b'{"alerts": {}}', "It has no list `alerts`, so it is not this tool's own body."),
        ("events", b'{"event_action": "shout"}', "`event_action` has to be `trigger`, `acknowledge` or `resolve`."),
        ("datadog", b'{"transition": "$ALERT_TRANSITION"}', "It has neither a `transition` nor a title"),
        ("zendesk", b'{"ticket": {"id": "{{ticket.id}}"}}', "It has neither a `ticket` with an `id`"),
        ("freshdesk", b'{"freshdesk_webhook": []}', "It has no `ticket_id`"),
        ("generic", b'{"value": 42}', "It has none of `alert_uid`, `title` and `state`."),
    ],
)
def test_a_problem_names_what_is_missing(name: str, body: bytes, problem: str) -> None:
    assert read(name, body).problem.startswith(problem)


def test_hostile_values_read_as_nothing() -> None:
    body = (
        b'{"title": "a\\u0000b\\ud800c\\u202e\\n<!channel>", "state": "alerting", "value": 1e999, "threshold": true,'
        b'"queue": ["phones"], "link_to_upstream_details": "javascript:alert(1)", "occurred_at": 1e300}'
    )
    (alert,) = read("generic", body).alerts

    assert alert == Alert("generic", FIRING, title="ab c <!channel>".replace("b c", "bc"))


def test_datadog_may_send_forms() -> None:
    fields = {"title": "[Recovered] Calls waiting", "id": "1", "date": "1609459200000"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (urlencode(fields), urlencode({"payload": payload("datadog-recovered").decode()})):
        (alert,) = alerts.read(Sender.DATADOG, received(body.encode(), form)).alerts
        assert (alert.signal, alert.title) == (RESOLVED, "Calls waiting")


def test_the_queue_says_itself_in_zendesk_too() -> None:
    (alert,) = read("zendesk", b'{"kind": "queue_alert", "queue": "Phones", "state": "alerting", "value": "31"}').alerts

    assert (alert.source, alert.queue, alert.value) == ("zendesk", "Phones", 31)


@pytest.mark.parametrize("sender", Sender)
def test_every_sample_is_read(sender: Sender) -> None:
    found = alerts.read(sender, received(alerts.sample(sender), {}))

    told: list[Alert | Ticket] = [*found.alerts, *found.tickets]
    assert told
    assert all(each.queue for each in told)
