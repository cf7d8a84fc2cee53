"""Texts of promises: what a leader said they would do, to whom, and by when."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any

from slackblocks import (
    Block,
    Button,
    DatePicker,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    UserSelectMenu,
)

from bot.features import promises as promises_feature
from bot.followups.models import Audience, Followup, Kind, Reason, State
from bot.followups.rules import MOST_MOVES, Role, Step
from bot.messages.errors import fit_to_section
from bot.messages.followups import forms
from bot.messages.followups.cards import View, answer, quoted, with_reason
from bot.messages.followups.endings import what_became
from bot.messages.followups.forms import CHANGE, DAY, TEXT, WHO, action
from bot.nudges.cards import NOT_NOW, Item
from bot.org.availability import working_hours
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, modal
from bot.text.formats import clock, on

LONGEST_PROMISE = 600
FORM = "promises:form"
MAKE = "promises:make"
MESSAGE = "promises:message"
"""The message shortcut *This is a promise*."""
TITLE = "Promise"
LABELS = {
    Step.ACCEPT: "Promise",
    Step.ANSWER: "Done",
    Step.CONFIRM: "Thanks",
    Step.REOPEN: "Not yet",
    Step.MOVE: "Move",
    Step.CLOSE: "Can't keep it",
}
STEPS = tuple(LABELS)
CHANNEL = (Role.RECIPIENT,)
USAGE = "`/promise @ana ask IT about the voucher tool by Friday`"


def label(followup: Followup, step: Step) -> str:
    """Return the label of a step's button."""
    return "No, thanks" if followup.state == State.OFFERED and step == Step.CLOSE else LABELS[step]


def headline(view: View, roles: Collection[Role]) -> str:
    """Describe the state of a promise."""
    this = view.followup
    is_mine, to = Role.OWNER in roles, whom(view)
    match this.state:
        case State.OFFERED if is_mine:
            return f"{view.name(this.author_id)} would like you to promise this:"
        case State.OFFERED:
            return f"I've asked {view.owner} to promise you this:"
        case State.OWNED if is_mine:
            return f"You promised {to} this by *{on(view.due_on)}*:"
        case State.OWNED:
            return f"{view.owner} promised {'you' if this.recipient_id else 'the team'} this by *{on(view.due_on)}*:"
        case State.ANSWERED:
            return f"You told {to} that this is done:" if is_mine else f"{view.owner} says this is done:"
        case _:
            reason = Reason(this.reason or Reason.DONE)
            if reason == Reason.LET_GO and is_mine:
                return "You said you can't keep this promise:"
            return f"{ENDS[reason].format('You' if is_mine else view.owner)}:"


ENDS = {
    Reason.DONE: ":white_check_mark: {} kept this promise",
    Reason.LET_GO: "{} can't keep this promise",
    Reason.WITHDRAWN: "{} took this promise back",
    Reason.DECLINED: "{} decided not to promise this",
}
"""Phrases for how a promise ended, with a placeholder for the person who made it."""


def status(view: View, roles: Collection[Role]) -> str:
    this = view.followup
    if this.state == State.ANSWERED and Role.OWNER not in roles and this.reopened_count:
        return f"Still not done? Talk to {view.owner} about it."
    why = f"Reason: {escape(this.outcome)}" if this.reason != Reason.DONE else escape(this.outcome)
    return why if this.is_closed and this.outcome else ""


def whom(view: View) -> str:
    """Return the name of the person a promise is made to, or the team's channel."""
    this = view.followup
    return view.name(this.recipient_id) if this.recipient_id else f"<#{view.team.channel_id}>"


def news(view: View, step: Step, text: str, by: str, role: Role) -> str:
    """Tell the owner or the recipient of a promise about a step that the other took."""
    match step, role:
        case (Step.RAISE | Step.ACCEPT | Step.ANSWER, Role.RECIPIENT) | (Step.RAISE, Role.OWNER):
            return headline(view, {role})
        case (Step.MOVE, Role.RECIPIENT):
            return with_reason(f"{view.owner} moved this promise to *{on(view.due_on)}*", text)
        case (Step.CLOSE, Role.RECIPIENT) if view.followup.reason == Reason.LET_GO:
            return f"{view.owner} can't keep this promise:"
        case (Step.CLOSE, Role.RECIPIENT):
            return f"{view.owner} decided not to promise this:"
        case (Step.CONFIRM, Role.OWNER):
            return f"{by} says thanks for keeping this promise:"
        case (Step.REOPEN, Role.OWNER):
            return f"{by} says this isn't done yet. It's due by *{on(view.due_on)}*."
        case _:
            return ""


def said_back(view: View, *, moved_from: date | None = None, more: Sequence[Block] = (), now: datetime) -> Post:
    """Repeat a promise to the person who made it, with the full date, *Change* and *Take it back*.

    `moved_from` is the day off that they asked for; `more` stands below.
    """
    id = str(view.followup.id)
    day = f"*{on(view.due_on)}*"
    said = f" by {day}." if moved_from is None else f". {on(moved_from)} is a day off, so I've set it to {day}."
    text = f"You've promised {whom(view)} this{said} {_reminders(view, now)}"
    change = Button("Change", action_id=CHANGE, value=id)
    return answer(view, text, [change, Button("Take it back", action_id=action(Step.WITHDRAW), value=id)], more)


