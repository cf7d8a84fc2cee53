"""What a delivery did, or would do, in plain words: for the list, for a test, and for the command line."""

from collections import Counter
from collections.abc import Sequence

from bot.alerts import Alert, Signal, Ticket
from bot.messages.closed import WHY

REFUSED = "Refused: it did not prove whose it is. Is the secret the same at both ends?"
NO_SECRET = "Sent back: I have no secret for it yet. *Secret* is where to paste the sender's."  # noqa: S105
STALE = "Dropped: it was sent too long ago."
UNHEARD = f"Not heard: {WHY}."
DOES = {
    Signal.FIRING: "would open a spike, or join the one that is open",
    Signal.RESOLVED: "would end its spike",
    Signal.INFO: "would change nothing",
}
SHORT = {Signal.FIRING: "over the limit", Signal.RESOLVED: "resolved", Signal.INFO: "without effect"}


def outcome(alerts: Sequence[Alert], tickets: Sequence[Ticket], note: str) -> str:
    """In one line, without what anybody wrote."""
    found = Counter(SHORT[each.signal] for each in alerts)
    found.update("came" if each.came else "left" for each in tickets)
    number, what = found.total(), "alert" if alerts else "ticket"
    said = ", ".join(f"{many} {state}" for state, many in found.items())
    return f"Heard {number} {what}{'s' * (number > 1)}: {said}." if found else note or "Heard: nothing in it."


def told(each: Alert | Ticket, queue: str) -> str:
    """One line; `queue` is what it is about when it names none."""
    named = each.queue or (f"{queue}, since it names none" if queue else "no queue")
    if isinstance(each, Ticket):
        return f"{named}: ticket {each.id} {'came' if each.came else 'left'}, and would be counted"
    facts = [f"value {each.value:g}" if each.value is not None else "", each.key and f"key {each.key}"]
    facts.insert(1, f"limit {each.threshold:g}" if each.threshold is not None else "")
    told = ", ".join(fact for fact in facts if fact)
    return f"{named}: {each.signal} {DOES[each.signal]}{f' ({told})' if told else ''}"
