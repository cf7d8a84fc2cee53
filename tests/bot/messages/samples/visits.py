"""Samples of a sponsor's visits: each state for the sponsor, the host and the leaders."""

from datetime import date
from typing import Any

from bot.features.visits.rules import DebriefAnswers
from bot.features.visits.settings import Settings
from bot.features.visits.themes import THEMES
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.messages.visits import cards, forms, lists, nudges
from bot.org.people import Person
from tests.bot.messages.samples.people import (
    ANA,
    BEN,
    DAY,
    GRACE,
    HOUR,
    LINKS,
    MAYA,
    NOW,
    OTHER_TEAM,
    TEAM,
    show,
    team,
)  # fmt: skip

DUE = date(2026, 12, 15)
TIMES = [NOW + DAY, NOW + 2 * DAY + HOUR]
FIRST_THEME, SECOND_THEME = list(THEMES)[:2]


def visit(state: State, *, host: Person = ANA, number: int = 1, **more: Any) -> Meeting:
    made = Meeting("T1", TEAM.id, Kind.VISIT, GRACE.id, host.id, 45, NOW + DAY, NOW, state, **more)
    made.id = number
    return made


PAIR = Pair(TEAM, GRACE, ANA)
OFFERED = [(NOW + DAY).isoformat()]
PLANNED, ASKED = visit(State.PLANNED), visit(State.REQUESTED, number=2)
SUGGESTED = visit(State.COUNTERED, number=3)
BOTH = {"the sponsor": GRACE, "the host": ANA}
NOTHING, WORKS = DebriefAnswers(), DebriefAnswers("They listen first.")
ALL = DebriefAnswers("They listen first.", "Five <clicks> a refund.", "One click.", DUE, [FIRST_THEME, SECOND_THEME])
UNASKED = Person("T1", BEN.id, BEN.name)
ShadowingPreferences(asked=Asked.RATHER_NOT).keep(UNASKED)
FACTS = {"times": [[n, at.isoformat()] for n, at in enumerate(TIMES)]}
RESTS = team("mail", 4)
Settings(paused=True).keep(RESTS)
SPONSORS = lists.Overview(
    GRACE, [PLANNED, ASKED, SUGGESTED], [(TEAM, TIMES), (OTHER_TEAM, [])], [RESTS], visit(State.MET),
    without_hosts=[team("chat", 5)],
)  # fmt: skip
LEADS = lists.Overview(MAYA, led=[(TEAM, NOW - 30 * DAY), (OTHER_TEAM, None), (RESTS, None)], planned=[PLANNED])

SAMPLES = [
    *(show(f"{state}, {who}", cards.card, PAIR, visit(state), reader, LINKS)
      for state in State for who, reader in BOTH.items()),
    *(show(f"another time is asked for, {who}", cards.card, PAIR, visit(State.REQUESTED, is_invited=True), reader)
      for who, reader in BOTH.items()),
    *(show(f"asked by name, {who}", cards.card, PAIR, visit(State.REQUESTED, offered=OFFERED), reader)
      for who, reader in BOTH.items()),
    show("a no to somebody who knows", cards.closed_host_card, PAIR, visit(State.COUNTERED, offered=OFFERED),
         has_answered=True),
    show("called off after a yes, the host", cards.card, PAIR, visit(State.CANCELLED, is_invited=True), ANA),
    show("a no", cards.closed_host_card, PAIR, visit(State.DECLINED), has_answered=True),
    show("no answer", cards.closed_host_card, PAIR, visit(State.REQUESTED), has_answered=False),
    show("", cards.outcome, PAIR, PLANNED),
    show("again", cards.outcome, PAIR, PLANNED, again=True),
    *(show(str(state), cards.recorded, PAIR, visit(state)) for state in (State.MET, State.MISSED, State.CANCELLED)),
    *(show(who, cards.reminder, PAIR, PLANNED, reader) for who, reader in BOTH.items()),
    show("another said yes", cards.comment, PLANNED, ANA, GRACE),
    show("one said yes", cards.comment, PLANNED, ANA, ANA),
    show("called off", cards.comment, visit(State.CANCELLED), ANA, GRACE),
    show("someone left", cards.comment, visit(State.CANCELLED), None, GRACE),
    show("a no", cards.comment, visit(State.DECLINED), None, GRACE),
    show("", cards.title, PAIR),
    *(show(str(state), cards.leader_card, PAIR, visit(state), MAYA) for state in (
        State.PLANNED, State.MET, State.MISSED, State.CANCELLED,
    )),
    show("", forms.debrief_form, PAIR, visit(State.MET), NOW),
    show("nothing", forms.saved_view, NOTHING, GRACE),
    show("a promise", forms.saved_view, ALL, GRACE),
    show("nothing", forms.own_notes_view, PAIR, visit(State.MET), NOTHING),
    show("no promise", forms.own_notes_view, PAIR, visit(State.MET), WORKS),
    show("all of it", forms.own_notes_view, PAIR, visit(State.MET), ALL),
    show("the sponsor", lists.overview, SPONSORS),
    show("a leader", lists.overview, LEADS),
    show("a host", lists.overview, lists.Overview(ANA, [PLANNED, ASKED])),
    show("nothing", lists.overview, lists.Overview(ANA)),
    show("the sponsor", lists.home_section, [PLANNED], GRACE),
    show("nothing", lists.home_section, [], ANA),
    show("", lists.for_agents, ANA),
    show("who is not asked", lists.for_agents, UNASKED),
    show("", lists.themes, TEAM, [(FIRST_THEME, 3), (SECOND_THEME, 1)]),
    show("", lists.invitation_answer, TEAM),
    show("paused", lists.paused_answer, TEAM, paused=True),
    show("resumed", lists.paused_answer, TEAM, paused=False),
    show("", lists.request_answer, ASKED, GRACE),
    show("", nudges.offer_item, 1, FACTS, TEAM),
    show("two times have passed", nudges.offer_item, 1, FACTS | {"said": FACTS["times"][1][1]}, TEAM),
    show("", nudges.offer_text, TEAM),
    show("", nudges.time_buttons, 1, TEAM, list(enumerate(TIMES)), ""),
    show("", nudges.theme_item, 1, {"theme": FIRST_THEME, "times": 3, "within": 30}, TEAM),
    show("", nudges.requested_offer, TEAM, MAYA.id, list(enumerate(TIMES)), ""),
]  # fmt: skip
