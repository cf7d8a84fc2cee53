"""Samples of roadblocks: every state for each reader, notifications of steps, private answers, forms, reminders."""

from datetime import date
from typing import Any

from bot.features.roadblocks import Shown
from bot.followups.models import Audience, Followup, Kind, Reason, State
from bot.followups.rules import Role, Step
from bot.messages.followups import cards as followup_cards
from bot.messages.followups import endings
from bot.messages.followups.cards import View
from bot.messages.followups.lists import Listed
from bot.messages.roadblocks import cards, forms, replies
from tests.bot.messages.samples.people import ANA, CLOSED, GRACE, LONG, MAYA, NOW, OTHER_TEAM, PEOPLE, TEAM, show

TEXT = "the <voucher> tool logs us out every hour"
UNTIL = date(2026, 11, 20)


def roadblock(
    state: State = State.OPEN, *, is_named: bool = False, audience: Audience = Audience.TEAM, number: int = 1,
    supporters: int = 0, reopened: int = 0, outcome: str = "", reason: Reason | None = None, theme: str = "",
) -> View:  # fmt: skip
    made = Followup("T1", TEAM.id, Kind.ROADBLOCK, ANA.id, TEXT, NOW, state, audience, is_named)
    made.id, made.reopened_count, made.outcome, made.reason, made.theme = number, reopened, outcome, reason, theme
    if state not in (State.OPEN, State.OFFERED):
        made.owner_id = MAYA.id
    return View(made, TEAM, PEOPLE, supporters)


OPEN, NAMED, LEADERS_ONLY = roadblock(), roadblock(is_named=True), roadblock(audience=Audience.LEADERS)
OWNED, AGAIN = roadblock(State.OWNED, supporters=2, theme="tools"), roadblock(State.OWNED, reopened=2)
OFTEN = roadblock(State.OWNED, reopened=3)
OWNED.followup.destination, OWNED.followup.link = "product", "https://jira.example/7"
ANSWERED = roadblock(State.ANSWERED, outcome="IT raised the limit to a day")
GONE = roadblock(State.CLOSED, outcome="IT raised the limit to a day", reason=Reason.DONE)
WAITING, WITH_SPONSOR = roadblock(State.OWNED), roadblock(State.OWNED)
WAITING.followup.waiting_for, WAITING.followup.waiting_until = "the supplier", UNTIL
WITH_SPONSOR.followup.with_sponsor_since, WITH_SPONSOR.followup.sponsor_note = NOW, "Who owns the limit?"
OFFERED = roadblock(State.OFFERED)
OFFERED.followup.source, OFFERED.followup.link = "message:C1:1.000100", "https://harbour.slack.com/archives/C1/p1000100"
NAMED.followup.source, NAMED.followup.link = OFFERED.followup.source, OFFERED.followup.link
OF_A_PAIR = roadblock(is_named=True, audience=Audience.PAIR)
NOT_LOGGED = roadblock(State.CLOSED, reason=Reason.DECLINED)
IN_CLOSED = View(OPEN.followup, CLOSED, PEOPLE)
VIEWS = {
    "open": OPEN, "named": NAMED, "for leaders only": LEADERS_ONLY, "owned": OWNED, "waiting": WAITING,
    "with the sponsor": WITH_SPONSOR, "back twice": AGAIN, "said to be gone": ANSWERED, "gone": GONE,
}  # fmt: skip
READERS = {
    "the author": {Role.AUTHOR, Role.MEMBER}, "the owner": {Role.OWNER, Role.LEADER, Role.MEMBER},
    "a leader": {Role.LEADER, Role.MEMBER}, "the sponsor": {Role.SPONSOR}, "a member": {Role.MEMBER},
}  # fmt: skip
NEWS = [
    (Step.RAISE, LEADERS_ONLY, Role.LEADER), (Step.TAKE, OWNED, Role.AUTHOR), (Step.HAND_ON, OWNED, Role.OWNER),
    (Step.HAND_ON, OWNED, Role.AUTHOR), (Step.HAND_BACK, OPEN, Role.AUTHOR), (Step.HAND_BACK, OF_A_PAIR, Role.AUTHOR),
    (Step.WAIT, WAITING, Role.AUTHOR),
    (Step.ASK_SPONSOR, WITH_SPONSOR, Role.SPONSOR), (Step.ASK_SPONSOR, WITH_SPONSOR, Role.AUTHOR),
    (Step.ACCEPT, OWNED, Role.LEADER), (Step.SEND_BACK, OWNED, Role.OWNER), (Step.ANSWER, ANSWERED, Role.AUTHOR),
    (Step.ANSWER, ANSWERED, Role.OWNER), (Step.CONFIRM, GONE, Role.OWNER), (Step.CONFIRM, GONE, Role.SUPPORTER),
    (Step.EXPIRE, GONE, Role.OWNER), (Step.EXPIRE, GONE, Role.AUTHOR), (Step.EXPIRE, NOT_LOGGED, Role.AUTHOR),
    (Step.REOPEN, OWNED, Role.OWNER), (Step.REOPEN, AGAIN, Role.OWNER), (Step.REOPEN, OFTEN, Role.OWNER),
    (Step.REOPEN, OWNED, Role.AUTHOR),
]  # fmt: skip
FACTS = {
    "followup": 1, "has_sponsor": True, "waited": False, "since": "2026-11-16",
    "text": TEXT,
}  # fmt: skip
LISTED = [
    Listed(roadblock(number=11, supporters=1), {Role.LEADER, Role.MEMBER}),
    Listed(roadblock(State.OWNED, number=12, theme="tools"), {Role.OWNER, Role.LEADER, Role.MEMBER}),
    Listed(roadblock(number=13, is_named=True), {Role.AUTHOR, Role.MEMBER}),
]

