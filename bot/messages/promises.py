"""Texts of promises: what a leader said they would do, to whom, and by when."""

from collections.abc import Collection
from datetime import date
from typing import Any

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    DatePicker,
    Element,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    UserSelectMenu,
)

from bot.followups.models import Followup, Reason, State
from bot.followups.rules import MOST_MOVES, Role, Step
from bot.messages.errors import in_form
from bot.messages.followups import forms
from bot.messages.followups.cards import View, quoted
from bot.messages.followups.forms import CHANGE, DAY, TEXT, WHO, action
from bot.nudges.cards import NOT_NOW, Item
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import Post, modal
from bot.text.formats import on

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
    Step.CLOSE: "Let it go",
}
STEPS = tuple(LABELS)
CHANNEL = (Role.RECIPIENT,)
USAGE = "`/promise @ana ask IT about the voucher tool by Friday`"


def label(followup: Followup, step: Step) -> str:
    """Return the label of a step's button."""
    return "No" if followup.state == State.OFFERED and step == Step.CLOSE else LABELS[step]


def headline(view: View, roles: Collection[Role]) -> str:
    """Say how a promise stands."""
    this = view.followup
    is_mine, to = Role.OWNER in roles, whom(view)
    match this.state:
        case State.OFFERED if is_mine:
            return f"{view.name(this.author_id)} would like you to promise this:"
        case State.OFFERED:
            return f"I've asked {view.owner} whether they will promise this:"
        case State.OWNED if is_mine:
            return f"You promised {to} this by *{on(view.due_on)}*:"
        case State.OWNED:
            return f"{view.owner} promised {'you' if this.recipient_id else 'the team'} this by *{on(view.due_on)}*:"
        case State.ANSWERED:
            return f"You told {to} that this is done:" if is_mine else f"{view.owner} says this is done:"
        case _:
            return f"{ENDS[Reason(this.reason or Reason.DONE)]}:"


ENDS = {
    Reason.DONE: ":white_check_mark: Promise kept",
    Reason.LET_GO: "Promise let go",
    Reason.WITHDRAWN: "Promise taken back",
    Reason.DECLINED: "No promise was made",
}


def status(view: View, roles: Collection[Role]) -> str:
    this = view.followup
    if this.state == State.ANSWERED and Role.OWNER not in roles and this.reopened_count:
        return f"Still not done? Talk to {view.owner} about it."
    return escape(this.outcome) if this.is_closed else ""


def whom(view: View) -> str:
    """Return the name of the person a promise is made to, or the team's channel."""
    this = view.followup
    return view.name(this.recipient_id) if this.recipient_id else f"<#{view.team.channel_id}>"


def news(view: View, step: Step, text: str, by: str, role: Role) -> str:
    """Tell the owner or the recipient about a step of the other."""
    why = f" ({shortened(escape(text), 300)})" if text else ""
    match step, role:
        case (Step.RAISE | Step.ACCEPT | Step.ANSWER, Role.RECIPIENT) | (Step.RAISE, Role.OWNER):
            return headline(view, {role})
        case (Step.MOVE, Role.RECIPIENT):
            return f"{view.owner} moved this promise to *{on(view.due_on)}*{why}:"
        case (Step.CLOSE, Role.RECIPIENT) if view.followup.reason == Reason.LET_GO:
            return f"{view.owner} can't keep this promise{why}:"
        case (Step.CLOSE, Role.RECIPIENT):
            return f"{view.owner} doesn't want to promise this:"
        case (Step.CONFIRM, Role.OWNER):
            return f"{by} says thanks for keeping this promise:"
        case (Step.REOPEN, Role.OWNER):
            return f"{by} says this isn't done yet. You can have until *{on(view.due_on)}*; you can move that:"
        case _:
            return ""


def said_back(view: View, *, moved_from: date | None = None) -> Post:
    """Repeat a promise to the person who made it, with the full date, *Change* and *Take it back*."""
    this = view.followup
    off = f" {on(moved_from)} is a day off." if moved_from else ""
    text = f"You've promised {whom(view)} this by *{on(view.due_on)}*.{off} I'll remind you the working day before."
    buttons: list[Element] = [
        Button("Change", action_id=CHANGE, value=str(this.id)),
        Button("Take it back", action_id=action(Step.WITHDRAW), value=str(this.id)),
    ]
    blocks = [
        SectionBlock(f"{text}\n{quoted(this.text)}", block_id=f"promised_{this.id}"),
        ActionsBlock(buttons, block_id=f"promised_buttons_{this.id}"),
    ]
    return Post(f"{text} {this.text}", blocks)


