"""One line on what has become of a follow-up, for the card of a reminder about it that needs no answer any more."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.followups.models import Kind, Reason, State
from bot.slack.mrkdwn import escape, shortened
from bot.text.formats import on

LONGEST_LINE = 150
CHECK = ":white_check_mark: "
CLOSED = {
    (Kind.ROADBLOCK, Reason.DONE): f"{CHECK}This roadblock is cleared",
    (Kind.IDEA, Reason.DONE): f"{CHECK}This idea is done",
    (Kind.IDEA, Reason.DECLINED): "This idea was declined",
    (Kind.IDEA, Reason.NOT_NOW): "This idea was put off",
    (Kind.IDEA, Reason.MERGED): "This idea was merged into another one",
    (Kind.PROMISE, Reason.DONE): f"{CHECK}You kept this promise",
    (Kind.PROMISE, Reason.LET_GO): "You said you can't keep this promise",
}
WITHDRAWN = "This {} was withdrawn."


def what_became(kind: Kind, facts: Mapping[str, Any]) -> str:
    """Say how a follow-up stands now; empty if it is deleted. `facts` has what `load_standing` returns."""
    if not facts.get("state"):
        return ""
    if (facts["state"] == State.CLOSED and facts["reason"] == Reason.WITHDRAWN) or not facts["text"]:
        return WITHDRAWN.format(kind)
    told = _told(kind, facts)
    words = shortened(" ".join(escape(facts["text"]).split()), LONGEST_LINE)
    return f"{told}: “{words}”"


def _told(kind: Kind, facts: Mapping[str, Any]) -> str:
    owner = "You're" if facts["is_own"] else f"{facts['owner']} is"
    match facts["state"], kind:
        case State.CLOSED, _:
            return CLOSED.get((kind, facts["reason"]), f"This {kind} is closed")
        case State.ANSWERED, Kind.PROMISE:
            return f"{CHECK}You said that this promise is kept"
        case State.ANSWERED, _:
            return f"{CHECK}This {kind} was marked as cleared"
        case State.OWNED, Kind.PROMISE:
            return f"You promised this by {on(date.fromisoformat(facts['now_due_on']))}"
        case State.OWNED, Kind.ROADBLOCK if facts["waiting_until"]:
            return f"This roadblock is on hold until {on(date.fromisoformat(facts['waiting_until']))}"
        case State.OWNED, Kind.IDEA if not facts["has_started"]:
            return f"{owner} looking into this idea"
        case State.OWNED, _:
            return f"{owner} working on this {kind}"
        case _:
            return f"Nobody is working on this {kind} now"
