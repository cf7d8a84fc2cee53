"""Samples of promises: every state for the owner, the recipient and the channel, and notifications of every step."""

from datetime import UTC, date, datetime, timedelta

from bot.followups.models import Audience, Followup, Kind, Reason, State
from bot.followups.rules import Role, Step
from bot.messages import absences, promises
from bot.messages.followups import cards, forms, lists, report
from bot.messages.followups.cards import View
from bot.messages.followups.lists import Listed
from bot.messages.followups.report import Done
from bot.org.people import Person
from tests.bot.messages.samples.people import ANA, BEN, LONG, MAYA, NOW, PEOPLE, TEAM, show

DUE = date(2026, 11, 20)
ON_THE_DAY = datetime(2026, 11, 20, 10, tzinfo=UTC)
TEXT = "ask IT about the <voucher> tool"
BY = {"the owner": {Role.OWNER}, "the recipient": {Role.RECIPIENT}}


def promise(state: State, reason: Reason | None = None, *, to: str | None = ANA.id, number: int = 1) -> View:
    audience = Audience.PAIR if to else Audience.TEAM
    made = Followup("T1", TEAM.id, Kind.PROMISE, MAYA.id, TEXT, NOW, state, audience, is_named=True)
    made.id, made.owner_id, made.recipient_id, made.due_on, made.reason = number, MAYA.id, to, DUE, reason
    made.outcome = "there's no budget" if reason == Reason.LET_GO else ""
    return View(made, TEAM, PEOPLE)


OFFERED, OWNED, ANSWERED = promise(State.OFFERED), promise(State.OWNED), promise(State.ANSWERED)
OFFERED.followup.author_id = BEN.id
TO_TEAM, AGAIN = promise(State.OWNED, to=None), promise(State.ANSWERED)
AGAIN.followup.reopened_count = 1
ENDS = {reason: promise(State.CLOSED, reason) for reason in promises.ENDS}
MOVED_TWICE = promise(State.OWNED)
MOVED_TWICE.followup.moves = 2
IN_CHANNEL = {state: promise(state, to=None) for state in (State.OWNED, State.ANSWERED, State.CLOSED)}
VIEWS = {
    "offered": OFFERED, "owned": OWNED, "to the team": TO_TEAM, "moved twice": MOVED_TWICE, "done": ANSWERED,
    "done again": AGAIN, **{str(reason): view for reason, view in ENDS.items()},
}  # fmt: skip
NEWS = [
    (Step.RAISE, OWNED, Role.RECIPIENT), (Step.ACCEPT, OWNED, Role.RECIPIENT), (Step.MOVE, OWNED, Role.RECIPIENT),
    (Step.ANSWER, ANSWERED, Role.RECIPIENT), (Step.CLOSE, ENDS[Reason.LET_GO], Role.RECIPIENT),
    (Step.CLOSE, ENDS[Reason.DECLINED], Role.RECIPIENT), (Step.CONFIRM, ENDS[Reason.DONE], Role.OWNER),
    (Step.REOPEN, OWNED, Role.OWNER), (Step.KEEP, OWNED, Role.RECIPIENT),
]  # fmt: skip
FACTS = {
    "followup": 1,
    "due_on": "2026-11-20",
    "is_due": False,
    "is_over": False,
    "is_away": False,
    "moves": 0,
    "to": ANA.id,
    "text": TEXT,
}
MANY = [Listed(promise(State.OWNED, number=number), {Role.OWNER}) for number in range(11, 23)]
AWAY = Person("T1", MAYA.id, MAYA.name, MAYA.zone, absences=[(NOW + timedelta(days=1), NOW + timedelta(days=8))])
DONE = {kind: [Done(TEXT, "IT raised it"), Done(LONG, "")] for kind in report.TITLES}
MINE, THEIRS = [Listed(OWNED, {Role.OWNER})], [Listed(promise(State.ANSWERED, number=2), {Role.RECIPIENT})]

