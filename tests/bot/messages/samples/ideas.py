"""Samples of ideas: every state for each reader, notifications of every step, forms, the list and reminders."""

from datetime import date

from bot.followups.models import Followup, Kind, Reason, State
from bot.followups.rules import Role, Step
from bot.messages.followups import cards as followup_cards
from bot.messages.followups.cards import View
from bot.messages.followups.lists import Listed
from bot.messages.ideas import cards, forms, lists, nudges, offers
from tests.bot.messages.samples.people import (
    ANA,
    BEN,
    CLOSED,
    LONG,
    MAYA,
    NOW,
    OTHER_TEAM,
    PEOPLE,
    TEAM,
    TOM,
    URL,
    show,
)

TEXT = "a macro for refunds under <20> euros"
WHY = "The macro is called *Small refund* & Ana tested it."


def idea(state: State, reason: Reason | None = None, *, is_named: bool = True, number: int = 1, votes: int = 3) -> View:
    made = Followup("T1", TEAM.id, Kind.IDEA, ANA.id, TEXT, NOW, state, is_named=is_named)
    made.id, made.reason, made.outcome = number, reason, WHY if reason else ""
    made.owner_id = MAYA.id if state == State.OWNED else None
    return View(made, TEAM, PEOPLE, votes)


NEW, UNNAMED, ALONE = idea(State.OPEN), idea(State.OPEN, is_named=False), idea(State.OPEN, votes=0)
CONSIDERING, DOING, EXPERIMENT = idea(State.OWNED), idea(State.OWNED), idea(State.OWNED, votes=1)
DOING.followup.started_at = EXPERIMENT.followup.started_at = NOW
EXPERIMENT.followup.experiment_ends_on, EXPERIMENT.followup.question = date(2026, 11, 27), "Does it save time?"
ENDS = {reason: idea(State.CLOSED, reason) for reason in (Reason.DONE, Reason.DECLINED, Reason.NOT_NOW)}
IN_MARCH, ON_A_DAY = idea(State.CLOSED, Reason.NOT_NOW), idea(State.CLOSED, Reason.NOT_NOW)
IN_MARCH.followup.ask_again_on, ON_A_DAY.followup.ask_again_on = date(2027, 3, 1), date(2027, 3, 3)
MERGED = View(idea(State.CLOSED, Reason.MERGED).followup, TEAM, PEOPLE, 0, NEW.followup, f"{URL}archives/C1/p17")
UNPOSTED = View(MERGED.followup, TEAM, PEOPLE, 0, NEW.followup)
BACK, REOPENED = idea(State.CLOSED, Reason.WITHDRAWN), idea(State.OPEN)
REOPENED.followup.reopened_count = 1
VIEWS = {
    "new": NEW, "unnamed": UNNAMED, "no votes": ALONE, "open again": REOPENED, "considering": CONSIDERING,
    "doing": DOING, "an experiment": EXPERIMENT, "done": ENDS[Reason.DONE], "declined": ENDS[Reason.DECLINED],
    "not now": ENDS[Reason.NOT_NOW], "in March": IN_MARCH, "on a day": ON_A_DAY, "merged": MERGED,
    "merged, no card": UNPOSTED, "taken back": BACK,
}  # fmt: skip
BY = {"the author": {Role.AUTHOR, Role.MEMBER}, "the owner": {Role.OWNER, Role.LEADER}, "a leader": {Role.LEADER}}
NEWS = [
    (Step.RAISE, NEW, Role.LEADER), (Step.TAKE, CONSIDERING, Role.AUTHOR), (Step.HAND_ON, CONSIDERING, Role.OWNER),
    (Step.HAND_ON, CONSIDERING, Role.AUTHOR), (Step.START, DOING, Role.AUTHOR),
    (Step.CLOSE, ENDS[Reason.DONE], Role.AUTHOR), (Step.CLOSE, IN_MARCH, Role.AUTHOR),
    (Step.CLOSE, ENDS[Reason.DECLINED], Role.OWNER), (Step.CLOSE, ENDS[Reason.DONE], Role.SUPPORTER),
    (Step.CLOSE, ENDS[Reason.DONE], Role.MEMBER), (Step.REOPEN, REOPENED, Role.AUTHOR),
    (Step.HAND_BACK, NEW, Role.AUTHOR),
    (Step.MERGE, MERGED, Role.AUTHOR),
    (Step.SPLIT, NEW, Role.AUTHOR),
]  # fmt: skip
TRIED = {reason: idea(State.CLOSED, reason) for reason in (Reason.DONE, Reason.DECLINED)}
for tried in TRIED.values():
    tried.followup.question, tried.followup.owner_id = "Does it save time?", MAYA.id
