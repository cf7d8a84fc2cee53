"""A team's half-year with the bot, and its record."""

import time as machine
from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from pathlib import Path

from benchmarks.simulate import in_process, measures
from benchmarks.simulate.behaviour import Behaviour
from benchmarks.simulate.comparison.figures import FOLLOWUPS
from benchmarks.simulate.comparison.record import ONE_ON_ONE, Agreement, Couple, Excuse, Nudge, Record, Worker
from benchmarks.simulate.harness import open_harness
from benchmarks.simulate.ledger import Said
from benchmarks.simulate.personas import LISBON, ONE_DAY, Human
from benchmarks.simulate.teams import team
from benchmarks.simulate.year import Year

FIRST = date(2031, 9, 1)
EVERYONE = Human("everyone", LISBON)


async def live(seed: int, model: Behaviour, days: int, *, reminds_followups: bool = True) -> tuple[Year, Record]:
    """Simulate a team with the bot; without `reminds_followups`, nobody is reminded of follow-ups."""
    began = machine.process_time()
    with in_process.open_folder() as folder:
        async with open_harness(Path(folder), datetime.combine(FIRST - 3 * ONE_DAY, time(12), UTC)) as world:
            people = {each.id: each for each in team(seed)}
            year = Year(world, people, seed, FIRST, days, model=model, reminds_followups=reminds_followups)
            await year.live()
            thanks = [(people[id].name, people[id].local(at).date()) for id, at in await world.thanks() if id in people]
    return year, record_of(year, thanks, machine.process_time() - began)


def record_of(year: Year, thanks: Iterable[tuple[str, date]], seconds: float) -> Record:
    ledger, judge = year.ledger, year.judge
    return Record(
        year.first, year.last,
        leaders={each.name: worker(year, each) for each in year.people.values() if each.mood},
        agents={each.name: worker(year, each) for each in year.people.values() if not each.mood},
        couples=couples(year),
        held=[
            *ledger.held,
            *(
                Agreement(ONE_ON_ONE, series.leader(day).name, series.agent.name, day)
                for series in year.series.values() for day in series.held
            ),
        ],
        agreed=ledger.agreed,
        excused=[
            *ledger.excused,
            *(Excuse(ONE_ON_ONE, each.agent.name, day) for each in year.series.values() for day in each.let_go),
        ],
        thanks=sorted(thanks),
        nudges=[_nudge(year, each) for each in ledger.nudges.values()],
        named=[(year.people[id].name, day) for id, day in ledger.named if id in year.people],
        out_of_hours=sum(len(each) for each in judge.wrong.values()),
        over_budget=judge.over_budget,
        followups=_followups(year),
        seconds=seconds,
    )  # fmt: skip


def worker(year: Year, human: Human) -> Worker:
    days = frozenset(filter(human.works_on, year.days_of(human)))
    return Worker(
        human.name, days, frozenset(human.days), year.rate(human) if human.mood else 0.0, human.consents
    )  # fmt: skip


def couples(year: Year) -> list[Couple]:
    """Return who had one-on-ones with whom, and when."""
    found = []
    for series in year.series.values():
        until = [since - ONE_DAY for since, _ in series.leaders[1:]] + [series.last]
        for (since, leader), last in zip(series.leaders, until, strict=True):
            found.append(Couple(leader.name, series.agent.name, since, last))
    return found


def _nudge(year: Year, said: Said) -> Nudge:
    names = frozenset(year.people[id].name for id in said.names if id in year.people)
    return Nudge(said.human.name, said.kind, said.days[0], tuple(said.acts), tuple(said.asks), names)


def _followups(year: Year) -> dict[str, tuple[int, int]]:
    courses = year.followups.courses
    counts = (
        measures.owned_in_time(courses, EVERYONE, year.last),
        measures.considered_in_time(courses, EVERYONE, year.last),
        measures.ended_in_time(courses, year.last),
    )
    return dict(zip(FOLLOWUPS, counts, strict=True))
