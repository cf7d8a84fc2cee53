"""Tests of each sender's documented payloads, and of invalid bodies."""

import json
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from bot.alerts import Alert, NoEffectReason, Signal, Ticket
from bot.features.webhooks import Sender
from bot.messages import webhooks
from handlers.webhooks import senders
from tests.handlers.webhooks.drivers import AT, NAMES, parse, payload, received

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
    "grafana-test": [{"signal": INFO, "why": NoEffectReason.TEST}],
    "grafana-nodata": [{"signal": INFO, "why": NoEffectReason.NO_DATA, "value": None}] * 2,
    "generic-ok": [{"signal": RESOLVED, "key": "08d6891a-835c-e661-39fa-96b6a9e26552"}],
    "generic-queue": [{"queue": "phones", "value": 42, "threshold": 30, "occurred_at": at("2026-11-22T10:00:00Z")}],
}  # fmt: skip
TICKETS: dict[str, list[Ticket]] = {
    "zendesk": [Ticket("Phones", "35436", True, AT, "New", "https://acme.zendesk.com/agent/tickets/35436")],
    "zendesk-solved": [Ticket("Phones", "35436", False, AT, "Solved", "https://acme.zendesk.com/agent/tickets/35436")],
    "zendesk-created": [Ticket("", "35436", True, at("2025-01-08T11:24:39Z"), "OPEN")],
    "zendesk-status": [Ticket("", "35436", False, at("2025-01-08T11:24:39Z"), "SOLVED")],
    "zendesk-template": [Ticket("Phones", "35436", True, AT)],
    "freshdesk-template": [Ticket("Phones", "11", False, AT)],
    "intercom": [Ticket("Chat", "137324500000000", True, at("2020-08-05T13:49:29Z"))],
    "intercom-closed": [Ticket("", "137324500000000", False, at("2020-08-05T13:49:29Z"))],
    "freshdesk": [Ticket("Phones", "11", True, AT, "Open", "https://acme.freshdesk.com/helpdesk/tickets/11")],
    "freshdesk-closed": [Ticket("Phones", "11", False, AT, "closed", "https://acme.freshdesk.com/helpdesk/tickets/11")],
}
NOTHING = ["pagerduty-note", "pagerduty-ping", "zendesk-priority", "intercom-ping", "freshdesk-priority"]


def test_every_example_payload_has_a_test_case() -> None:
    assert sorted([*ALERTS, *TICKETS, *NOTHING]) == NAMES


@pytest.mark.parametrize("name", ALERTS)
def test_alerts_in_documented_payloads_are_parsed(name: str) -> None:
    found = parse(name)

    assert len(found.alerts) == len(ALERTS[name])
    for alert, wanted in zip(found.alerts, ALERTS[name], strict=True):
        assert {each: getattr(alert, each) for each in wanted} == wanted
        assert alert.source == name.partition("-")[0]


@pytest.mark.parametrize("name", TICKETS)
def test_tickets_in_documented_payloads_are_counted(name: str) -> None:
    assert parse(name).tickets == TICKETS[name]


@pytest.mark.parametrize("name", NOTHING)
def test_webhook_event_that_is_not_about_a_queue_yields_a_note_but_no_problem(name: str) -> None:
    found = parse(name)

    assert (found.alerts, found.tickets, found.problem) == ([], [], "")
    assert found.note


@pytest.mark.parametrize("sender", Sender)
@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"\xff\xfe\xff", b"[" * 100_000, b"9" * 5000, b"null"])
def test_webhook_body_that_is_not_a_json_object_is_a_problem_for_every_sender(sender: Sender, body: bytes) -> None:
    found = senders.parse_delivery(sender, received(body, {}))

    if sender is Sender.ZENDESK and not body:
        assert found.note == "Zendesk sent an empty delivery, as it sometimes does."
    else:
        assert found.problem.startswith(("Invalid JSON: ", "The JSON must be an object"))


