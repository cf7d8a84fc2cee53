"""Tests of the webhook receiver on both databases: authentication, deduplication, transactions, and responses."""

import asyncio
import gzip
import json
from collections.abc import Sequence
from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.db import keyring, personal_data
from bot.db.encryption import Vault
from bot.db.sessions import Database
from bot.features import webhooks
from bot.features.spikes.models import Spike
from bot.features.webhooks import FoldedAlert, NewWebhook, Sender, Webhook
from bot.messages import webhooks as messages
from bot.messages.webhooks import PARKED, UNHEARD
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.worker import SchedulerWorker
from bot.slack.inbox import Delivery
from bot.workflows.recurring_jobs import TEAM_JOBS, post_missed
from bot.workflows.spikes import signals
from handlers.webhooks.receiver import MOST_BYTES, Answer, Receiver
from schedules.registry import JOBS
from tests.databases import KEY
from tests.handlers.webhooks.conftest import Make, Now, changed
from tests.handlers.webhooks.drivers import AT, SECRET, SIGNED, Heard, bearer, mac, payload, received

A_MINUTE = timedelta(minutes=1)
SIGN_BODY_ALONE = (Sender.PAGERDUTY, Sender.INTERCOM)


def dated(sender: Sender, body: bytes | None = None) -> bytes:
    """Return a payload with current timestamps."""
    told = (payload(sender) if body is None else body).replace(b"2020-10-02T18:45:22.169Z", AT.isoformat().encode())
    return told.replace(b"1596635369", str(int(AT.timestamp())).encode())


async def send(receiver: Receiver, made: NewWebhook, body: bytes | None = None, **changes: str) -> Answer:
    sender = Sender(made.hook.sender)
    body = dated(sender) if body is None else body
    return await receiver.receive(sender, made.token, received(body, {**SIGNED[sender](body, SECRET, AT), **changes}))


async def state(database: Database, made: NewWebhook) -> Webhook:
    async with database.reading() as session:
        return await session.get_one(Webhook, made.hook.id)


@pytest.mark.parametrize("sender", Sender)
async def test_authentic_webhook_delivery_is_handled_once(
    receiver: Receiver, make: Make, heard: Heard, database: Database, sender: Sender
) -> None:
    made = await make(sender)
    first, again = await send(receiver, made), await send(receiver, made)

    told = len(heard.alerts) + len(heard.tickets)
    assert (first.outcome, again.outcome) == ("heard", "duplicate")
    assert (first.status, again.status) == ((202, 202) if sender is Sender.EVENTS else (200, 200))
    assert told == (2 if sender is Sender.GRAFANA else 1)
    hook = await state(database, made)
    assert (hook.deliveries, hook.heard, hook.refused) == (1, told, 0)
    assert hook.outcome.startswith("Received ")


@pytest.mark.parametrize("sender", Sender)
async def test_delivery_for_a_closed_team_has_no_effect_and_sender_and_leaders_see_why(
    receiver: Receiver, make: Make, heard: Heard, database: Database, team: Team, sender: Sender
) -> None:
    made = await make(sender)
    async with database.begin() as session:
        await membership.set_closed(session, "T1", "C1", is_closed=True)
    answer = await send(receiver, made)
    hook = await state(database, made)

    assert (answer.outcome, answer.body["ok"], answer.body["said"]) == ("unheard", False, UNHEARD)
    assert (hook.outcome, hook.deliveries, hook.heard) == (UNHEARD, 0, 0)
    assert heard == Heard()
    async with database.begin() as session:
        await membership.set_closed(session, "T1", "C1", is_closed=False)
    body = dated(sender).replace(b"phones", b"mails") + b" "
    assert (await send(receiver, made, body)).outcome in ("heard", "duplicate")


@pytest.mark.parametrize("sender", Sender)
async def test_delivery_for_a_parked_workspace_changes_nothing_and_is_heard_after_the_next_install(
    receiver: Receiver, make: Make, heard: Heard, database: Database, sender: Sender
) -> None:
    made = await make(sender)

    async def park(reason: str | None) -> None:
        async with database.begin() as session:
            (await session.get_one(Workspace, "T1")).parked = reason

    before = vars(await state(database, made)).copy()
    await park("account_inactive")
    answers = [await send(receiver, made) for _ in range(2)]
    forged = await receiver.receive(sender, made.token, received(dated(sender), {}))
    after = vars(await state(database, made)).copy()
    was_silent = heard == Heard()
    await park(None)

    expected = 202 if sender is Sender.EVENTS else 200
    assert {(each.outcome, each.status, each.body["said"]) for each in answers} == {("parked", expected, PARKED)}
    assert forged.status == 401
    assert {**before, "_sa_instance_state": None} == {**after, "_sa_instance_state": None}
    assert was_silent
    assert (await send(receiver, made)).outcome == "heard"


