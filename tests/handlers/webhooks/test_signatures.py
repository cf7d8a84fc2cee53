"""Tests of webhook authentication: each sender's signature or secret, and rejection of forged or stale ones."""

from datetime import timedelta

import pytest

from bot.features.webhooks import Sender
from handlers.webhooks.senders import SENDERS
from tests.handlers.webhooks.drivers import (
    AT,
    SECRET,
    SIGNED,
    Headers,
    Sign,
    basic,
    bearer,
    header,
    intercom,
    mac,
    pagerduty,
    payload,
    received,
)

SHOWN = [Sender.ALERTMANAGER, Sender.EVENTS, Sender.DATADOG, Sender.FRESHDESK]
"""Senders that do not sign but send the secret."""
SIGN = [sender for sender in Sender if sender not in SHOWN]
DATED = [Sender.GRAFANA, Sender.ZENDESK, Sender.GENERIC]
"""Senders whose signature covers a timestamp header; PagerDuty and Intercom put a timestamp in the body."""


def proves(
    sender: Sender, headers: Headers, body: bytes | None = None, *, secrets: tuple[str, ...] = (SECRET,)
) -> bool:
    return SENDERS[sender].module.verify(received(payload(sender) if body is None else body, headers), secrets)


@pytest.mark.parametrize("sender", Sender)
def test_signature_or_secret_of_each_sender_is_accepted_for_any_valid_secret(sender: Sender) -> None:
    headers = SIGNED[sender](payload(sender), SECRET, AT)

    assert proves(sender, headers)
    assert proves(sender, headers, secrets=("the-newer-one", SECRET))


@pytest.mark.parametrize("sender", Sender)
def test_forged_webhook_signature_or_secret_is_rejected(sender: Sender) -> None:
    body = payload(sender)
    good = SIGNED[sender](body, SECRET, AT)

    assert not proves(sender, SIGNED[sender](body, "another-secret", AT))
    assert not proves(sender, good, secrets=("another-secret",))
    assert not proves(sender, {})
    assert not proves(sender, dict.fromkeys(good, ""))
    assert not proves(sender, {name: value[:-2] for name, value in good.items()})
    assert not proves(sender, {name: value + "ü" for name, value in good.items()})


@pytest.mark.parametrize("sender", SIGN)
def test_webhook_delivery_with_a_changed_body_is_rejected(sender: Sender) -> None:
    headers = SIGNED[sender](payload(sender), SECRET, AT)

    assert not proves(sender, headers, payload(sender) + b" ")


@pytest.mark.parametrize("sender", DATED)
@pytest.mark.parametrize("off", [timedelta(minutes=5, seconds=1), -timedelta(minutes=5, seconds=1)])
def test_stale_webhook_signature_is_rejected_even_with_a_changed_timestamp(sender: Sender, off: timedelta) -> None:
    body = payload(sender)
    stale, fresh = SIGNED[sender](body, SECRET, AT - off), SIGNED[sender](body, SECRET, AT)
    stamp = next(name for name in fresh if name.endswith("Timestamp"))

    assert not proves(sender, stale)
    assert not proves(sender, {**stale, stamp: fresh[stamp]})
    assert proves(sender, SIGNED[sender](body, SECRET, AT - off * 0.9))


@pytest.mark.parametrize("sender", [Sender.PAGERDUTY, Sender.ZENDESK, Sender.INTERCOM])
@pytest.mark.parametrize("show", [bearer, basic, header])
def test_sender_that_can_sign_is_rejected_without_a_signature(sender: Sender, show: Sign) -> None:
    assert not proves(sender, show(b"", SECRET, AT))


@pytest.mark.parametrize("sender", [*SHOWN, Sender.GRAFANA, Sender.GENERIC])
@pytest.mark.parametrize("show", [bearer, basic, header])
def test_sender_that_cannot_sign_can_send_the_secret_in_three_ways(sender: Sender, show: Sign) -> None:
    assert proves(sender, show(b"", SECRET, AT))
    assert not proves(sender, show(b"", SECRET + "x", AT))
    assert not proves(sender, show(b"", "", AT))


def test_wrong_signature_is_rejected_even_if_the_request_contains_the_right_secret() -> None:
    for sender in (Sender.GRAFANA, Sender.GENERIC):
        wrong = SIGNED[sender](payload(sender), "another-secret", AT)
        assert not proves(sender, {**wrong, **bearer(b"", SECRET, AT)})


def test_grafana_signature_without_timestamp_covers_the_body_alone() -> None:
    body = payload("grafana")

    assert proves(Sender.GRAFANA, {"X-Grafana-Alerting-Signature": mac(SECRET, body).hex()})
    dated = SIGNED[Sender.GRAFANA](body, SECRET, AT)
    assert not proves(Sender.GRAFANA, {"X-Grafana-Alerting-Signature": dated["X-Grafana-Alerting-Signature"]})


def test_one_valid_pagerduty_signature_among_several_is_enough() -> None:
    body = payload("pagerduty")
    right = f"v1={mac(SECRET, body).hex()}"

    assert proves(Sender.PAGERDUTY, {"X-PagerDuty-Signature": f"v1={'0' * 64}, {right}"})
    assert not proves(Sender.PAGERDUTY, {"X-PagerDuty-Signature": right.removeprefix("v1=")})
    assert not proves(Sender.PAGERDUTY, {"X-PagerDuty-Signature": right.replace("v1=", "v2=")})
    assert not proves(Sender.PAGERDUTY, pagerduty(body, "another-secret", AT))


def test_intercom_signature_must_be_sha1() -> None:
    body = payload("intercom")

    assert proves(Sender.INTERCOM, intercom(body, SECRET, AT))
    assert not proves(Sender.INTERCOM, {"X-Hub-Signature": f"sha256={mac(SECRET, body).hex()}"})


def test_zendesk_timestamp_must_be_complete_and_not_continue_in_the_body() -> None:
    """Time and body are signed as one string, so the boundary between them must not move."""
    good = SIGNED[Sender.ZENDESK](payload("zendesk"), SECRET, AT)
    stamp = "X-Zendesk-Webhook-Signature-Timestamp"
    epoch = {**good, stamp: str(int(AT.timestamp()))}
    split = {**good, stamp: good[stamp][:10]}

    assert not proves(Sender.ZENDESK, epoch)
    assert not proves(Sender.ZENDESK, split, good[stamp][10:].encode() + payload("zendesk"))


def test_routing_key_of_a_pagerduty_event_is_its_secret() -> None:
    body = payload("events").replace(b"THE-ROUTING-KEY-OF-THIS-HOOK", SECRET.encode())

    assert proves(Sender.EVENTS, {}, body)
    assert not proves(Sender.EVENTS, {}, payload("events"))
    assert not proves(Sender.EVENTS, {}, b'{"routing_key": ""}', secrets=(SECRET,))
