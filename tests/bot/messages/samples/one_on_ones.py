"""Samples of one-on-ones: each state for the leader and the agent, with and without notes."""

from datetime import date
from typing import Any

from bot.features.one_on_ones.notes import Entry, PairNotes
from bot.followups.models import Followup
from bot.followups.models import Kind as FollowupKind
from bot.followups.models import State as FollowupState
from bot.meetings.models import WAITING, Kind, Meeting, Series, State
from bot.meetings.rules import Pair
from bot.messages import promises
from bot.messages.followups.cards import View
from bot.messages.one_on_ones import cards, forms, lists, next_meetings, nudges
from bot.messages.one_on_ones.names import Act
from bot.org.people import Person
from tests.bot.messages.samples.people import (
    ANA,
    BEN,
    DAY,
    DINA,
    HOUR,
    LINKS,
    LONG,
    MAYA,
    NAMES,
    NOW,
    TEAM,
    TODAY,
    show,
)  # fmt: skip

DUE = date(2026, 12, 7)
TIMES = [NOW + DAY, NOW + 2 * DAY + HOUR, NOW + 3 * DAY]


def pair(agent: Person = ANA, number: int = 1, **more: Any) -> Pair:
    made = Series("T1", TEAM.id, MAYA.id, agent.id, "FREQ=MONTHLY;BYDAY=1MO", DUE, NOW, **more)
    made.id = number
    return Pair(TEAM, MAYA, agent, made)


def meeting(state: State, number: int = 1, **more: Any) -> Meeting:
    made = Meeting("T1", TEAM.id, Kind.ONE_ON_ONE, MAYA.id, ANA.id, 45, NOW + DAY, NOW, state, series_id=1, **more)
    made.id = number
    if state in WAITING:
        made.offer(TIMES)
    return made


OFTEN = pair()
OFTEN.series.due_on = date(2026, 12, 2)
PAIR, OTHER = pair(), pair(DINA, 2, asked_at=NOW)
ENDED, MET_BEFORE = pair(ended_at=NOW), pair(met_on=TODAY)
PROPOSED, PLANNED = meeting(State.REQUESTED), meeting(State.PLANNED)
SUPPOSED = meeting(State.MET, is_confirmed=False)
OFF_EARLY = meeting(State.CANCELLED, offered=[each.isoformat() for each in TIMES])
TOPICS = [Entry(1, ANA.id, f"More time for <training>, with <@{BEN.id}>", NOW - 9 * DAY), Entry(2, MAYA.id, LONG, NOW)]
NOTES = [Entry(3, ANA.id, "She wants to lead a shift.", NOW, DUE), Entry(4, MAYA.id, LONG, NOW)]
KEPT = PairNotes(TOPICS, NOTES)
SPIKED = "Last week two spikes were long."
BOTH = {"the leader": MAYA, "the agent": ANA}
ANSWERS = {
    "proposed": {"times": "Wed 18 Nov, 10:00 · Thu 19 Nov, 11:00"}, "planned": {"times": "Wed 18 Nov, 10:00"},
    "met": {}, "skipped": {"due": "Monday, 7 December"}, "open": {},
}  # fmt: skip


def row(agent: Person, number: int, **more: Any) -> dict[str, Any]:
    about = {"agent": agent.id, "series": number, "asked": False, "missed": False, "met": True, "days": 30}
    return {**about, "due": f"{DUE:%Y-%m-%d}", **more}


OPEN = [
    Followup("T1", TEAM.id, FollowupKind.PROMISE, MAYA.id, "ask IT about the <voucher> tool", NOW, FollowupState.OWNED),
    Followup("T1", TEAM.id, FollowupKind.ROADBLOCK, ANA.id, "two logins a call", NOW, FollowupState.OWNED),
]
OPEN[0].due_on = date(2026, 11, 20)

OPEN[0].owner_id, OPEN[0].recipient_id = MAYA.id, ANA.id
PROMISED = promises.said_back(View(OPEN[0], TEAM, {MAYA.id: MAYA, ANA.id: ANA}, 0), now=NOW)