@pytest.mark.parametrize("sender", Sender)
async def test_forged_webhook_delivery_has_no_effect(
    receiver: Receiver, make: Make, heard: Heard, database: Database, sender: Sender
) -> None:
    made = await make(sender)
    body = dated(sender)
    forged = received(body, SIGNED[sender](body, "another-secret", AT))
    answers = [await receiver.receive(sender, made.token, forged) for _ in range(3)]

    assert {answer.status for answer in answers} == {401}
    assert not [*heard.alerts, *heard.tickets]
    hook = await state(database, made)
    assert (hook.deliveries, hook.refused) == (0, 1)
    assert hook.outcome == "Refused: the secret or signature is wrong. Check that the secret is the same on both sides."
    async with database.reading() as session:
        assert not await session.scalar(select(func.count()).select_from(Delivery))


@pytest.mark.parametrize("sender", [Sender.GRAFANA, Sender.PAGERDUTY, Sender.ZENDESK, Sender.INTERCOM, Sender.GENERIC])
async def test_replayed_webhook_delivery_has_no_effect(
    receiver: Receiver, make: Make, heard: Heard, now: Now, sender: Sender
) -> None:
    """Replay it immediately or later, with a different ID header, and after the inbox was pruned."""
    made = await make(sender)
    body = dated(sender)
    headers = SIGNED[sender](body, SECRET, AT)
    await receiver.receive(sender, made.token, received(body, headers))
    told = len(heard.alerts) + len(heard.tickets)
    for later in (timedelta(0), timedelta(minutes=4), timedelta(hours=1), timedelta(days=6), timedelta(days=400)):
        now.at = AT + later
        headers |= {"X-Zendesk-Webhook-Invocation-Id": str(later), "X-Webhook-Id": str(later)}
        answer = await receiver.receive(sender, made.token, received(body, headers, now.at))
        assert answer.outcome in ("duplicate", "refused", "stale")
        if later > timedelta(days=1):
            assert answer.outcome in ("refused", "stale") or sender in SIGN_BODY_ALONE

    assert len(heard.alerts) + len(heard.tickets) == told


async def test_grafana_delivery_without_timestamp_counts_exactly_once_after_pruning(
    receiver: Receiver, make: Make, heard: Heard, now: Now, database: Database
) -> None:
    made = await make(Sender.GRAFANA)
    body = payload("grafana")
    headers = {"X-Grafana-Alerting-Signature": mac(SECRET, body).hex()}
    await receiver.receive("grafana", made.token, received(body, headers))
    now.at = AT + timedelta(days=30)
    async with database.begin() as session:
        await personal_data.prune(session, made.hook.workspace_id, now=now.at, limit=1000)
    answer = await receiver.receive("grafana", made.token, received(body, headers, now.at))

    assert (answer.outcome, len(heard.alerts)) == ("duplicate", 2)


async def test_zendesk_retry_of_one_invocation_counts_exactly_once(
    receiver: Receiver, make: Make, heard: Heard
) -> None:
    made = await make(Sender.ZENDESK)
    body = payload("zendesk")
    for second in (0, 30):
        at = AT + timedelta(seconds=second)
        answer = await receiver.receive(
            "zendesk", made.token, received(body, SIGNED[Sender.ZENDESK](body, SECRET, at), at)
        )

    assert (answer.outcome, len(heard.tickets)) == ("duplicate", 1)


async def test_repeated_alert_is_handled_again_after_a_minute(
    receiver: Receiver, make: Make, heard: Heard, now: Now
) -> None:
    made = await make(Sender.ALERTMANAGER)
    await send(receiver, made)
    now.at += A_MINUTE - timedelta(seconds=1)
    assert (await send(receiver, made)).outcome == "duplicate"
    now.at += timedelta(seconds=1)

    assert (await send(receiver, made)).outcome == "heard"
    assert len(heard.alerts) == 2


@pytest.mark.parametrize("sender", Sender)
async def test_payload_without_content_gets_the_status_code_its_sender_needs(
    receiver: Receiver, make: Make, database: Database, sender: Sender
) -> None:
    made = await make(sender)
    answer = await send(receiver, made, b'{"strange": [1]}')
    lenient = {Sender.PAGERDUTY, Sender.DATADOG, Sender.ZENDESK, Sender.INTERCOM, Sender.FRESHDESK}

    assert answer.status == (200 if sender in lenient else 400)
    assert (await state(database, made)).outcome


