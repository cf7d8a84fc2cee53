"""Samples of hand-ups: every state of the agent's card, the leaders' cards, the channel post, forms and lists."""

from datetime import timedelta
from typing import Any

from bot.escalation.models import Ask, Kind
from bot.escalation.models import State as Answer
from bot.features.hand_ups.models import Ending, HandUp, State
from bot.features.hand_ups.queries import WeekSummary
from bot.features.hand_ups.settings import Settings
from bot.features.visits.themes import THEMES
from bot.messages.hand_ups import cards, forms, leader_cards, lists
from bot.messages.hand_ups.cards import Progress, View
from tests.bot.messages.samples.people import ANA, DAY, HOUR, LONG, MAYA, NOW, OTHER_TEAM, TEAM, TOM, show, team

MINUTE = timedelta(minutes=1)
WORDS = "customer wants a <refund> over the limit"
SOON, LATER, TOMORROW = NOW + 4 * MINUTE, NOW + 10 * MINUTE, NOW + DAY
OWN_FIRST = team()
Settings(own_leader_first=True).keep(OWN_FIRST)
NIGHT = NOW + 12 * HOUR


def hand_up(state: State = State.ASKING, *, words: str = WORDS, ticket: str = "", **more: Any) -> HandUp:
    made = HandUp("T1", TEAM.id, ANA.id, words, NOW, False, ticket, state, **more)
    made.id = 1
    return made


def ended(how: Ending, *, helper: bool = True, theme: str = "", raised: int = 0) -> HandUp:
    who, at = (MAYA.id, NOW) if helper else (None, None)
    made = hand_up(State.ENDED, helper_id=who, helped_at=at, here_at=at, theme=theme, ended_at=NOW + 12 * MINUTE)
    made.ending, made.raised_at = how, NOW + raised * HOUR
    return made


def view(about: HandUp, **more: Any) -> View:
    helper = MAYA if about.helper_id else None
    return View(about, TEAM, ANA, NOW, helper, **more)


def ask(state: Answer = Answer.WAITING, *, who: str = MAYA.id, with_others: bool = False, hour: int = 0) -> Ask:
    made = Ask("T1", TEAM.id, Kind.HAND_UP, 1, who, NOW + hour * HOUR, None, state, with_others=with_others)
    made.id = 1
    return made


ASKING, URGENT = hand_up(), hand_up(ticket="#12 <urgent>", words=f"{WORDS}\nshe is on hold")
URGENT.is_waiting = True
LATE = hand_up(later_id=TOM.id, later_by=LATER)
LATE.is_waiting = True
COMING = hand_up(State.COMING, helper_id=MAYA.id, helped_at=NOW, comes_by=NOW + 5 * MINUTE)
IN_TEN = hand_up(State.COMING, helper_id=MAYA.id, comes_by=NOW + 15 * MINUTE)
OVERDUE = hand_up(State.COMING, helper_id=MAYA.id, helped_at=NOW, comes_by=NOW)
HERE = hand_up(State.HERE, helper_id=MAYA.id, helped_at=NOW, here_at=NOW)
HELD = hand_up(State.HELD, held_until=NOW + 15 * MINUTE)
NOBODY, POSTED = hand_up(State.UNANSWERED), hand_up(State.UNANSWERED, posted_at=NOW)
POSTED_ASKING = hand_up(posted_at=NOW, ticket="12")
OPEN_ONES = [ASKING, HERE, HELD, NOBODY, COMING]
CARDS = {
    "nobody asked yet": view(ASKING),
    "the only leader": view(ASKING, progress=Progress(1, 1, SOON)),
    "the second of three": view(ASKING, progress=Progress(2, 3, SOON)),
    "a customer waits": view(URGENT, progress=Progress(3, 5, SOON)),
    "everybody else": view(URGENT, progress=Progress(4, 5, SOON, is_everybody=True)),
    "one can come later": view(LATE, later=TOM, progress=Progress(2, 3, SOON)),
    "one can come later, nobody asked yet": view(LATE, later=TOM),
    "posted": view(POSTED_ASKING, progress=Progress(2, 2, SOON)),
    "coming": view(COMING),
    "coming in ten minutes": view(IN_TEN),
    "is the helper there?": view(OVERDUE),
    "here": view(HERE),
    "on hold": view(HELD),
    "no leader can come": view(NOBODY, leader_at=NOW),
    "no leader can come, another at noon": view(NOBODY, leader_at=NOW, next_ask_at=NOW + 2 * HOUR),
    "no leader can come, deputies left, posted": view(POSTED, leader_at=NOW, has_deputies=True),
    "no leader at work, deputies left": view(NOBODY, leader_at=TOMORROW, has_deputies=True),
    "no leader at work until noon": view(NOBODY, leader_at=NOW + 2 * HOUR, next_ask_at=NOW + 2 * HOUR),
    "no leader ever at work": view(NOBODY),
    "sorted by the agent": view(ended(Ending.BY_AGENT)),
    "sorted, nobody came": view(ended(Ending.BY_AGENT, helper=False)),
    "sorted by the leader": view(ended(Ending.BY_LEADER)),
    "sorted, and saved what would have prevented it": view(ended(Ending.BY_LEADER, theme="tools")),
    "the day is over": view(ended(Ending.DAY_OVER, helper=False)),
    "raised at night, over": view(ended(Ending.DAY_OVER, helper=False, raised=12)),
    "the agent has left": view(ended(Ending.LEFT, helper=False)),
    "long": view(hand_up(words=LONG * 8), progress=Progress(1, 1, SOON)),
}
OVER = ended(Ending.BY_AGENT, helper=False)
HELPED_OTHERWISE = hand_up(State.COMING, helper_id=TOM.id, helped_at=NOW)
HELPED_HERE = hand_up(State.HERE, helper_id=TOM.id, helped_at=NOW)
SUMMARY = WeekSummary(9, 6, 4, {"tools": 3})