SAMPLES = [
    show("the agent, nothing kept", cards.preparation, PAIR, PLANNED, ANA, PairNotes(), []),
    show("the leader, all of it", cards.preparation, PAIR, PLANNED, MAYA, KEPT, ["staying calm"], SPIKED, OPEN),
    show("left over", cards.topic_list, TOPICS, MET_BEFORE),
    show("", cards.outcome, PAIR, PLANNED),
    show("again", cards.outcome, PAIR, PLANNED, again=True),
    *(show(str(state), cards.recorded, PAIR, meeting(state)) for state in (
        State.MET, State.MISSED, State.SKIPPED, State.PLANNED, State.CANCELLED,
    )),
    show("nobody said so", cards.recorded, PAIR, SUPPOSED),
    show("with words", cards.recorded, PAIR, meeting(State.MET), "We talked about <training>."),
    show("the next one is due in two weeks", cards.recorded, OFTEN, meeting(State.MET)),
    *(show(f"met, {name}", cards.answered, OFTEN, meeting(State.MET), {"is": name, **more})
      for name, more in ANSWERS.items()),
    *(show(f"{state}, proposed", cards.answered, PAIR, meeting(state), {"is": "proposed", **ANSWERS["proposed"]})
      for state in (State.MISSED, State.CANCELLED, State.EXPIRED)),
    show("planned", next_meetings.next_text, PAIR, meeting(State.MET), {"is": "planned", **ANSWERS["planned"]}),
    show("due soon", next_meetings.propose_button, OFTEN, meeting(State.MET)),
    show("", cards.request_card, PAIR, []),
    show("with topics", cards.request_card, PAIR, ["the night shift", LONG]),
    *(show(name, cards.answered_request_card, PAIR, {"is": name, **more}) for name, more in ANSWERS.items()),
    *(show(f"{state}, {who}", cards.card, PAIR, meeting(state), reader, LINKS)
      for state in State for who, reader in BOTH.items()),
    show("ahead", cards.due_line, PAIR, MAYA, TODAY),
    show("past", cards.due_line, PAIR, MAYA, date(2027, 1, 4)),
    show("the agent", cards.repeated_question, PAIR, PROPOSED, ANA),
    show("the leader", cards.repeated_question, PAIR, meeting(State.COUNTERED), MAYA),
    *(show(f"met, which nobody said, {who}", cards.card, PAIR, SUPPOSED, reader) for who, reader in BOTH.items()),
    show("called off before a time was agreed on", cards.card, PAIR, OFF_EARLY, ANA),
    show("", cards.times, PROPOSED, MAYA),
    show("", cards.time_taken_answer, NOW + DAY, ANA),
    show("", cards.skipped_answer, PAIR),
    show("", cards.moved_note, PLANNED, MAYA, ANA),
    show("another said yes", cards.comment, PLANNED, ANA, MAYA),
    show("one said yes", cards.comment, PLANNED, ANA, ANA),
    show("called off", cards.comment, meeting(State.CANCELLED), ANA, MAYA),
    show("someone left", cards.comment, meeting(State.CANCELLED), None, MAYA),
    show("left out this time", cards.comment, meeting(State.SKIPPED), MAYA, ANA),
    show("", cards.already_met_note, MAYA),
    show("", cards.title, PAIR),
    show("the agent, nothing kept", forms.pair_form, PAIR, None, PairNotes(), ANA, TODAY),
    show("the leader, all of it", forms.pair_form, PAIR, PLANNED, KEPT, MAYA, TODAY, "the night shift", NAMES),
    show("times proposed", forms.pair_form, PAIR, PROPOSED, PairNotes(), ANA, TODAY),
    show("ended", forms.pair_form, ENDED, None, KEPT, MAYA, TODAY, "", NAMES),
    show("", forms.saved_text),
    show("a promise and a roadblock", forms.saved_text, PROMISED, has_raised=True),
    *(show(str(act), forms.partner_form, act, [PAIR, OTHER], MAYA, "the night shift", NAMES) for act in Act),
    show("", forms.answer_view, cards.skipped_answer(PAIR)),
    show("the leader", lists.home_section, [PAIR, OTHER], {1: PLANNED}, [], MAYA, TODAY),
    show("the agent", lists.home_section, [PAIR], {}, TOPICS[:1], ANA, TODAY),
    show("", lists.usage),
    show("nobody", lists.overview, [], [], {}, MAYA, TODAY),
    show("the leader", lists.overview, [PAIR, OTHER], [OTHER.series], {1: PLANNED}, MAYA, TODAY),
    show("the agent", lists.overview, [PAIR], [], {1: PROPOSED}, ANA, TODAY),
    show("a time is suggested", lists.pair_line, PAIR, meeting(State.COUNTERED), MAYA, TODAY),
    show("overdue", lists.pair_line, PAIR, None, MAYA, date(2027, 1, 4)),
    show("", lists.topic_added_answer, PAIR, ANA),
    show("new", lists.request_answer, PAIR, None, "", is_new=True),
    show("known, with words", lists.request_answer, PAIR, None, "the night shift", is_new=False),
    show("times are offered", lists.request_answer, PAIR, PROPOSED, "", is_new=False),
    show("a time is suggested", lists.request_answer, PAIR, meeting(State.COUNTERED), "", is_new=False),
    show("one", nudges.due_item, 1, {"rows": [row(ANA, 1)], "answers": {}}, TEAM),
    show("several", nudges.due_item, 1, {
        "rows": [row(ANA, 1, asked=True), row(BEN, 2, missed=True), row(DINA, 3, met=False), row(ANA, 4, days=1)],
        "answers": {"2": {"is": "proposed", **ANSWERS["proposed"]}},
    }, TEAM),
    show("overdue", nudges.due_item, 1, {"rows": [row(ANA, 1)], "answers": {}, "said": "2027-01-04T09:00:00"}, TEAM),
    show("again", nudges.due_item, 1, {
        "rows": [row(ANA, 1), row(BEN, 2)], "answers": {"2": {"is": "proposed", **ANSWERS["proposed"]}}, "again": True,
    }, TEAM),
    *(show(name, nudges.describe_answer, {"is": name, **more}) for name, more in ANSWERS.items()),
    show("due", nudges.answer_buttons, "0:1"),
    show("not due", nudges.answer_buttons, "0:1", is_due=False),
    show("", nudges.follow_up_item, 1, {"other": ANA.id}, TEAM),
]  # fmt: skip