def reminder(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Remind somebody the working day before a promise is due, and on the day."""
    when = "today" if facts["is_due"] else f"by {on(date.fromisoformat(facts['due_on']))}"
    to = mention(facts["to"]) if facts["to"] else f"<#{team.channel_id}>"
    text = f"You promised {to} this {when}:\n>{shortened(escape(facts['text']), 600)}"
    id = f"{nudge_id}:{facts['followup']}"
    return Item(
        text,
        "You made this promise. I'll remind you on the working day before it's due, and on the day. *Snooze* moves "
        "only my reminder; *Move* changes the date and tells whoever you promised.",
        [
            Button("Done", action_id=action(Step.ANSWER), value=id, style="primary"),
            *([Button("Move", action_id=action(Step.MOVE), value=id)] if facts["moves"] < MOST_MOVES else []),
            Button("Let it go", action_id=action(Step.CLOSE), value=id),
        ],
    )


def offer(nudge_id: int, facts: dict[str, Any], team: Team) -> Item:
    """Offer a leader to turn what they wrote in the team's channel into a promise."""
    return Item(
        f"You just wrote in <#{team.channel_id}> that you'd look into something. Make it a promise? I'll remind you.",
        f"*Listen for promises* is on in <#{team.channel_id}>. Only you see this, at most twice a week. Leaders can "
        "turn it off in `/steward settings`, *Roadblocks, ideas and promises*.",
        [
            Button("Make it a promise", action_id=MAKE, value=str(nudge_id), style="primary"),
            Button("Not this time", action_id=NOT_NOW, value=str(nudge_id)),
        ],
    )


def asked(writer: Person) -> Post:
    """Confirm to somebody that the writer of a message has been asked to make it a promise."""
    return Post(f"I've asked {writer.shown} privately. I'll tell you if they promise it.")


def form(
    followup: Followup | None, *, text: str = "", to: str | None = None, due_on: date, team: Team, refusal: str = ""
) -> ModalView:
    """Build the form for a new promise, or for a change of one; `refusal` says what was wrong with what was typed."""
    words = PlainTextInput(
        TEXT, multiline=True, max_length=LONGEST_PROMISE, initial_value=shortened(text, LONGEST_PROMISE) or None
    )
    blocks: list[Block] = [
        InputBlock("What do you promise?", words, block_id=TEXT),
        InputBlock("By when?", DatePicker(DAY, initial_date=due_on.isoformat()), block_id=DAY),
    ]
    if not followup:
        whom = UserSelectMenu(action_id=WHO, initial_user=to)
        hint = "Leave this empty to promise it to the whole team."
        blocks.insert(0, InputBlock("Who is it for?", whom, block_id=WHO, optional=True, hint=hint))
    if refusal:
        blocks.insert(0, SectionBlock(in_form(refusal), block_id="refusal"))
    return modal(TITLE, FORM, blocks, submit="Save", metadata=f"{followup.id if followup else 0}:{team.id}")


def move_form(promise_id: int, due_on: date) -> ModalView:
    return forms.ask(
        Step.MOVE, promise_id, "Move a promise", "Move", by="New day", due_on=due_on, why="Why?",
        hint="I'll pass on the new day and what you write here.",
    )  # fmt: skip


def accept_form(promise_id: int, due_on: date) -> ModalView:
    return forms.ask(Step.ACCEPT, promise_id, TITLE, "Promise", by="By when?", due_on=due_on)


def let_go_form(promise_id: int) -> ModalView:
    return forms.ask(
        Step.CLOSE, promise_id, "Let a promise go", "Let it go", why="Why?", hint="I pass this sentence on.",
        is_optional=True,
    )  # fmt: skip


NOTHING = f"You have no open promises. Make one with {USAGE}."
OWNER_LEFT = "they aren't in the team anymore"
MINE, THEIRS = "Promises you made", "Promises made to you"