def _reminders(view: View, now: datetime) -> str:
    """Say when the owner of a new promise will be reminded of it."""
    owner = view.people[view.followup.owner_id or ""]
    at = promises_feature.find_last_call(working_hours.person_hours(owner, view.team), view.due_on, now)
    at_hour = f"at {clock(owner.local(at), owner.locale)}" if at else ""
    if view.due_on > owner.local(now).date():
        on_the_day = f", and {at_hour} on the day if it's still open" if at else ""
        return f"I'll remind you before it's due{on_the_day}."
    return f"I'll ask you {at_hour} whether it's done." if at else "When it's done, press *Done* on the card in our DM."


def last_call(view: View) -> str:
    """Ask the owner of a promise on the afternoon of its day whether it is done."""
    return f"You promised {whom(view)} this by *{on(view.due_on)}*. Is it done?"


def reminder(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Remind the owner before a promise is due; if they are off that day, and afterwards, ask whether it is done.

    After the due day, the first button moves it, if it may still be moved.
    """
    day = on(date.fromisoformat(facts["due_on"]))
    away = " You're off that day." if facts.get("is_away") else ""
    asks = f".{away} Is it done?" if facts.get("is_over") or away else ":"
    to = mention(facts["to"]) if facts["to"] else f"<#{team.channel_id}>"
    text = f"You promised {to} this by {day}{asks}\n{quoted(shortened(facts['text'], LONGEST_PROMISE))}"
    steps = [Step.ANSWER, *([Step.MOVE] if facts["moves"] < MOST_MOVES else []), Step.CLOSE]
    if facts.get("is_over") and Step.MOVE in steps:
        steps = [Step.MOVE, Step.ANSWER, Step.CLOSE]
    why = (
        "You made this promise. I remind you on the working day before it's due, ask in the afternoon on the day "
        "itself, and remind you once afterwards. *Snooze* moves only my reminder"
    )
    if Step.MOVE in steps:
        why += "; *Move* moves the date, and whoever you promised it to sees that"
    return Item(
        text,
        f"{why}.",
        [
            Button(
                LABELS[step],
                action_id=action(step),
                value=f"{nudge_id}:{facts['followup']}",
                style=None if nth else "primary",
            )
            for nth, step in enumerate(steps)
        ],
        became=what_became(Kind.PROMISE, facts),
    )


def offer(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Offer to turn a leader's message in the team's channel into a promise."""
    return Item(
        f"You wrote in <#{team.channel_id}> that you'd look into something. Make it a promise? I'll remind you.",
        f"*Listen for promises* is on in <#{team.channel_id}>. Only you see this, and I ask at most twice a week. "
        "Leaders can turn it off in `/steward settings`, *Roadblocks, ideas and promises*.",
        [
            Button("Make it a promise", action_id=MAKE, value=str(nudge_id), style="primary"),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )


def asked(writer: Person) -> Post:
    """Confirm to somebody that the writer of a message has been asked to make it a promise."""
    return Post(f"I've asked {writer.shown} privately, and I'll tell you when they answer.")


def form(
    followup: Followup | None, *, text: str = "", to: str | None = None, due_on: date, team: Team, refusal: str = ""
) -> ModalView:
    """Build the form for a new promise, or to change one; `refusal` says what was wrong with the typed text."""
    words = PlainTextInput(
        TEXT, multiline=True, max_length=LONGEST_PROMISE, initial_value=shortened(text, LONGEST_PROMISE) or None
    )
    blocks: list[Block] = [
        InputBlock("What are you promising?", words, block_id=TEXT),
        InputBlock("By when?", DatePicker(DAY, initial_date=due_on.isoformat()), block_id=DAY),
    ]
    if not followup:
        whom = UserSelectMenu(action_id=WHO, initial_user=to)
        hint = "Leave this empty to promise it to the whole team."
        blocks.insert(0, InputBlock("Who is it for?", whom, block_id=WHO, optional=True, hint=hint))
    if refusal:
        blocks.insert(0, SectionBlock(fit_to_section(refusal), block_id="refusal"))
    submit = "Save" if followup else "Promise"
    return modal(TITLE, FORM, blocks, submit=submit, metadata=f"{followup.id if followup else 0}:{team.id}")


def move_form(promise: Followup, due_on: date) -> ModalView:
    hint = "Whoever you promised it to will see the new date and this reason."
    if promise.audience == Audience.TEAM:
        hint = "The card in the channel will show the new date."
    return forms.ask(
        Step.MOVE, promise.id, "Move a promise", "Move", by="New date", due_on=due_on, why="Why?", hint=hint
    )


def accept_form(promise_id: int, due_on: date) -> ModalView:
    return forms.ask(Step.ACCEPT, promise_id, TITLE, "Promise", by="By when?", due_on=due_on)


def let_go_form(promise: Followup) -> ModalView:
    """Build the form for a promise that its owner can't keep, or that declines one that somebody else has suggested."""
    if promise.state == State.OFFERED:
        hint = "Whoever asked you will read this."
        return forms.ask(Step.CLOSE, promise.id, TITLE, "Say no", why="Why?", hint=hint, is_optional=True)
    hint = "Whoever you promised it to will read this."
    return forms.ask(Step.CLOSE, promise.id, "Can't keep a promise", "Can't keep it", why="Why?", hint=hint)


NOTHING = f"You have no open promises, made or received. Leaders and sponsors can add one: {USAGE}."
OWNER_LEFT = "No longer in the team."
MINE, THEIRS = "Promises you made", "Promises made to you"
ALSO_DUE = "Also due soon:"