BY_AUTHOR = idea(State.CLOSED, Reason.DONE)
BY_AUTHOR.followup.question, BY_AUTHOR.followup.owner_id = "Does it save time?", ANA.id
IN_CLOSED = View(NEW.followup, CLOSED, PEOPLE)
PAGE = [Listed(idea(State.OPEN, number=number), {Role.LEADER}) for number in range(11, 21)]
FACTS = {"followup": 1, "text": TEXT, "votes": 3, "question": "Does it save time?", "ended_on": "2026-11-17"}
CARD = "idea_offer:C1:1.1"

SAMPLES = [
    *(show(f"idea, {state}, the channel", followup_cards.channel_card, cards, view, "followup:1")
      for state, view in VIEWS.items()),
    *(show(f"idea, {state}, {who}", followup_cards.card, cards, view, roles)
      for state, view in VIEWS.items() for who, roles in BY.items()),
    *(show(f"idea, {step}, {role}", followup_cards.card, cards, view, {role},
           told=cards.news(view, step, "", MAYA.shown, role))
      for step, view, role in NEWS),
    show("", cards.raised_answer, NEW),
    show("without a name", cards.raised_answer, UNNAMED),
    show("a channel that is closed", cards.raised_answer, IN_CLOSED),
    show("like an open one", cards.raised_answer, NEW, CONSIDERING.followup),
    show("like one that was declined", cards.raised_answer, NEW, ENDS[Reason.DECLINED].followup),
    show("like one for March", cards.raised_answer, NEW, IN_MARCH.followup),
    show("", cards.joined_answer, CONSIDERING),
    *(show(str(reason), cards.lesson_post, view) for reason, view in TRIED.items()),
    show("by its author", cards.lesson_post, BY_AUTHOR),
    show("", forms.idea_form, [TEAM]),
    show("filled in, refused, several teams", forms.idea_form, [TEAM, OTHER_TEAM], text=LONG * 5, refusal="No."),
    show("", forms.close_form, CONSIDERING.followup),
    show("an experiment", forms.close_form, EXPERIMENT.followup),
    show("", forms.start_form, CONSIDERING.followup),
    show("", forms.hand_on_form, CONSIDERING.followup, {TOM.id: TOM.name}),
    show("", forms.merge_form, NEW.followup, [CONSIDERING.followup]),
    show("", forms.split_form, MERGED.followup),
    show("", forms.closing_form, cards.raised_answer(NEW)),
    show("", lists.idea_list, PAGE[:2], lists.OPEN, start=0, total=2),
    show("more than fit", lists.idea_list, PAGE, lists.MINE, start=0, total=12),
    show("the next page", lists.idea_list, PAGE[:2], "theme.tools", start=10, total=12),
    show("none", lists.idea_list, [], lists.OPEN, start=0, total=0),
    show("none for this filter", lists.idea_list, [], lists.NEW, start=0, total=0),
    show("", nudges.unanswered_item, 7, FACTS, TEAM),
    show("no votes, long", nudges.unanswered_item, 7, FACTS | {"votes": 0, "text": LONG * 4}, TEAM),
    show("", nudges.ask_lesson, 7, FACTS, TEAM),
    show("", offers.offer_card, BEN.shown, TEAM, TEXT, CARD),
    show("", offers.saved_card, CARD),
]  # fmt: skip
NOT_SHOWN = {
    cards.label: "part of a card", cards.headline: "part of a card", cards.format_answer: "part of a card",
    cards.format_return_date: "part of a card", cards.status: "part of a card",
    cards.vote_count: "part of a card", cards.news: "part of a card", cards.similarity_line: "part of an answer",
    offers.offered_words: "parses a message",
}  # fmt: skip
