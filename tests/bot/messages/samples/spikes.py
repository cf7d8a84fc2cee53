"""Samples of spikes: open, asking, covered and over; reported by a person and a tool; with one helper and several."""

from datetime import timedelta
from typing import Any

from bot.escalation.models import Ask
from bot.escalation.models import Kind as AskedFor
from bot.escalation.models import State as Answer
from bot.features.rituals.settings import Lean, LeanWay
from bot.features.spikes.history import PastSpike, summarize
from bot.features.spikes.models import PERSON, Ended, Kind, Spike, State, Stint
from bot.features.spikes.queries import Standing
from bot.features.spikes.settings import Ready, SpikePreferences
from bot.features.tickets.queries import Load
from bot.features.tickets.rules import Bounds, Usual
from bot.messages.spikes import asks, cards, history, lists, overview
from bot.messages.spikes.overview import View
from bot.org.people import Person
from tests.bot.messages.samples.people import (
    ANA,
    BEN,
    CLOSED,
    DAY,
    HOUR,
    MAYA,
    NOW,
    OTHER_TEAM,
    TEAM,
    TOM,
    show,
    team,
)  # fmt: skip

MINUTE = timedelta(minutes=1)


def spike(queue: str = "phones", source: str = "grafana", number: int = 1, **more: Any) -> Spike:
    made = Spike("T1", TEAM.id, queue, queue, source, NOW - HOUR, NOW, **more)
    made.id = number
    return made


def stint(who: Person, kind: Kind = Kind.QUEUE, about: Spike | None = None, *, ended: int = 0, **more: Any) -> Stint:
    ended_at = NOW - 60 * MINUTE + ended * MINUTE if ended else None
    spike_id = about.id if about else None
    made = Stint("T1", TEAM.id, spike_id, who.id, kind, NOW - HOUR, NOW + 30 * MINUTE, ended_at=ended_at, **more)
    made.id = 1
    return made


def ask(state: Answer) -> Ask:
    made = Ask("T1", TEAM.id, AskedFor.SPIKE, 1, MAYA.id, NOW, 42, state)
    made.id = 1
    return made


OPEN = spike()
SIZED = spike(value=42.0, peak=57.5, threshold=30.0, title="Queue <too> long", url="https://grafana.example.com/a?b&c")
REPORTED = spike("chat & mail", PERSON, 2, title="nobody can log in", state=State.ASKING)
GIVEN_UP = spike(given_up_at=NOW)
CALM = spike(resolved_at=NOW, ended_how=Ended.SIGNAL, peak=57.5)
QUIET = spike(resolved_at=NOW, ended_how=Ended.QUIET)
IN_QUEUE, UNNAMED = stint(MAYA, about=OPEN), stint(TOM, Kind.SHADOW, OPEN, is_named=False)
ALONE = stint(TOM, Kind.BLOCKER)
DONE = [stint(MAYA, about=CALM, ended=20), stint(MAYA, about=CALM, ended=15), stint(TOM, Kind.SHADOW, CALM, ended=1)]
LEANING = team()
Lean(way=LeanWay.CARE, by=MAYA.id, since=NOW - DAY).keep(LEANING)
SHADOWS = Person("T1", MAYA.id, MAYA.name, MAYA.zone)
SpikePreferences(ready=list(Ready)[1]).keep(SHADOWS)
PAST = [
    PastSpike("phones", NOW - n * DAY, 20 + n, n if n % 2 else None, 40.0 + n) for n in range(7)
] + [PastSpike("=cmd|' /C calc'!A0", NOW, None, None, None)]  # fmt: skip
FEW, MANY, NONE = summarize(PAST[:1]), summarize(PAST), summarize([])
ONE_VIEW = [View(Standing(TEAM, [SIZED, REPORTED], [IN_QUEUE], ["billing"]), may_come=True, may_calm=True)]
TWO_VIEWS = [
    View(Standing(OTHER_TEAM, [], [ALONE], []), may_come=False, may_calm=False),
    View(Standing(CLOSED, [], [], []), may_come=True, may_calm=True),
]
MANY_QUEUES = [
    View(Standing(TEAM, [spike(f"queue {n}", number=n) for n in range(10)], [], []), may_come=False, may_calm=False)
]

