"""Samples of roadblocks: every state for the owner and the author, and the news of every step."""

from datetime import date

from bot.followups.models import Followup, Kind, Reason, State
from bot.followups.rules import Role, Step
from bot.messages import roadblocks
from bot.messages.followups import cards
from bot.messages.followups.cards import View
from tests.bot.messages.samples.people import ANA, LONG, MAYA, NOW, PEOPLE, TEAM, show

DUE = date(2026, 11, 24)
BY = {"the owner": {Role.OWNER}, "the author": {Role.AUTHOR}}


def roadblock(state: State, *, due_on: date | None = DUE) -> View:
    made = Followup("T1", TEAM.id, Kind.ROADBLOCK, ANA.id, "No <refund> without two approvals", NOW, state)
    made.id, made.is_named, made.due_on = 1, True, due_on
    made.owner_id = None if state == State.OPEN else MAYA.id
    made.reason = Reason.DONE if state == State.CLOSED else None
    made.outcome = "One <approval> is enough." if state in (State.ANSWERED, State.CLOSED) else ""
    return View(made, TEAM, PEOPLE)


VIEWS = {str(state): roadblock(state) for state in (State.OPEN, State.OWNED, State.ANSWERED, State.CLOSED)}
NEWS = [
    (Step.TAKE, State.OWNED, Role.AUTHOR), (Step.ANSWER, State.ANSWERED, Role.AUTHOR),
    (Step.CONFIRM, State.CLOSED, Role.OWNER), (Step.REOPEN, State.OWNED, Role.OWNER),
]  # fmt: skip

SAMPLES = [
    *(show(f"roadblock, {state}, {who}", cards.card, roadblocks, view, roles)
      for state, view in VIEWS.items() for who, roles in BY.items()),
    show("roadblock, no day", cards.card, roadblocks, roadblock(State.OWNED, due_on=None), {Role.OWNER}),
    *(show(f"roadblock, {step}, {role}", cards.card, roadblocks, roadblock(state), {role},
           told=roadblocks.news(roadblock(state), step, "", ANA.shown, role))
      for step, state, role in NEWS),
    show("", roadblocks.reminder, 7, {"followup": 1, "due_on": "2026-11-24", "text": LONG}, TEAM),
    show("", roadblocks.answer_form, 1),
]  # fmt: skip
NOT_SHOWN = {
    roadblocks.headline: "part of a card", roadblocks.status: "part of a card", roadblocks.news: "part of a card",
    roadblocks.label: "part of a card",
}  # fmt: skip