SAMPLES = [
    *(show(title, cards.card, each) for title, each in CARDS.items()),
    show("", cards.channel_post, view(ASKING), WORDS),
    *(show(str(how), cards.closed_channel_post, view(ended(how))) for how in Ending),
    show("", leader_cards.ask, TEAM, ASKING, ask(), MAYA),
    show("a customer waits, two lines", leader_cards.ask, TEAM, URGENT, ask(), MAYA),
    show("with everybody else", leader_cards.ask, TEAM, URGENT, ask(with_others=True), MAYA),
    show("the agent's own leader first", leader_cards.ask, OWN_FIRST, ASKING, ask(), MAYA),
    show("a deputy off work", leader_cards.ask, TEAM, ASKING, ask(hour=12), TOM),
    *(show(f"{state}", leader_cards.closed, ASKING, ask(state)) for state in (
        Answer.DECLINED, Answer.EXPIRED, Answer.WITHDRAWN,
    )),
    show("on hold", leader_cards.closed, HELD, ask(Answer.WITHDRAWN)),
    show("expired, somebody else comes", leader_cards.closed, COMING, ask(Answer.EXPIRED, who=TOM.id)),
    show("expired, somebody else is there", leader_cards.closed, HERE, ask(Answer.EXPIRED, who=TOM.id)),
    show("over", leader_cards.closed, OVER, ask(Answer.EXPIRED)),
    show("coming", leader_cards.helper_card, COMING, ask(Answer.ACCEPTED)),
    show("coming later, others are asked", leader_cards.helper_card, LATE, ask(Answer.ACCEPTED, who=TOM.id)),
    show("here", leader_cards.helper_card, HERE, ask(Answer.ACCEPTED)),
    show("not there yet", leader_cards.helper_card, ASKING, ask(Answer.ACCEPTED)),
    show("somebody else comes", leader_cards.helper_card, HELPED_OTHERWISE, ask(Answer.ACCEPTED)),
    show("somebody else is there", leader_cards.helper_card, HELPED_HERE, ask(Answer.ACCEPTED)),
    *(show(f"over: {how}", leader_cards.helper_card, ended(how), ask(Answer.ACCEPTED)) for how in Ending),
    show("the leader lost the role", leader_cards.helper_card, HERE, ask(Answer.ACCEPTED), leads=False),
    show("over, without the leader", leader_cards.helper_card, OVER, ask(Answer.ACCEPTED)),
    show("", forms.form, [TEAM]),
    show("filled in, refused, two teams", forms.form, [TEAM, OTHER_TEAM], text=WORDS, refusal="No."),
    show("", forms.add_form, 1),
    show("", forms.channel_form, TEAM, 1, WORDS, {}),
    show("", forms.prevention_form, 1, THEMES),
    show("new", lists.raised_answer, is_new=True),
    show("added", lists.raised_answer, is_new=False),
    show("none", lists.leaders_section, TEAM, [], WeekSummary()),
    show("in every state", lists.leaders_section, TEAM, OPEN_ONES, SUMMARY),
    show("two lines", lists.leaders_section, TEAM, [URGENT], WeekSummary()),
    show("many", lists.leaders_section, TEAM, [hand_up(words=LONG * 2)] * 20, WeekSummary()),
    show("one", lists.week_summary, WeekSummary(1, 0, None)),
    show("few answers", lists.week_summary, WeekSummary(4, 2, 3)),
    show("many answers", lists.week_summary, SUMMARY),
    show("a minute", lists.week_summary, WeekSummary(7, 5, 0)),
]  # fmt: skip
NOT_SHOWN = {
    cards.headline: "part of a card", cards.quoted: "part of a card",
    cards.channel_card_name: "the outbox's name of a card",
}  # fmt: skip
