"""Samples of shadowing: each state for the leader and the agent."""

from datetime import date
from typing import Any

from bot.features.shadowing.rules import Agent, Assignment
from bot.features.shadowing.wrap_ups import OwnedRoadblock
from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.meetings.settings import Asked, ShadowingPreferences
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
    TEAM,
    show,
)  # fmt: skip


def session(state: State, agent: Person = ANA, number: int = 1, *, is_invited: bool = False) -> Meeting:
    made = Meeting("T1", TEAM.id, Kind.SHADOWING, MAYA.id, agent.id, 45, NOW + DAY, NOW, state, is_invited=is_invited)
    made.id = number
    return made


PAIR = Pair(TEAM, MAYA, ANA)
ASKED, PLANNED = session(State.REQUESTED, BEN, 2), session(State.PLANNED)
MOVED = session(State.REQUESTED, is_invited=True)
SUGGESTED = session(State.COUNTERED, number=3)
BOTH = {"the leader": MAYA, "the agent": ANA}
OPEN, DONE = (
    OwnedRoadblock(1, "No <refund> without two approvals", date(2026, 11, 24)),
    OwnedRoadblock(2, LONG, date(2026, 11, 24), is_done=True),
)
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
    *(show(f"{state}, {who}", cards.card, PAIR, session(state), reader, str(LINKS))
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
    show("taken on", cards.roadblock_card, OPEN, MAYA.id, ANA),
    show("out of the way", cards.roadblock_card, DONE, MAYA.id, ANA),
    show("", forms.wrap_up_form, ANA, MAYA, "", NOW),
    show("with words", forms.wrap_up_form, ANA, MAYA, "", NOW, f"<@{BEN.id}> helps a lot", NAMES),
    show("", forms.saved, [], MAYA),
    show("a roadblock", forms.saved, [OPEN], MAYA),
    show("nothing", forms.written, PAIR, session(State.MET), "", []),
    show("all of it", forms.written, PAIR, session(State.MET), "Refunds take <five> clicks.", [OPEN, DONE]),
    show("", lists.usage),
    show("nobody waits", lists.overview, [(TEAM, None)], [], [], MAYA, NOW),
    show("all of it", lists.overview, [(TEAM, NEVER), (OTHER_TEAM, LONG_AGO)], [PLANNED, ASKED, SUGGESTED], [OPEN],
         MAYA, NOW),
    show("nothing", lists.home_section, [], [], ANA),
    show("the leader", lists.home_section, [PLANNED], [OPEN], MAYA),
    show("", lists.for_agents, ANA, [PLANNED]),
    show("who is not asked", lists.for_agents, UNASKED, []),
    show("", lists.asking, ANA, ASKED, MAYA),
    show("", lists.which_agent, [ANA, SAME]),
    show("", lists.out_of_the_way),
    show("", nudges.suggestion, 1, facts(), TEAM),
    show("never", nudges.suggestion, 1, facts(sat=False), TEAM),
    show("missed", nudges.suggestion, 1, facts(missed=True), TEAM),
    show("the time has passed", nudges.suggestion, 1, facts(said="2026-11-18T13:30:00"), TEAM),
    show("", nudges.invited, "Ana", 45),
    show("", nudges.ask_buttons, 1, ANA.id, "Ana", 1),
    *(show(title, nudges.why, turn, NOW) for title, turn in {
        "never": NEVER, "long ago": LONG_AGO, "missed": MISSED,
    }.items()),
    show("yesterday", nudges.roadblock, 1, {"days": 1, "roadblock": 1, "meeting": 1}, TEAM),
    show("a week ago", nudges.roadblock, 1, {"days": 7, "roadblock": 1, "meeting": 1, "due": "2026-11-17"}, TEAM),
]  # fmt: skip
