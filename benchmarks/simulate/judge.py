"""Judge of the bot's unprompted messages: whether they reach people at a good time and not too often.

It uses a message's time in Slack and what the simulation knows about the reader, but no code of the bot.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from benchmarks.simulate.personas import Human

Json = dict[str, Any]
BUDGET = 2
WHY, MET, PICK, OPEN = "nudges:why", "one_on_ones:met", "one_on_ones:pick:0", "one_on_ones:open"
SIT_ASK, SIT_YES, SIT_OTHER_TIME, SIT_NO = "shadowing:ask", "meetings:yes", "meetings:other_time", "meetings:no"
SIT_WRAP_UP, SIT_MISSED = "shadowing:wrap_up", "meetings:missed"
ASKED_TO_COME, ASKED_FOR_BREAK = "hand_ups:coming", "breaks:ok"
HOST, OTHERS = "rituals:skip", "one_on_ones:others"
KEPT, ASKS = "followups:answer", "Is it done?"
"""The button and the question of whoever has made a promise that is due."""
WEEK, WEEK_TITLE = "leaders' weeks", ":calendar: *Your week up to"
"""The leader's week, which counts as a nudge in the budget, and how its message begins."""
LAST_CALLS = "questions on the afternoon of a promise"


def actions(message: Json) -> list[tuple[str, str]]:
    """Return a message's buttons, each with its value."""
    rows = [block.get("elements", [block.get("accessory", {})]) for block in message.get("blocks", [])]
    return [(each["action_id"], str(each.get("value", ""))) for row in rows for each in row if "action_id" in each]


def nudges_on(message: Json) -> list[set[str]]:
    """Return the ids of a card's nudges, as one set per *Why this?* button, since nudges may share one menu."""
    found, ids = list[set[str]](), set[str]()
    for action, value in actions(message):
        ids.add(value.partition(":")[0])
        if action == WHY:
            found.append(ids - {""})
            ids = set()
    return found


def kind_of_unprompted_message(message: Json) -> str:
    """Return the kind of a message that the bot sent unprompted, such as `nudges`; empty for any other message."""
    found = {action for action, _ in actions(message)}
    if WHY in found:
        return "nudges"
    if message["text"].startswith(WEEK_TITLE):
        return WEEK
    if KEPT in found and ASKS in message["text"]:
        return LAST_CALLS
    if MET in found or SIT_WRAP_UP in found:
        return "questions about the outcome"
    if SIT_YES in found and OTHERS not in found:
        return "requests to shadow"
    if ASKED_TO_COME in found:
        return "requests to come"
    if ASKED_FOR_BREAK in found:
        return "requests for a break"
    if HOST in found:
        return "requests to host a ritual"
    if PICK in found:
        return "proposed times"
    if " is off the queue " in message["text"]:
        return "news of breaks"
    return "preparations" if message["text"].startswith(":hourglass:") else ""


@dataclass
class Judge:
    days: Counter[tuple[str, date]] = field(default_factory=Counter)
    """How many new nudges each person got per local day, the leader's week included; nudges that come again after a
    snooze do not count."""
    last_calls: Counter[tuple[str, date]] = field(default_factory=Counter)
    """How many questions on the afternoon of a promise each person got per local day. They are announced when a promise
    is made, so they are no nudges."""
    said: Counter[str] = field(default_factory=Counter)
    wrong: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Messages that came at a bad time, by kind."""
    unaware: int = 0
    """How many messages came on a day off that the bot did not know of."""
    posts: int = 0
    _known: set[str] = field(default_factory=set)

    def hear(self, human: Human, message: Json, at: datetime) -> None:
        self.posts += 1
        what = kind_of_unprompted_message(message)
        if not what:
            return
        self.said[what] += 1
        if bad := why_badly_timed(human, at):
            self.wrong[what].append(f"{human.name} {human.local(at):%a %Y-%m-%d %H:%M}: {bad}")
        self.unaware += human.is_absent(human.local(at).date()) and not bad
        self.last_calls[human.name, human.local(at).date()] += what == LAST_CALLS
        self.days[human.name, human.local(at).date()] += what == WEEK
        for ids in nudges_on(message):
            self.days[human.name, human.local(at).date()] += not ids <= self._known
            self._known |= ids

    @property
    def over_budget(self) -> int:
        return sum(many > BUDGET for many in self.days.values())

    @property
    def over_budget_with_last_calls(self) -> int:
        return sum(many > BUDGET for many in (self.days + self.last_calls).values())


def why_badly_timed(human: Human, at: datetime) -> str:
    """Return why a person should get no unprompted message at this time, or an empty string if they may."""
    day = human.shift_day(at)
    reasons = {
        "not in the team": not human.is_here(at),
        "a day off": day.weekday() not in human.days,
        "a public holiday": human.has_holiday(day),
        "outside working hours": not human.is_in_hours(at),
        "away": any(start <= at < end for start, end in human.away),
        "Do Not Disturb": human.is_quiet(at),
    }
    return ", ".join(reason for reason, is_so in reasons.items() if is_so)