@pytest.mark.parametrize(
    ("name", "body", "problem"),
    [
        ("generic", b'{"title": "Phones"', "Invalid JSON: Expecting ',' delimiter in line 1, column 19."),
        ("grafana", b'{"alerts": {}}', "It has no `alerts` list, so it isn't this tool's own body."),
        ("events", b'{"event_action": "shout"}', "`event_action` must be `trigger`, `acknowledge` or `resolve`."),
        ("datadog", b'{"transition": "$ALERT_TRANSITION"}', "It has neither a `transition` nor a title"),
        ("zendesk", b'{"ticket": {"id": "{{ticket.id}}"}}', "It has neither a `ticket` with an `id`"),
        ("freshdesk", b'{"freshdesk_webhook": []}', "`ticket_id` is missing"),
        ("generic", b'{"value": 42}', "`alert_uid`, `title` and `state` are all missing."),
    ],
)
def test_problem_of_an_invalid_webhook_body_names_what_is_missing(name: str, body: bytes, problem: str) -> None:
    assert parse(name, body).problem.startswith(problem)


def test_hostile_values_in_payloads_are_ignored_or_cleaned() -> None:
    body = (
        b'{"title": "a\\u0000b\\ud800c\\u202e\\n<!channel>", "state": "alerting", "value": 1e999, "threshold": true,'
        b'"queue": ["phones"], "link_to_upstream_details": "javascript:alert(1)", "occurred_at": 1e300}'
    )
    (alert,) = parse("generic", body).alerts

    assert alert == Alert("generic", FIRING, title="ab c <!channel>".replace("b c", "bc"))


def test_datadog_payload_can_be_sent_as_a_form() -> None:
    fields = {"title": "[Recovered] Calls waiting", "id": "1", "date": "1609459200000"}
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    for body in (urlencode(fields), urlencode({"payload": payload("datadog-recovered").decode()})):
        (alert,) = senders.parse_delivery(Sender.DATADOG, received(body.encode(), form)).alerts
        assert (alert.signal, alert.title) == (RESOLVED, "Calls waiting")


def test_zendesk_queue_alert_is_parsed() -> None:
    (alert,) = parse(
        "zendesk", b'{"kind": "queue_alert", "queue": "Phones", "state": "alerting", "value": "31"}'
    ).alerts

    assert (alert.source, alert.queue, alert.value) == ("zendesk", "Phones", 31)


@pytest.mark.parametrize("sender", Sender)
def test_sample_payload_of_every_sender_names_its_queue(sender: Sender) -> None:
    found = senders.parse_delivery(sender, received(senders.load_sample(sender), {}))

    told: list[Alert | Ticket] = [*found.alerts, *found.tickets]
    assert told
    assert all(each.queue for each in told)


@pytest.mark.parametrize(
    ("said", "signal", "why"),
    [
        ({"state": "RECOVERY"}, RESOLVED, None),
        ({"state": "UP"}, RESOLVED, None),
        ({"status": "cleared"}, RESOLVED, None),
        ({"status": "close"}, RESOLVED, None),
        ({"state": "ack"}, INFO, None),
        ({"state": "DOWN"}, FIRING, None),
        ({"state": "Gelöst"}, INFO, NoEffectReason.UNKNOWN),
        ({"state": "{{ state }}"}, INFO, NoEffectReason.UNKNOWN),
        ({"state": 3}, INFO, NoEffectReason.UNKNOWN),
        ({"state": ["ok"]}, INFO, NoEffectReason.UNKNOWN),
        ({"state": None}, FIRING, None),
        ({"state": "test"}, INFO, NoEffectReason.TEST),
        ({"state": "no_data"}, INFO, NoEffectReason.NO_DATA),
        ({"title": "[Alerting] Test notification", "state": "alerting"}, INFO, NoEffectReason.TEST),
        ({"title": "Test notification service is down", "state": "alerting"}, FIRING, None),
        ({"type": "success"}, RESOLVED, None),
        ({"type": "failure"}, FIRING, None),
        ({"type": "warning"}, FIRING, None),
        ({"type": "info"}, INFO, None),
        ({"type": "incident"}, FIRING, None),
        ({"ok": True}, RESOLVED, None),
        ({"ok": "true"}, RESOLVED, None),
        ({"ok": False}, FIRING, None),
        ({"resolved": True}, RESOLVED, None),
        ({"firing": False}, RESOLVED, None),
        ({"firing": True, "severity": "ok"}, FIRING, None),
        ({"severity": "normal"}, RESOLVED, None),
        ({"state": "alerting", "severity": "info"}, FIRING, None),
        ({"state": "lukewarm", "type": "success", "ok": True}, INFO, NoEffectReason.UNKNOWN),
        ({}, FIRING, None),
    ],
)
def test_alert_states_of_all_tools_are_recognized_and_unknown_states_are_ignored(
    said: dict[str, Any], signal: Signal, why: NoEffectReason | None
) -> None:
    (alert,) = parse("generic", json.dumps({"title": "Phones", **said}).encode()).alerts

    assert (alert.signal, alert.why) == (signal, why)
    assert bool(alert.word) == (why is NoEffectReason.UNKNOWN)


