"""What a delivery did, or would do, in plain words: for the list, for a test, and for the command line."""

from collections import Counter
from collections.abc import Sequence

from bot.alerts import Alert, Signal, Ticket, Why
from bot.messages.errors import CLOSED_CHANNEL
from bot.slack.mrkdwn import shortened

REFUSED = "Refused: it did not prove whose it is. Is the secret the same at both ends?"
NO_SECRET = "Sent back: I have no secret for it yet. *Secret* is where to paste the sender's."  # noqa: S105
STALE = "Dropped: it was sent too long ago."
TOO_LARGE = "Refused: {} MB, and I read 1 MB at most."
A_MEGABYTE = 1024 * 1024
UNHEARD = f"Not heard: {CLOSED_CHANNEL}."
DOES = {
    Signal.FIRING: "would open a spike, or join the one that is open",
    Signal.RESOLVED: "would end its spike",
    Signal.INFO: "would change nothing",
}
REASONS = {Why.TEST: "only a test", Why.NO_DATA: "without data", Why.UNKNOWN: "in an unknown state"}
A_TEST = "A test arrived."
LEFT_OUT = "{} more were left out."
MOST_WORDS, LONGEST_WORD = 3, 40
SHORT = {Signal.FIRING: "over the limit", Signal.RESOLVED: "resolved", Signal.INFO: "without effect"}


def too_large(size: int) -> str:
    """Of a delivery that is larger than 1 MB; how much larger is not always known."""
    return TOO_LARGE.format("more than 1" if size <= A_MEGABYTE else f"{size / A_MEGABYTE:.1f}")


def delivery_outcome(alerts: Sequence[Alert], tickets: Sequence[Ticket], note: str, left_out: int = 0) -> str:
    """In one line, without what anybody wrote but a word that we do not know."""
    if alerts and all(each.why is Why.TEST for each in alerts):
        return A_TEST
    found = Counter(REASONS[each.why] if each.why else SHORT[each.signal] for each in alerts)
    found.update("came" if each.came else "left" for each in tickets)
    number, what = found.total(), "alert" if alerts else "ticket"
    said = ", ".join(f"{many} {state}" for state, many in found.items())
    heard = f"Heard {number} {what}{'s' * (number > 1)}: {said}." if found else note or "Heard: nothing in it."
    return " ".join(each for each in (heard, _unknown(alerts), LEFT_OUT.format(left_out) if left_out else "") if each)


def _unknown(alerts: Sequence[Alert]) -> str:
    words = dict.fromkeys(shortened(each.word, LONGEST_WORD) for each in alerts if each.word)
    quoted = ", ".join(f"“{word}”" for word in [*words][:MOST_WORDS])
    return f"I don't know the state {quoted}, so it opened and ended nothing." if words else ""


def event_effect(each: Alert | Ticket, queue: str) -> str:
    """One line; `queue` is what it is about when it names none."""
    named = each.queue or (f"{queue}, since it names none" if queue else "no queue")
    if isinstance(each, Ticket):
        return f"{named}: ticket {each.id} {'came' if each.came else 'left'}, and would be counted"
    facts = [f"value {each.value:g}" if each.value is not None else "", each.key and f"key {each.key}"]
    facts.insert(1, f"limit {each.threshold:g}" if each.threshold is not None else "")
    told = ", ".join(fact for fact in facts if fact)
    does = f"{REASONS[each.why]} {DOES[Signal.INFO]}" if each.why else f"{each.signal} {DOES[each.signal]}"
    return f"{named}: {does}{f' ({told})' if told else ''}"
