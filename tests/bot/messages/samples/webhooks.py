"""Samples of webhooks: setup steps for each sender, results of deliveries, and the leaders' forms."""

from typing import Any

from bot.alerts import Alert, NoEffectReason, Signal, Ticket
from bot.features.webhooks import NewWebhook, Sender, Webhook
from bot.messages import webhook_steps, webhooks
from tests.bot.messages.samples.people import CLOSED, MAYA, NOW, TEAM, show


def hook(sender: Sender, number: int = 1, **more: Any) -> Webhook:
    made = Webhook("T1", TEAM.id, sender, "hash", "phones & chat", MAYA.id, NOW, **more)
    made.id = number
    return made


GRAFANA = hook(Sender.GRAFANA, secret=b"x", last_at=NOW, outcome="Received 1 alert.", deliveries=12, refused=1)
ZENDESK = hook(Sender.ZENDESK, 2)
FIRING = Alert("grafana", Signal.FIRING, "a1", "phones", value=42, threshold=30)
RESOLVED = Alert("grafana", Signal.RESOLVED)
TEST = Alert("grafana", Signal.INFO, why=NoEffectReason.TEST)
UNKNOWN = Alert("grafana", Signal.INFO, why=NoEffectReason.UNKNOWN, word="flapping")
CAME, LEFT, MOVED = (Ticket("phones", "17", came, NOW, "Pending") for came in (True, False, None))
EVENTS: dict[str, Alert | Ticket] = {
    "firing": FIRING, "resolved": RESOLVED, "a test": TEST, "unknown": UNKNOWN, "came": CAME, "left": LEFT,
    "moved": MOVED,
}  # fmt: skip

EFFECTS = ["phones: the alert is firing and would open a spike or join an open one"]
SAMPLES = [
    show("none", webhooks.webhook_list, TEAM, [], MAYA),
    show("two, closed", webhooks.webhook_list, CLOSED, [GRAFANA, ZENDESK], MAYA),
    show("", webhooks.make_form, TEAM),
    show("", webhooks.no_address),
    show("our secret", webhooks.new_webhook_view, TEAM, NewWebhook(GRAFANA, "token", "secret"), "https://steward.example.com/"),
    show("their secret", webhooks.new_webhook_view, TEAM, NewWebhook(ZENDESK, "token", ""), "https://steward.example.com/"),
    show("our secret", webhooks.rotate_form, GRAFANA),
    show("their secret", webhooks.rotate_form, ZENDESK),
    show("our secret", webhooks.rotated_view, TEAM, GRAFANA, "secret"),
    show("their secret", webhooks.rotated_view, TEAM, ZENDESK, "secret"),
    show("", webhooks.sample_result, TEAM, GRAFANA, EFFECTS),
    show("", webhooks.removed_view),
    show("little more than 1 MB", webhooks.too_large, 1024),
    show("5 MB", webhooks.too_large, 5 * 1024 * 1024),
    show("one", webhooks.delivery_outcome, [FIRING], [], ""),
    show("several, some left out", webhooks.delivery_outcome, [FIRING, FIRING, RESOLVED, UNKNOWN], [], "", 3),
    show("a test", webhooks.delivery_outcome, [TEST], [], ""),
    show("tickets", webhooks.delivery_outcome, [], [CAME, CAME, LEFT], ""),
    show("nothing", webhooks.delivery_outcome, [], [], ""),
    show("a ticket that moved", webhooks.delivery_outcome, [], [MOVED], "The ticket changed."),
    *(show(title, webhooks.event_effect, each, "phones") for title, each in EVENTS.items()),
    *(show(webhooks.NAMES[sender], webhook_steps.setup_steps, sender) for sender in Sender),
]  # fmt: skip
