"""PagerDuty's Events API v2, which many tools speak: the routing key is the secret."""

from collections.abc import Sequence

from bot.alerts import Alert, Signal
from handlers.alerts.delivery import Read, Received, Unreadable, as_state
from handlers.alerts.proving import is_shared, same
from handlers.alerts.reading import Fields, instant, link, number, parsed, part, parts, words

SIGNALS = {"trigger": Signal.FIRING, "acknowledge": Signal.INFO, "resolve": Signal.RESOLVED}


def proves(received: Received, secrets: Sequence[str]) -> bool:
    try:
        key = words(parsed(received.body), "routing_key")
    except Unreadable:
        key = ""
    return any([same(key, secrets), is_shared(received, secrets)])


def sign(received: Received, secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def read(received: Received) -> Read:
    event = parsed(received.body)
    action = words(event, "event_action")
    if action not in SIGNALS:
        raise Unreadable("`event_action` has to be `trigger`, `acknowledge` or `resolve`.")
    about = part(event, "payload")
    details = part(about, "custom_details")
    alert = Alert(
        "events", SIGNALS[action],
        key=words(event, "dedup_key"),
        queue=words(details, "queue") or words(about, "group"),
        title=words(about, "summary"),
        value=number(details, "value"),
        threshold=number(details, "threshold"),
        url=_url(event),
        occurred_at=instant(about, "timestamp"),
    )  # fmt: skip
    return Read(as_state(received), [alert])


def _url(event: Fields) -> str:
    return link(event, "client_url") or next((url for each in parts(event, "links") if (url := link(each, "href"))), "")
