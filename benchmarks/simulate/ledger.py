"""Ledger of nudges: what each person was sent, and how they answered."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import pairwise
from statistics import median

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


@dataclass
class Said:
    human: Human
    kind: str
    days: list[date]
    answers: set[str] = field(default_factory=set)


@dataclass
class Ledger:
    nudges: dict[str, Said] = field(default_factory=dict)
    muted: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    """Errors that people were shown."""
    shared: dict[str, str] = field(default_factory=dict)
    """For each nudge, the nudge under whose id the menu that they share is recorded."""

    def hear(self, human: Human, message: Json, at: datetime) -> None:
        found = actions(message)
        buttons: defaultdict[str, set[str]] = defaultdict(set)
        for action, value in found:
            buttons[value.partition(":")[0]].add(action)
        for ids in nudges_on(message):
            self.shared |= dict.fromkeys(ids, next(value for action, value in found if action == WHY and value in ids))
        for action, nudge_id in found:
            if action == WHY:
                known = self.nudges.setdefault(nudge_id, Said(human, kind_of_nudge(buttons[nudge_id]), []))
                known.days.append(human.local(at).date())

    def press(self, human: Human, value: str, action: str, answer: Json) -> None:
        self.refuse(action, answer)
        id = value.partition(":")[0]
        if (nudge := self.nudges.get(self.shared.get(id, id))) and nudge.human is human:
            nudge.answers.add(ANSWERS.get(action, DONE))

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