async def test_pings_and_empty_zendesk_deliveries_are_accepted(receiver: Receiver, make: Make) -> None:
    pagerduty, zendesk, intercom = [await make(each) for each in (Sender.PAGERDUTY, Sender.ZENDESK, Sender.INTERCOM)]

    assert (await send(receiver, pagerduty, payload("pagerduty-ping"))).status == 200
    assert (await send(receiver, zendesk, b"")).outcome == "nothing"
    assert (await send(receiver, intercom, payload("intercom-ping"))).status == 200


async def test_alert_without_a_queue_applies_to_the_webhooks_default_queue(
    receiver: Receiver, make: Make, heard: Heard
) -> None:
    await send(receiver, await make(Sender.GRAFANA, queue="e-mail"))
    await send(receiver, await make(Sender.GRAFANA, queue="e-mail"), payload("grafana-queues"))

    assert [alert.queue for alert in heard.alerts] == ["e-mail", "e-mail", "phones", "chat"]


async def test_unknown_token_or_wrong_sender_gets_the_same_404(receiver: Receiver, make: Make) -> None:
    made = await make(Sender.GRAFANA)
    request = received(payload("grafana"), {})
    answers = [
        await receiver.receive(sender, token, request)
        for sender, token in (("grafana", "x"), ("zendesk", made.token), ("nobody", made.token), ("\x00", "\ud800"))
    ]

    assert {(each.status, json.dumps(dict(each.body))) for each in answers} == {
        (404, '{"ok": false, "said": "No such address."}')
    }
    assert (await receiver.check_address("grafana", made.token)).status == 200
    assert (await receiver.check_address("grafana", "x")).status == 404


async def test_webhook_without_a_secret_answers_503_so_that_the_sender_retries(receiver: Receiver, make: Make) -> None:
    """The status is 503, because PagerDuty would send nothing for a day after a 4xx."""
    made = await make(Sender.PAGERDUTY, has_secret=False)

    assert (await send(receiver, made)).status == 503


async def test_old_webhook_secret_stays_valid_for_a_day_after_rotation(
    receiver: Receiver, make: Make, database: Database, team: Team, now: Now
) -> None:
    made = await make(Sender.ALERTMANAGER)
    async with database.begin() as session:
        lead = await membership.member(session, team, "UMAYA")
        assert lead
        newer = await webhooks.rotate_secret(
            session, lead, await webhooks.find_webhook(session, lead, made.hook.id), now=AT
        )

    async def proven(secret: str) -> str:
        body = payload("alertmanager")
        return (await receiver.receive("alertmanager", made.token, received(body, bearer(body, secret, AT)))).outcome

    assert (await proven(SECRET), await proven(newer)) == ("heard", "duplicate")
    now.at += timedelta(hours=24)
    assert (await proven(SECRET), await proven(newer)) == ("refused", "heard")


async def test_webhook_secrets_are_reencrypted_with_a_new_key(make: Make, database: Database) -> None:
    made, key = await make(Sender.GENERIC), Fernet.generate_key().decode()
    await keyring.check(database)
    database.vault = Vault([key, KEY])
    await keyring.check(database)

    assert Vault([key]).decrypt((await state(database, made)).secret or b"") == SECRET


async def test_failed_webhook_delivery_is_rolled_back_and_handled_on_retry(
    receiver: Receiver, make: Make, heard: Heard, monkeypatch: pytest.MonkeyPatch, database: Database
) -> None:
    made = await make(Sender.ZENDESK)
    made_too = await make(Sender.ALERTMANAGER)

    async def fails(session: AsyncSession, team: Team, alerts: Sequence[Alert], *, now: object) -> None:
        raise ZeroDivisionError

    hear = signals.receive_alerts
    monkeypatch.setattr(signals, "receive_alerts", fails)
    assert (await send(receiver, made_too)).status == 503
    monkeypatch.setattr(signals, "receive_alerts", hear)

    assert (await send(receiver, made_too)).outcome == "heard"
    assert (await send(receiver, made)).outcome == "heard"
    assert (await state(database, made_too)).deliveries == 1