SAMPLES = [
    *(show(title, cards.card, TEAM, about, there, who) for title, about, there, who in (
        ("nobody asked yet", OPEN, [], None), ("sized, by a tool", SIZED, [], None),
        ("reported, asking", REPORTED, [], BEN), ("nobody is left to ask", GIVEN_UP, [], None),
        ("someone was there", GIVEN_UP, DONE, None), ("covered", OPEN, [IN_QUEUE, UNNAMED, ALONE], None),
        ("calm, with help", CALM, DONE, None), ("calm, without", CALM, [], None), ("quiet", QUIET, [], None),
    )),
    show("a leaning team", cards.card, LEANING, OPEN, []),
    show("", cards.queue_of, REPORTED),
    show("today", cards.describe_queue, TEAM, SIZED, [IN_QUEUE], NOW),
    show("yesterday", cards.describe_queue, TEAM, SIZED, [], NOW + DAY),
    show("", cards.helper_without_spike, TEAM, ALONE),
    show("calm", cards.how_spike_ended, CALM),
    show("quiet", cards.how_spike_ended, QUIET),
    *(show(str(minutes), cards.duration, minutes) for minutes in (1, 45, 120, 150)),
    *(show(str(kind), cards.joined_reply, stint(MAYA, kind), 30) for kind in Kind),
    show("unnamed", cards.joined_reply, UNNAMED, 30),
    show("none can", cards.no_leader_available, TEAM, [OPEN], NOW, NOW),
    show("none can, two queues", cards.no_leader_available, TEAM, [OPEN, REPORTED], NOW, NOW),
    show("none is at work", cards.no_leader_available, TEAM, [OPEN], NOW + DAY, NOW),
    show("none is at work before this evening", cards.no_leader_available, TEAM, [OPEN], NOW + DAY / 8, NOW),
    show("none ever is", cards.no_leader_available, TEAM, [OPEN], None, NOW),
    show("just asked", cards.no_leader_available, TEAM, [OPEN], NOW, NOW, in_cooldown=[OPEN.id]),
    show("", cards.growth_reply, SIZED),
    show("a limit", cards.how_busy, 42, "30", ", peak 57.5"),
    show("no limit", cards.how_busy, 90, ""),
    show("", cards.added_words_reply, BEN, "nobody can <log in>"),
    show("", cards.reopened_reply),
    show("calm", cards.calm_reply, CALM),
    show("quiet", cards.calm_reply, QUIET),
    show("one", cards.ticket_title, Load(1, 7, Usual(), Bounds(1, 2))),
    show("many", cards.ticket_title, Load(34, 57, Usual(9.2, 8), Bounds(1, 2))),
    show("", asks.ask, TEAM, SIZED, ask(Answer.WAITING), MAYA),
    show("who sits beside others, no size", asks.ask, TEAM, OPEN, ask(Answer.WAITING), SHADOWS),
    *(show(str(state), asks.closed, OPEN, ask(state)) for state in (
        Answer.DECLINED, Answer.EXPIRED, Answer.WITHDRAWN,
    )),
    show("calm", asks.closed, CALM, ask(Answer.WITHDRAWN)),
    *(show(str(kind), asks.joined_card, OPEN, stint(MAYA, kind), MAYA) for kind in Kind),
    show("without a spike", asks.joined_card, None, ALONE, TOM),
    show("", asks.still_helping_question, OPEN, IN_QUEUE),
    show("without a spike", asks.still_helping_question, None, ALONE),
    show("", asks.replaced_stint_card, IN_QUEUE),
    show("", asks.ended_card, OPEN, DONE[0]),
    show("calm, after a minute", asks.ended_card, CALM, DONE[2]),
    show("at once", asks.ended_card, OPEN, stint(MAYA, ended=-60)),
    show("by itself", asks.ended_card, OPEN, DONE[0], by_itself=True),
    show("none", history.history, TEAM, NONE),
    show("one", history.history, TEAM, FEW),
    show("many", history.history, TEAM, MANY),
    show("", history.charts, TEAM, MANY),
    show("none", history.summary_since, 0, 7, 0, MAYA, is_own=True),
    show("one's own", history.summary_since, 1, 1, 30, MAYA, is_own=True),
    show("another's", history.summary_since, 4, 7, 150, MAYA, is_own=False),
    show("since they met", history.summary_since, 2, None, 30, MAYA, is_own=True),
    show("", history.as_csv, PAST[-2:]),
    show("", lists.usage),
    show("new", lists.reported_answer, SIZED, is_new=True),
    show("nobody is asked", lists.reported_answer, GIVEN_UP, is_new=True),
    show("known", lists.reported_answer, SIZED, is_new=False),
    show("", lists.calm_answer, REPORTED),
    show("", lists.joined_answer, OPEN, IN_QUEUE, MAYA),
    show("", lists.which_queue, ["phones", "chat & mail"], "calm"),
    show("nearly", lists.unknown_queue_name, "phone", ["phones", "chat"], "spike", "phones", "42 waiting"),
    show("none", lists.unknown_queue_name, "<fax>", ["phones", "chat"], "calm", None),
    show("none, with more", lists.unknown_queue_name, "<fax>", ["phones", "chat"], "spike", None, "42 waiting"),
    show("", lists.unknown_queue, "@ana", "spike", ["phones", "chat"], "42 waiting"),
    show("none known", lists.unknown_queue, "@ana", "calm", [], ""),
    show("", lists.person_instead_of_queue, "@ana"),
    show("a leader", overview.overview, ONE_VIEW, MAYA, NOW),
    show("who sits beside others, after a press", overview.overview, ONE_VIEW, SHADOWS, NOW, "Thanks!"),
    show("an agent, two teams, one closed", overview.overview, TWO_VIEWS, ANA, NOW),
    show("many queues", overview.overview, MANY_QUEUES, ANA, NOW),
    show("", overview.home_section, ONE_VIEW, MAYA, NOW),
    show("calm", overview.home_section, TWO_VIEWS, ANA, NOW),
]  # fmt: skip

NOT_SHOWN = {
    cards.card_name: "the outbox's name of a card",
    cards.digest: "a hash of a card",
}