def test_apprise_payload_is_parsed() -> None:
    """The payload is that of Apprise's JSON plugin, version 1.0."""
    body = {"version": "1.0", "title": "Phones", "message": "42 wait", "attachments": [], "type": "success"}
    (alert,) = parse("generic", json.dumps(body).encode()).alerts

    assert (alert.signal, alert.title) == (RESOLVED, "Phones")


@pytest.mark.parametrize("sender", ["grafana", "alertmanager"])
@pytest.mark.parametrize(
    ("status", "signal", "why"),
    [
        ("firing", FIRING, None), ("RESOLVED", RESOLVED, None), ("ok", RESOLVED, None), ("suppressed", INFO, None),
        ("behoben", INFO, NoEffectReason.UNKNOWN), (None, FIRING, None),
    ],
)  # fmt: skip
def test_status_of_each_alert_in_a_group_is_recognized(
    sender: str, status: str | None, signal: Signal, why: NoEffectReason | None
) -> None:
    told = {"labels": {"queue": "phones"}, **({"status": status} if status else {})}
    (alert,) = parse(sender, json.dumps({"status": "firing", "alerts": [told]}).encode()).alerts

    assert (alert.signal, alert.why, alert.word) == (signal, why, status if why else "")


@pytest.mark.parametrize(
    "number", [("1 234", 1234), ("1.5k", 1500), ("95.5%", 95.5), ("42 waiting", 42), ("5m 30s", None)]
)
def test_numbers_in_payloads_are_parsed_in_the_same_way_for_every_sender(number: tuple[str, float | None]) -> None:
    text, value = number
    bodies = {
        "generic": {"title": "x", "value": text, "threshold": text},
        "grafana": {"alerts": [{"status": "firing", "annotations": {"value": text, "threshold": text}}]},
        "events": {"event_action": "trigger", "payload": {"custom_details": {"value": text, "threshold": text}}},
        "datadog": {"transition": "Warn", "value": text, "query": f"avg:x{{*}} > {text}"},
    }
    for sender, body in bodies.items():
        (alert,) = parse(sender, json.dumps(body).encode()).alerts
        assert (alert.value, alert.threshold) == (value, value)


@pytest.mark.parametrize(
    ("said", "came"),
    [
        ({"status": "Gelöst"}, None), ({"status": "Résolu"}, None), ({"status": ""}, None), ({}, None),
        ({"status": "New"}, True), ({"status": "on-hold"}, True), ({"status": "SOLVED"}, False),
        ({"status": "Gelöst", "event": "solved"}, False), ({"status": "Neu", "event": "created"}, True),
        ({"status": "Solved", "event": "erstellt"}, None), ({"status": "{{ticket.status}}"}, None),
    ],
)  # fmt: skip
def test_zendesk_ticket_with_an_unknown_status_is_not_counted(said: dict[str, str], came: bool | None) -> None:
    found = parse("zendesk", json.dumps({"queue": "phones", "ticket": {"id": "1", **said}}).encode())

    assert [each.came for each in found.tickets if each.came is not None] == ([] if came is None else [came])
    assert bool(found.note) == (came is None)


