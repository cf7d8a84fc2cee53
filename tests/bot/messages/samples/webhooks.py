"""Webhooks: each sender's steps, what was heard and what was not, and the forms of a team's leaders."""

from typing import Any

from bot.alerts import Alert, Signal, Ticket, Why
from bot.features.webhooks.models import Sender, Webhook
from bot.features.webhooks.queries import NewWebhook
from bot.messages.webhooks import delivery, forms, steps
from tests.bot.messages.samples.people import CLOSED, MAYA, NOW, TEAM, show


def hook(sender: Sender, number: int = 1, **more: Any) -> Webhook:
    made = Webhook("T1", TEAM.id, sender, "hash", "phones & chat", MAYA.id, NOW, **more)
    made.id = number
    return made


GRAFANA = hook(Sender.GRAFANA, secret=b"x", last_at=NOW, outcome="Heard 1 alert: 1 resolved.", deliveries=12, refused=1)
ZENDESK = hook(Sender.ZENDESK, 2)
FIRING = Alert("grafana", Signal.FIRING, "a1", "phones", value=42, threshold=30)
RESOLVED = Alert("grafana", Signal.RESOLVED)
TEST = Alert("grafana", Signal.INFO, why=Why.TEST)
UNKNOWN = Alert("grafana", Signal.INFO, why=Why.UNKNOWN, word="flapping")
CAME, LEFT = (Ticket("phones", "17", came, NOW) for came in (True, False))
EVENTS: dict[str, Alert | Ticket] = {
    "firing": FIRING, "resolved": RESOLVED, "a test": TEST, "unknown": UNKNOWN, "came": CAME, "left": LEFT,
}  # fmt: skip

SAMPLES = [
    show("none", forms.listing, TEAM, [], MAYA),
    show("two, closed", forms.listing, CLOSED, [GRAFANA, ZENDESK], MAYA),
    show("", forms.make_form, TEAM),
    show("", forms.no_address),
    show("our secret", forms.made, TEAM, NewWebhook(GRAFANA, "token", "secret"), "https://steward.example.com/"),
    show("their secret", forms.made, TEAM, NewWebhook(ZENDESK, "token", ""), "https://steward.example.com/"),
    show("our secret", forms.rotate_form, GRAFANA),
    show("their secret", forms.rotate_form, ZENDESK),
    show("our secret", forms.rotated, TEAM, GRAFANA, "secret"),
    show("their secret", forms.rotated, TEAM, ZENDESK, "secret"),
    show("", forms.tried, TEAM, GRAFANA, ["phones: firing would open a spike, or join the one that is open"]),
    show("", forms.removed),
    show("little more than 1 MB", delivery.too_large, 1024),
    show("5 MB", delivery.too_large, 5 * 1024 * 1024),
    show("one", delivery.delivery_outcome, [FIRING], [], ""),
    show("several, some left out", delivery.delivery_outcome, [FIRING, FIRING, RESOLVED, UNKNOWN], [], "", 3),
    show("a test", delivery.delivery_outcome, [TEST], [], ""),
    show("tickets", delivery.delivery_outcome, [], [CAME, CAME, LEFT], ""),
    show("nothing", delivery.delivery_outcome, [], [], ""),
    *(show(title, delivery.event_effect, each, "phones") for title, each in EVENTS.items()),
    *(show(steps.NAMES[sender], steps.steps, sender) for sender in Sender),
]  # fmt: skip