STANDS: dict[str, Any] = {
    "text": TEXT, "state": State.OWNED, "reason": None, "owner": MAYA.shown, "is_own": False, "has_started": False,
    "now_due_on": "2026-11-27", "waiting_until": "",
}  # fmt: skip
BECAME: list[tuple[Kind, str, dict[str, Any]]] = [
    *((kind, "taken", {}) for kind in Kind),
    *((kind, "open", {"state": State.OPEN}) for kind in (Kind.ROADBLOCK, Kind.IDEA)),
    *((kind, "answered", {"state": State.ANSWERED}) for kind in (Kind.ROADBLOCK, Kind.PROMISE)),
    *((kind, f"closed: {reason}", {"state": State.CLOSED, "reason": reason}) for kind, reason in endings.CLOSED),
    (Kind.ROADBLOCK, "own", {"is_own": True}),
    (Kind.ROADBLOCK, "waiting", {"waiting_until": "2026-11-27"}),
    (Kind.ROADBLOCK, "withdrawn", {"state": State.CLOSED, "reason": Reason.WITHDRAWN}),
    (Kind.IDEA, "started", {"has_started": True, "text": LONG * 4}),
    (Kind.IDEA, "deleted", {"state": ""}),
]
SAMPLES = [
    *(show(f"roadblock, {state}, {who}", followup_cards.card, cards, view, roles)
      for state, view in VIEWS.items() for who, roles in READERS.items()),
    *(show(f"roadblock, {state}, the channel", followup_cards.channel_card, cards, view, "followup:1")
      for state, view in VIEWS.items()),
    *(show(f"roadblock, {step}, {role}, {view.followup.reopened_count}", followup_cards.card, cards, view, {role},
           told=cards.news(view, step, "ask IT" if step == Step.SEND_BACK else "", GRACE.shown, role))
      for step, view, role in NEWS),
    show("", replies.raised_answer, OPEN),
    show("named", replies.raised_answer, NAMED),
    show("for leaders only", replies.raised_answer, LEADERS_ONLY),
    show("closed channel", replies.raised_answer, IN_CLOSED),
    show("like an open one", replies.raised_answer, OPEN, resembling=OWNED.followup),
    show("like one that is gone", replies.raised_answer, OPEN, resembling=GONE.followup, ended_on=UNTIL),
    show("", replies.joined_answer, OWNED.followup),
    show("", replies.reopened_answer, GONE.followup),
    show("", replies.roadblock_list, TEAM, LISTED, not_loaded=3, chosen="open", themes=["tools"]),
    show("none", replies.roadblock_list, TEAM, [], not_loaded=0, chosen="open", themes=[]),
    show("none of a theme", replies.roadblock_list, TEAM, [], not_loaded=0, chosen="tools", themes=["tools"]),
    show("", replies.offer_card, OFFERED, MAYA.shown),
    show("", followup_cards.asked_writer, ANA.shown),
    show("", replies.unowned_item, 7, FACTS, TEAM),
    show("long", replies.unowned_item, 7, FACTS | {"text": LONG * 4}, TEAM),
    *(show(f"{kind} {told}", endings.what_became, kind, STANDS | facts) for kind, told, facts in BECAME),
    show("", replies.due_item, 7, {"followup": 1, "due_on": "2026-11-20", "text": TEXT}, TEAM),
    show("", replies.owner_item, 7, FACTS, TEAM),
    show("no sponsor", replies.owner_item, 7, FACTS | {"has_sponsor": False}, TEAM),
    show("after waiting", replies.owner_item, 7, FACTS | {"waited": True}, TEAM),
    show("", forms.form, [TEAM], shown=Shown.WITHOUT_MY_NAME),
    show("filled in, refused, two teams", forms.form, [TEAM, OTHER_TEAM], text=TEXT, shown=Shown.ONLY_LEADERS,
         link="https://jira.example/7", source="message:C1:1.000100", refusal="No."),
    show("from a private place", forms.form, [TEAM], text=TEXT, shown=None),
    show("", forms.answer_form, 1),
    show("", forms.wait_form, 1),
    show("", forms.hand_on_form, 1),
    show("", forms.sponsor_form, 1),
    show("", forms.send_back_form, 1),
]  # fmt: skip
NOT_SHOWN = {
    followup_cards.words_for: "part of a card", followup_cards.posted: "part of an answer",
    followup_cards.answer: "built by each kind",
    followup_cards.with_reason: "part of a card", followup_cards.me_too: "part of a card",
    cards.headline: "part of a card", cards.status: "part of a card",
    cards.news: "part of a card", cards.label: "part of a card", cards.waiting_line: "part of a card",
    cards.source_link: "part of a card",
}  # fmt: skip
