"""Samples of shadowing: each state for the leader and the agent."""

from datetime import date
from typing import Any

from bot.features.shadowing.rules import Agent, Assignment
from bot.followups import models as followups
from bot.followups.models import Followup
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.messages.followups.cards import View
from bot.messages.shadowing import cards, forms, lists, nudges
from bot.org.people import Person
from tests.bot.messages.samples.people import (
    ANA,
    BEN,
    DAY,
    LINKS,
    LONG,
    MAYA,
    NAMES,
    NOW,
    OTHER_TEAM,
    PEOPLE,
    TEAM,
    show,
)  # fmt: skip


def session(state: State, agent: Person = ANA, number: int = 1, *, is_invited: bool = False) -> Meeting:
    made = Meeting("T1", TEAM.id, Kind.SHADOWING, MAYA.id, agent.id, 45, NOW + DAY, NOW, state, is_invited=is_invited)
    made.id = number
    return made


def roadblock(text: str, state: followups.State) -> Followup:
    made = Followup("T1", TEAM.id, followups.Kind.ROADBLOCK, ANA.id, text, NOW, state, is_named=True)
    made.id, made.owner_id, made.due_on = 1, MAYA.id, date(2026, 11, 24)
    return made


PAIR = Pair(TEAM, MAYA, ANA)
ASKED, PLANNED = session(State.REQUESTED, BEN, 2), session(State.PLANNED)
MOVED = session(State.REQUESTED, is_invited=True)
SUGGESTED = session(State.COUNTERED, number=3)
BOTH = {"the leader": MAYA, "the agent": ANA}
OPEN = roadblock("No <refund> without two approvals", followups.State.OWNED)
DONE = roadblock(LONG, followups.State.CLOSED)
NEVER, LONG_AGO = (
    Assignment(Agent(ANA, NOW - 90 * DAY, {}), NOW + DAY),
    Assignment(Agent(ANA, NOW - 90 * DAY, {State.MET: NOW - 40 * DAY}), NOW + DAY),
)
MISSED = Assignment(Agent(ANA, NOW - 90 * DAY, {State.MISSED: NOW - 4 * DAY}), NOW + DAY)
UNASKED = Person("T1", BEN.id, BEN.name)
ShadowingPreferences(asked=Asked.RATHER_NOT).keep(UNASKED)
SAME = Person("T1", "UANA2", "Ana", full_name="Ana Lopes")


def facts(**more: Any) -> dict[str, Any]:
    about = {"agent": ANA.id, "name": "Ana", "at": 1, "wall": "2026-11-18T10:00:00", "sat": True, "missed": False}
    return {**about, "days": 40, **more}


SAMPLES = [
    *(show(f"{state}, {who}", cards.card, PAIR, session(state), reader, LINKS)
      for state in State for who, reader in BOTH.items()),
    show("another time is asked for", cards.card, PAIR, MOVED, ANA),
    show("", cards.outcome, PAIR, PLANNED),
    show("again", cards.outcome, PAIR, PLANNED, again=True),
    *(show(str(state), cards.recorded, PAIR, session(state)) for state in (State.MET, State.MISSED, State.CANCELLED)),
    *(show(who, cards.reminder, PAIR, PLANNED, reader) for who, reader in BOTH.items()),
    show("another said yes", cards.comment, PLANNED, ANA, MAYA),
    show("one said yes", cards.comment, PLANNED, ANA, ANA),
    show("called off", cards.comment, session(State.CANCELLED), ANA, MAYA),
    show("someone left", cards.comment, session(State.CANCELLED), None, MAYA),
    show("a no", cards.comment, session(State.DECLINED), None, MAYA),
    show("", cards.title, PAIR),
    show("", cards.roadblock_taken_note, View(OPEN, TEAM, PEOPLE)),
    show("", forms.wrap_up_form, ANA, MAYA, "", NOW),
    show("with words", forms.wrap_up_form, ANA, MAYA, "", NOW, f"<@{BEN.id}> helps a lot", NAMES),
    show("", forms.saved_view, None),
    show("a roadblock", forms.saved_view, OPEN),
    show("nothing", forms.own_notes_view, PAIR, session(State.MET), "", None),
    show("all of it", forms.own_notes_view, PAIR, session(State.MET), "Refunds take <five> clicks.", OPEN),
    show("a solved roadblock", forms.own_notes_view, PAIR, session(State.MET), "", DONE),
    show("", lists.usage),
    show("nobody waits", lists.overview, [(TEAM, None)], [], MAYA, NOW),
    show("all of it", lists.overview, [(TEAM, NEVER), (OTHER_TEAM, LONG_AGO)], [PLANNED, ASKED, SUGGESTED], MAYA, NOW),
    show("nothing", lists.home_section, [], ANA),
    show("the leader", lists.home_section, [PLANNED], MAYA),
    show("", lists.for_agents, ANA, [PLANNED]),
    show("who is not asked", lists.for_agents, UNASKED, []),
    show("", lists.request_answer, ANA, ASKED, MAYA),
    show("", lists.which_agent, [ANA, SAME]),
    show("", nudges.suggestion_item, 1, facts(), TEAM),
    show("never", nudges.suggestion_item, 1, facts(sat=False), TEAM),
    show("missed", nudges.suggestion_item, 1, facts(missed=True), TEAM),
    show("the time has passed", nudges.suggestion_item, 1, facts(said="2026-11-18T13:30:00"), TEAM),
    show("", nudges.suggestion_text, "Ana", 45),
    show("", nudges.ask_buttons, 1, ANA.id, "Ana", 1),
    *(show(title, nudges.explain_choice, turn, NOW) for title, turn in {
        "never": NEVER, "long ago": LONG_AGO, "missed": MISSED,
    }.items()),
]  # fmt: skip