@pytest.mark.parametrize(
    ("said", "came"),
    [
        ({"ticket_status": "Geschlossen"}, None), ({}, None), ({"ticket_status": "Open"}, True),
        ({"ticket_status": 4}, False), ({"ticket_status": "3"}, True), ({"ticket_status": "Waiting on Customer"}, None),
        ({"ticket_status": "Offen", "triggered_event": "{ticket_action:created}"}, True),
        ({"ticket_status": "Geschlossen", "triggered_event": "{status:{from:2,to:5}}"}, False),
        ({"ticket_status": "Offen", "triggered_event": "{status:{from:5,to:2}}"}, None),
        ({"ticket_status": "Offen", "triggered_event": "{priority:{from:1,to:4}}"}, None),
        ({"ticket_status": "Offen", "event": "created"}, True), ({"status": "Open", "event": "closed"}, False),
    ],
)  # fmt: skip
def test_freshdesk_ticket_with_an_unknown_status_is_not_counted(said: dict[str, Any], came: bool | None) -> None:
    found = parse("freshdesk", json.dumps({"ticket_id": 1, **said}).encode())

    assert [each.came for each in found.tickets if each.came is not None] == ([] if came is None else [came])
    assert bool(found.note) == (came is None)


def zendesk_event(kind: str, **event: str) -> bytes:
    return json.dumps({"type": f"zen:event-type:{kind}", "detail": {"id": "7"}, "event": event}).encode()


@pytest.mark.parametrize(
    ("sender", "body", "state"),
    [
        ("zendesk", zendesk_event("ticket.status_changed", previous="OPEN", current="PENDING"), "pending"),
        ("zendesk", zendesk_event("ticket.status_changed", previous="OPEN", current="SOLVED"), "solved"),
        ("zendesk", zendesk_event("ticket.custom_status_changed", previous="1", current="2"), None),
        ("zendesk", b'{"ticket": {"id": "7", "status": "Neu"}}', "neu"),
        ("zendesk", b'{"ticket": {"id": "7", "event": "solved"}}', "closed"),
        ("zendesk", b'{"ticket": {"id": "7", "event": "strange"}}', None),
        ("freshdesk", b'{"ticket_id": 7, "triggered_event": "{status:{from:2,to:3}}"}', "pending"),
        ("freshdesk", b'{"ticket_id": 7, "ticket_status": "Waiting on Customer"}', "waiting on customer"),
        ("freshdesk", b'{"ticket_id": 7, "ticket_status": 2, "triggered_event": "{priority:{from:1,to:4}}"}', None),
        ("freshdesk", b'{"ticket_id": 7, "event": "created"}', "open"),
        ("intercom", b'{"topic": "conversation.admin.snoozed", "data": {"item": {"id": 7}}}', "snoozed"),
        ("intercom", b'{"topic": "conversation.admin.closed", "data": {"item": {"id": 7}}}', "closed"),
    ],
)
def test_new_state_of_a_ticket_is_parsed_even_if_it_is_not_counted(sender: str, body: bytes, state: str | None) -> None:
    assert [(each.id, each.state) for each in parse(sender, body).tickets] == ([("7", state)] if state else [])


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://a b", "{{ticket.url}}", "", 7])
def test_link_of_a_ticket_that_is_not_a_web_address_is_dropped(url: Any) -> None:
    for sender, body in (("zendesk", {"ticket": {"id": 7, "url": url}}), ("freshdesk", {"ticket_id": 7, "url": url})):
        body = {**body, "status": "open", "ticket": {**body.get("ticket", {}), "status": "open"}}
        (ticket,) = parse(sender, json.dumps(body).encode()).tickets
        assert ticket.url == ""