@pytest.mark.own_database
async def test_concurrent_copies_of_a_webhook_delivery_are_handled_once(
    receiver: Receiver, make: Make, heard: Heard
) -> None:
    made = await make(Sender.PAGERDUTY)
    answers = await asyncio.gather(*(send(receiver, made) for _ in range(8)))

    assert sorted(each.outcome for each in answers) == ["duplicate"] * 7 + ["heard"]
    assert len(heard.alerts) == 1


def many(first: int, count: int, status: str = "firing", queues: int = 20) -> bytes:
    told = [
        {"status": status, "fingerprint": f"f{n % queues}", "labels": {"queue": f"q{n % queues}"},
         "annotations": {"value": str(n)}}
        for n in range(first, first + count)
    ]  # fmt: skip
    return json.dumps({"version": "4", "status": status, "alerts": told}).encode()


async def test_flood_of_alerts_is_reduced_to_the_newest_and_handled_seconds_later(
    receiver: Receiver, make: Make, heard: Heard, now: Now, database: Database
) -> None:
    made = await make(Sender.ALERTMANAGER)
    outcomes = [(await send(receiver, made, many(n, 20))).outcome for n in range(0, 1000, 20)]
    assert (outcomes.count("heard"), outcomes.count("folded")) == (15, 35)
    over = await send(receiver, made, many(1000, 20, "resolved"))
    assert (over.status, over.outcome, len(heard.alerts)) == (200, "folded", 300)
    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(FoldedAlert)) == 40

    worker = SchedulerWorker(database, receiver._clock, JOBS, TEAM_JOBS, post_missed)
    now.at += timedelta(seconds=5)
    await worker.tick()
    told = heard.alerts[300:]
    assert [(each.queue, each.signal, each.value) for each in told] == [
        (f"q{n}", signal, first + n)
        for signal, first in ((Signal.FIRING, 980), (Signal.RESOLVED, 1000))
        for n in range(20)
    ]
    assert not (await state(database, made)).is_folding


async def test_alerts_held_back_in_a_flood_are_all_handled_before_later_alerts(
    receiver: Receiver, make: Make, heard: Heard, now: Now, database: Database
) -> None:
    """All of 350 alerts, more than a batch, are resolved, and a later alert is not handled before them."""
    made = await make(Sender.ALERTMANAGER)
    await send(receiver, made, many(0, 300, queues=350))
    await send(receiver, made, many(0, 350, "resolved", queues=350))
    now.at += timedelta(minutes=6)
    late = await send(receiver, made, many(7, 1, queues=350))
    assert late.outcome == "folded"
    worker = SchedulerWorker(database, receiver._clock, JOBS, TEAM_JOBS, post_missed)
    for _ in range(5):
        await worker.tick()
        now.at += timedelta(seconds=5)

    newest = {each.key: each.signal for each in heard.alerts}
    assert len(newest) == 350
    assert [key for key, signal in newest.items() if signal is not Signal.RESOLVED] == ["f7"]
    assert (await send(receiver, made, many(8, 1, queues=350))).outcome == "heard"


async def test_every_ticket_in_a_flood_of_deliveries_is_counted(
    receiver: Receiver, make: Make, heard: Heard, now: Now, database: Database
) -> None:
    made = await make(Sender.FRESHDESK)
    async with changed(database, made.hook.id) as hook:
        hook.since, hook.lately = AT, 300
    body = json.loads(payload("freshdesk"))
    for n in range(3):
        body["freshdesk_webhook"]["ticket_id"] = n
        assert (await send(receiver, made, json.dumps(body).encode())).outcome == "folded"
    await send(receiver, made, payload("freshdesk-closed"))
    now.at += timedelta(seconds=5)
    await SchedulerWorker(database, receiver._clock, JOBS, TEAM_JOBS, post_missed).tick()

    assert [(each.id, each.came) for each in heard.tickets] == [("0", True), ("1", True), ("2", True), ("11", False)]
    assert heard.tickets[0].at == AT


async def test_alerts_held_back_in_a_flood_are_dropped_when_their_webhook_is_removed(
    receiver: Receiver, make: Make, heard: Heard, now: Now, database: Database, team: Team
) -> None:
    made = await make(Sender.ALERTMANAGER)
    await send(receiver, made, many(0, 301))
    async with database.begin() as session:
        lead = await membership.member(session, team, "UMAYA")
        assert lead
        await webhooks.remove_webhook(session, lead, await webhooks.find_webhook(session, lead, made.hook.id))
    now.at += timedelta(seconds=5)
    await SchedulerWorker(database, receiver._clock, JOBS, TEAM_JOBS, post_missed).tick()

    assert len(heard.alerts) == 300
    assert (await send(receiver, made)).status == 404


