"""Texts of roadblocks: what holds agents back, who removes it, and what was done."""

from collections.abc import Collection
from datetime import date
from typing import Any

from slackblocks import Button, ModalView

from bot.followups.models import Followup, State
from bot.followups.rules import Role, Step
from bot.messages.followups import forms
from bot.messages.followups.cards import View
from bot.messages.followups.names import action
from bot.nudges.cards import Item
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, shortened
from bot.text.formats import on

LABELS = {
    Step.TAKE: "I'll take it",
    Step.ANSWER: "Done",
    Step.CONFIRM: "It's gone",
    Step.REOPEN: "Still there",
}
STEPS = tuple(LABELS)
CHANNEL = (Role.LEADER,)


def label(followup: Followup, step: Step) -> str:
    """Return the label of a step's button."""
    return LABELS[step]


def headline(view: View, roles: Collection[Role]) -> str:
    """Say how a roadblock stands."""
    this, is_mine = view.followup, Role.OWNER in roles
    by = f" by *{on(view.due_on)}*" if this.due_on else ""
    match this.state:
        case State.OPEN:
            return "A roadblock that nobody has taken on yet:"
        case State.OWNED:
            return f"You want to solve this{by}:" if is_mine else f"{view.owner} wants to solve this{by}:"
        case State.ANSWERED:
            return "You've said that this is solved:" if is_mine else f"{view.owner} says this is solved:"
        case _:
            return ":white_check_mark: Roadblock removed:"


def status(view: View, roles: Collection[Role]) -> str:
    return escape(view.followup.outcome)


def news(view: View, step: Step, text: str, by: str, role: Role) -> str:
    """Tell the author or the owner about a step of the other."""
    match step, role:
        case (Step.TAKE | Step.ANSWER, Role.AUTHOR):
            return headline(view, {role})
        case (Step.CONFIRM, Role.OWNER):
            return f"{by} says this is gone:"
        case (Step.REOPEN, Role.OWNER):
            return f"{by} says this is still there:"
        case _:
            return ""


def reminder(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Ask the owner on the due day whether a roadblock is removed."""
    day = on(date.fromisoformat(facts["due_on"]))
    return Item(
        f"You wanted to solve this by {day}. Is it done?\n>{shortened(escape(facts['text']), 600)}",
        "You took on this roadblock and set its day. I remind you once; *Snooze* moves only my reminder.",
        [Button("Done", action_id=action(Step.ANSWER), value=f"{nudge_id}:{facts['followup']}", style="primary")],
    )


def answer_form(roadblock_id: int) -> ModalView:
    return forms.ask(
        Step.ANSWER, roadblock_id, "Roadblock removed", "Save", why="What was done?",
        hint="I pass this sentence on, and ask whether it's gone.",
    )  # fmt: skip
