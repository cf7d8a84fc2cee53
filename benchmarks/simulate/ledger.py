"""Ledger of nudges: what each person was sent, and how they answered."""

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from statistics import median

from benchmarks.simulate.comparison.record import Agreement, Ask, Excuse
from benchmarks.simulate.judge import WHY, Json, actions, nudges_on
from benchmarks.simulate.personas import Human

KINDS = {
    "one_on_ones:propose": "one-on-ones due",
    "shoutouts:see": "coverage",
    "one_on_ones:followed": "notes",
    "shadowing:ask": "whom to shadow",
    "tank:yes": "a low tank",
    "birthdays:sign": "a card to sign",
    "notices:got_it": "a change notice",
    "heads_ups:cover": "hours to cover",
    "rituals:fine": "weeks of rituals",
    "shoutouts:make": "thanks that could be a shout-out",
    "promises:make": "messages that could be a promise",
}
FOLLOWUPS = {
    "roadblocks to work on": {"followups:wait"},
    "ideas without an answer": {"followups:take", "followups:close"},
    "roadblocks without an owner": {"followups:take"},
    "promises due": {"followups:answer", "followups:close"},
    "experiments over": {"followups:close"},
    "roadblocks due": {"followups:answer"},
}
"""The buttons of each kind of nudge about follow-ups. A nudge is of the first kind whose buttons it all has."""
DONE = "answered"
ANSWERS = {"nudges:later": "snoozed", "nudges:not_now": "declined", WHY: "asked why"}


NO_ACTS = {*ANSWERS, "one_on_ones:skip"}
"""Answers after which nothing happens."""
NEED_AN_ANSWER = {"one_on_ones:propose", "one_on_ones:planned", "shadowing:ask"}
"""Acts that come to something only when an agent agrees; `Ledger.ask` records whom a leader asked."""
MENTION = re.compile(r"<@(\w+)>")


@dataclass
class Said:
    human: Human
    kind: str
    days: list[date]
    answers: set[str] = field(default_factory=set)
    card: str = ""
    """The timestamp of the card that showed it last."""
    is_answered: bool = False
    """Whether its reader pressed one of its buttons."""
    names: set[str] = field(default_factory=set)
    """The ids of the people it names."""
    acts: list[date] = field(default_factory=list)
    """The days of presses that did what it asks for."""
    asks: list[Ask] = field(default_factory=list)