@pytest.mark.parametrize(
    ("event", "signal", "queue", "title"),
    [
        ({"title": "[P3] [Recovered] Calls waiting"}, RESOLVED, "", "Calls waiting"),
        ({"title": "[P1] [Triggered on {queue:phones}] Calls"}, FIRING, "phones", "Calls"),
        ({"title": "[Re-Triggered on {host:a,queue:chat}] Calls"}, FIRING, "chat", "Calls"),
        ({"title": "[TEST] [P3] [Triggered] Calls", "transition": "Triggered"}, INFO, "", "Calls"),
        ({"title": "[No Data] Calls", "transition": "Renotify"}, INFO, "", "Calls"),
        ({"title": "[P2] Calls", "transition": "Renotify"}, FIRING, "", "Calls"),
        ({"title": "[Triggered] Calls", "transition": "$ALERT_TRANSITION"}, FIRING, "", "Calls"),
        ({"title": "[Recovered] Calls", "transition": "Null"}, RESOLVED, "", "Calls"),
        ({"title": "[P3] Calls"}, INFO, "", "Calls"),
        (
            {"transition": "Warn", "tags": "queue:chat,queue:phones", "scope": "queue:phones"},
            FIRING,
            "phones",
            "",
        ),
        ({"transition": "Warn", "tags": "queue:chat", "scope": "host:a"}, FIRING, "chat", ""),
        ({"transition": "Warn", "tags": "queue:chat,queue:phones"}, FIRING, "", ""),
        ({"transition": "Warn", "tags": "queue:chat,queue:chat"}, FIRING, "chat", ""),
        ({"transition": "Warn", "scope": "{queue:recepção,env:prod}"}, FIRING, "recepção", ""),
        ({"transition": "Warn", "scope": "env:prod AND queue:vip phones"}, FIRING, "vip phones", ""),
        ({"transition": "Warn", "scope": "Queue:phones env:prod", "tags": "busyqueue:x"}, FIRING, "phones", ""),
    ],
)
def test_signal_and_queue_are_read_from_datadog_titles_and_tags(
    event: dict[str, str], signal: Signal, queue: str, title: str
) -> None:
    (alert,) = parse("datadog", json.dumps(event).encode()).alerts

    assert (alert.signal, alert.queue, alert.title) == (signal, queue, title)


@pytest.mark.parametrize(
    ("labels", "why"),
    [
        ({"alertname": "TestAlert", "instance": "Grafana"}, NoEffectReason.TEST),
        ({"alertname": "TestAlert", "instance": "phones-1"}, None),
        ({"alertname": "DatasourceNoData", "rulename": "Queue too long"}, NoEffectReason.NO_DATA),
        ({"alertname": "DatasourceError"}, NoEffectReason.NO_DATA),
        ({"alertname": "Queue too long", "grafana_state_reason": "NoData"}, None),
    ],
)
@pytest.mark.parametrize("status", ["firing", "resolved"])
def test_alerts_marked_as_test_or_missing_data_neither_open_nor_end_a_spike(
    labels: dict[str, str], why: NoEffectReason | None, status: str
) -> None:
    (alert,) = parse("grafana", json.dumps({"alerts": [{"status": status, "labels": labels}]}).encode()).alerts

    assert alert.why is why
    assert (alert.signal is INFO) is (why is not None)


@pytest.mark.parametrize(
    ("many", "truncated", "left_out"),
    [(1, 0, 0), (1, 7, 7), (1, "12", 12), (1, -3, 0), (1, None, 0), (1003, 0, 3), (1001, 5, 6), (1, [], 0)],
)
def test_alerts_that_a_sender_left_out_of_a_group_are_counted(many: int, truncated: Any, left_out: int) -> None:
    body = {"truncatedAlerts": truncated, "alerts": [{"status": "firing"}] * many}

    assert parse("alertmanager", json.dumps(body).encode()).left_out == left_out


def test_outcome_of_a_delivery_names_unknown_states() -> None:
    told = [
        Alert("generic", INFO, why=NoEffectReason.UNKNOWN, word=word)
        for word in ("amber", "x" * 100, "amber", "<@U1>", "d")
    ]
    said = webhooks.delivery_outcome(told, [], "", 12)

    assert all(word in said for word in ("amber", "x" * 39, "<@U1>", "12"))
    assert len(said) <= 400
    assert webhooks.delivery_outcome(
        [Alert("grafana", INFO, why=NoEffectReason.TEST)] * 2, [], ""
    ) != webhooks.delivery_outcome([Alert("grafana", INFO, why=NoEffectReason.NO_DATA)], [], "")