SAMPLES = [
    *(show(f"promise, {state}, {who}", cards.card, promises, view, roles)
      for state, view in VIEWS.items() for who, roles in BY.items()),
    *(show(f"promise, {step}, {role}", cards.card, promises, view, {role},
           told=promises.news(view, step, "IT is away", MAYA.shown, role))
      for step, view, role in NEWS),
    *(show(f"promise to the team, {state}, the channel", cards.channel_card, promises, view, "followup:1")
      for state, view in IN_CHANNEL.items()),
    show("promises", lists.listed, promises, [(promises.MINE, MINE), (promises.THEIRS, THEIRS)], promises.NOTHING),
    show("promises, more than fit", lists.listed, promises, [(promises.MINE, MANY), (promises.THEIRS, [])],
         promises.NOTHING),
    show("", lists.home_section, [(promises, MINE[0]), (promises, THEIRS[0])], 0),
    show("more than fit", lists.home_section, [(promises, MINE[0])], 3),
    show("nothing", lists.home_section, [], 0),
    show("promises, none", lists.listed, promises, [(promises.MINE, []), (promises.THEIRS, [])], promises.NOTHING),
    show("", promises.said_back, OWNED, now=NOW),
    show("a day off", promises.said_back, TO_TEAM, moved_from=DUE + timedelta(days=1), now=NOW),
    show("for the same day", promises.said_back, OWNED, now=ON_THE_DAY),
    show("for the same day, late", promises.said_back, OWNED, now=ON_THE_DAY + timedelta(hours=6)),
    show("with others", promises.said_back, OWNED, more=lists.below(promises, promises.ALSO_DUE, MANY[:2]), now=NOW),
    show("", promises.last_call, OWNED),
    *(show(f"with {many} promised", absences.confirmation, AWAY, AWAY.absences, [], NOW, promised=MANY[:many])
      for many in (1, 5)),
    show("the day before", promises.reminder, 7, FACTS, TEAM),
    show("before an absence", promises.reminder, 7, FACTS | {"is_away": True}, TEAM),
    show("after the day", promises.reminder, 7, FACTS | {"is_over": True}, TEAM),
    show("after the day, moved twice", promises.reminder, 7, FACTS | {"is_over": True, "moves": 2}, TEAM),
    show("on the day, moved twice, to the team", promises.reminder, 7,
         FACTS | {"is_due": True, "moves": 2, "to": None, "text": LONG * 4}, TEAM),
    show("all kinds", report.report, DUE, DONE, 2),
    show("more than fit", report.report, DUE, {"idea": [Done(TEXT, "")] * 12}, 1),
    show("", promises.offer, 7, {}, TEAM),
    show("", promises.asked, MAYA),
    show("", promises.form, None, due_on=DUE, team=TEAM),
    show("filled in, refused", promises.form, None, text=TEXT, to=ANA.id, due_on=DUE, team=TEAM, refusal="No."),
    show("a change", promises.form, OWNED.followup, text=TEXT, due_on=DUE, team=TEAM),
    show("", promises.move_form, OWNED.followup, DUE),
    show("to the team", promises.move_form, TO_TEAM.followup, DUE),
    show("", promises.accept_form, 1, DUE),
    show("", promises.let_go_form, OWNED.followup),
    show("of an offer", promises.let_go_form, OFFERED.followup),
    show("all fields", forms.ask, Step.WAIT, 1, "Title", "Submit", why="Why?", by="When?", due_on=DUE, before="Text"),
    show("", forms.closing, "Title", "Saved."),
]  # fmt: skip
NOT_SHOWN = {
    lists.below: "part of an answer",
    cards.step_buttons: "part of a card", cards.possible_steps: "not text", cards.quoted: "part of a card",
    forms.action: "an id", forms.form: "an id", promises.headline: "part of a card",
    promises.status: "part of a card", promises.news: "part of a card", promises.whom: "part of a card",
    promises.label: "part of a card",
}  # fmt: skip