@dataclass
class Ledger:
    nudges: dict[str, Said] = field(default_factory=dict)
    agreed: list[Agreement] = field(default_factory=list)
    held: list[Agreement] = field(default_factory=list)
    """Shadowing sessions that took place."""
    excused: list[Excuse] = field(default_factory=list)
    named: list[tuple[str, date]] = field(default_factory=list)
    """The ids of the agents whom a leader's week named as not thanked, and when."""
    muted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Errors that people were shown."""
    shared: dict[str, str] = field(default_factory=dict)
    """For each nudge, the nudge under whose id the menu that they share is recorded."""
    _latest: defaultdict[tuple[str, str], list[Said]] = field(default_factory=lambda: defaultdict(list))
    """What each person was sent of each kind, in order."""

    def hear(self, human: Human, message: Json, at: datetime) -> None:
        found = actions(message)
        buttons: defaultdict[str, set[str]] = defaultdict(set)
        for action, value in found:
            buttons[value.partition(":")[0]].add(action)
        texts = {each.get("block_id", ""): str(each.get("text")) for each in message.get("blocks", [])}
        for ids in nudges_on(message):
            self.shared |= dict.fromkeys(ids, next(value for action, value in found if action == WHY and value in ids))
        for action, nudge_id in found:
            if action == WHY:
                known = self.nudges.setdefault(nudge_id, Said(human, kind_of_nudge(buttons[nudge_id]), []))
                known.days.append(human.local(at).date())
                known.card = message.get("ts", "")
                known.names |= set(MENTION.findall(texts.get(f"nudge_{nudge_id}", "")))
                self._latest[human.name, known.kind].append(known)

    def hear_week(self, human: Human, message: Json, at: datetime) -> None:
        """Record whom a leader's week names as not thanked."""
        texts = [str(each.get("text")) for each in message.get("blocks", []) if each.get("block_id") == "thank"]
        self.named += [(id, human.local(at).date()) for text in texts for id in MENTION.findall(text)]

    def press(self, human: Human, value: str, action: str, answer: Json, at: datetime, card: str = "") -> None:
        self.refuse(action, answer)
        if nudge := self._find(human, value):
            nudge.answers.add(ANSWERS.get(action, DONE))
            if nudge.card == card:  # else the value is the id of something else
                nudge.is_answered = True
                if answer["ok"] and action not in NO_ACTS | NEED_AN_ANSWER:
                    nudge.acts.append(human.local(at).date())

    def ask(self, human: Human, value: str, agent: Human | None, at: datetime) -> None:
        """Record that a leader did what a nudge asks for, which now needs an agent's answer; None for any agent's."""
        if nudge := self._find(human, value):
            nudge.asks.append(Ask(agent.name if agent else "", human.local(at).date()))

    def agree(self, leader: Human, agent: Human, kind: str, at: datetime) -> None:
        self.agreed.append(Agreement(kind, leader.name, agent.name, leader.local(at).date()))

    def hold(self, leader: Human, agent: Human, kind: str, at: datetime) -> None:
        self.held.append(Agreement(kind, leader.name, agent.name, leader.local(at).date()))

    def excuse(self, agent: Human, kind: str, at: datetime) -> None:
        self.excused.append(Excuse(kind, agent.name, agent.local(at).date()))

    def ignored_before(self, human: Human, card: str) -> int:
        """Return how often in a row a person ignored the kinds of nudges on a card before; the least of its kinds."""
        runs = []
        for (name, _), said in self._latest.items():
            if name == human.name and said[-1].card == card:
                earlier = [each for each in said if each.card != card]
                runs.append(next((n for n, each in enumerate(reversed(earlier)) if each.is_answered), len(earlier)))
        return min(runs, default=0)

    def _find(self, human: Human, value: str) -> Said | None:
        id = value.partition(":")[0]
        nudge = self.nudges.get(self.shared.get(id, id))
        return nudge if nudge and nudge.human is human else None

    def refuse(self, action: str, answer: Json) -> None:
        """Record the error with which a press was answered, if any."""
        if not answer["ok"]:
            self.refused[f"{action}: {answer.get('error')}"] += 1

    def submit(self, human: Human, answer: Json) -> None:
        for words in (answer.get("errors") or {}).values():
            self.refused[words] += 1
        if not answer["ok"]:
            self.refused[f"form: {answer.get('error')}"] += 1

    def counts(self, kind: str = "", mood: str = "") -> Counter[str]:
        """Count the nudges sent, in total and by how people answered them."""
        found = [each for each in self.nudges.values() if kind in ("", each.kind) and mood in ("", each.human.mood)]
        ends = Counter(answer for each in found for answer in each.answers)
        return Counter({"said": len(found), **ends, "ignored": sum(not each.answers for each in found)})

    def gaps(self, kind: str) -> dict[str, float]:
        """Return the median days until an ignored nudge comes again, by how many were ignored in a row."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for said in self._by_person(kind):
            run = 0
            for before, after in pairwise(said):
                run = 0 if before.answers else run + 1
                if run:
                    found[_row(run)].append((after.days[0] - before.days[-1]).days)
        return {run: median(days) for run, days in sorted(found.items())}

    def _by_person(self, kind: str) -> list[list[Said]]:
        each: defaultdict[str, list[Said]] = defaultdict(list)
        for nudge in self.nudges.values():
            if nudge.kind == kind:
                each[nudge.human.name].append(nudge)
        return list(each.values())


def kind_of_nudge(buttons: set[str]) -> str:
    """Return a nudge's kind, which the action ids of its buttons determine."""
    kinds = [KINDS[action] for action in buttons if action in KINDS]
    kinds += [kind for kind, needed in FOLLOWUPS.items() if needed <= buttons]
    return kinds[0] if kinds else "other"


def _row(run: int) -> str:
    return "1" if run == 1 else "2 or 3" if run < 4 else "4 or 5" if run < 6 else "6 or more"