async def test_timestamps_of_alerts_are_shifted_to_the_sandboxs_calendar(
    receiver: Receiver, make: Make, heard: Heard, now: Now
) -> None:
    """Signatures are nevertheless verified with the machine's time."""
    now.at = AT + timedelta(days=1000)
    answer = await send(receiver, await make(Sender.PAGERDUTY))

    assert answer.outcome == "heard"
    assert heard.alerts[0].occurred_at == now.at


def event(action: str, summary: str = "42 wait", **more: str) -> bytes:
    return json.dumps({"event_action": action, "payload": {"summary": summary, "source": "pbx"}, **more}).encode()


async def test_events_api_response_contains_the_dedup_key_of_the_alert(
    receiver: Receiver, make: Make, heard: Heard
) -> None:
    """It is the sender's key, or else one that stays the same for the same alert and for retries."""
    made = await make(Sender.EVENTS)
    bodies = [
        event("trigger", dedup_key="k"), event("trigger"), event("trigger"), event("trigger", "50 wait"),
        event("trigger", "Line is down"), event("acknowledge", dedup_key="k"), event("resolve", dedup_key="k"),
        event("resolve"),
    ]  # fmt: skip
    answers = [await send(receiver, made, body) for body in bodies]

    keys = [answer.body["dedup_key"] for answer in answers]
    assert {answer.status for answer in answers} == {202}
    assert {answer.body["status"] for answer in answers} == {"success"}
    assert (keys[0], keys[5], keys[6]) == ("k", "k", "k")
    assert keys[1] == keys[2] == keys[3] != keys[4]
    assert [each.key for each in heard.alerts] == ["k", keys[1], keys[1], keys[4], "k", "k", ""]


@pytest.mark.parametrize("body", [b"{}", event("shout"), b"[]", b"no JSON", event("")])
async def test_events_api_response_to_an_invalid_body_lists_errors(receiver: Receiver, make: Make, body: bytes) -> None:
    answer = await send(receiver, await make(Sender.EVENTS), body)

    is_change = answer.status == 202
    assert is_change == (body == event(""))
    assert bool(answer.body.get("errors")) is not is_change


@pytest.mark.parametrize("sender", Sender)
async def test_compressed_webhook_delivery_can_be_signed_before_or_after_compression(
    receiver: Receiver, make: Make, heard: Heard, sender: Sender
) -> None:
    made, plain = await make(sender), dated(sender)
    packed = gzip.compress(plain)
    for signed in (plain, packed):
        request = received(packed, {**SIGNED[sender](signed, SECRET, AT), "Content-Encoding": "gzip"})
        answer = await receiver.receive(sender, made.token, request)
        assert answer.outcome in ("heard", "duplicate")
    forged = received(packed, {**SIGNED[sender](b"", "another-secret", AT), "Content-Encoding": "gzip"})
    assert (await receiver.receive(sender, made.token, forged)).status == 401

    assert [*heard.alerts, *heard.tickets]


async def test_webhook_body_too_large_after_decompression_is_refused_and_reported(
    receiver: Receiver, make: Make, database: Database
) -> None:
    made = await make(Sender.ALERTMANAGER)
    answer = await send(receiver, made, gzip.compress(bytes(MOST_BYTES + 1)))

    assert answer.status == 413
    assert (await state(database, made)).outcome == messages.too_large(MOST_BYTES)


@pytest.mark.parametrize(
    ("told", "opened"), [("firing", 1), ("erledigt", 0), ("test", 0), ("no data", 0), ("resolved", 0)]
)
async def test_outcome_of_a_delivery_shows_alert_states_that_opened_no_spike(
    receiver: Receiver, make: Make, database: Database, told: str, opened: int
) -> None:
    made = await make(Sender.GENERIC)
    await send(receiver, made, json.dumps({"title": "x", "state": told}).encode())

    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Spike)) == opened
    said = (await state(database, made)).outcome
    assert (told in said) == (told in ("erledigt", "test", "resolved"))


async def test_events_api_response_contains_the_dedup_key_even_for_a_closed_team(
    receiver: Receiver, make: Make, database: Database, team: Team
) -> None:
    made = await make(Sender.EVENTS)
    async with database.begin() as session:
        await membership.set_closed(session, "T1", "C1", is_closed=True)
    answer = await send(receiver, made)

    assert (answer.outcome, answer.status, answer.body["dedup_key"]) == ("unheard", 202, "samplekeyhere")
