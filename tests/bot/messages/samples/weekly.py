"""Samples of a leader's week: nothing, weeks in one team and in two, and each suggestion."""

from datetime import date, timedelta
from typing import Any

from bot.features.balance.models import Part
from bot.features.balance.rules import Fortnight, OutOfRange
from bot.features.shadowing.rules import Agent, Assignment
from bot.features.weekly.rules import Ahead, Report, Suggestion
from bot.followups.models import Kind
from bot.meetings.models import Series
from bot.messages import weekly
from bot.messages.weekly import NO_PLAN, Account, Plan
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.bot.messages.samples.balance import EARLY, GOOD, OUTSIDE
from tests.bot.messages.samples.people import ANA, BEN, DAY, HOUR, LONG, MAYA, NOW, OTHER_TEAM, TEAM, TODAY, show

FRIDAY = NOW + 3 * DAY + 5.5 * HOUR
NOTHING = Report(FRIDAY - 7 * DAY, FRIDAY, TODAY + 10 * DAY)
FULL = Report(
    NOTHING.since, NOTHING.until, NOTHING.ahead_until, minutes=460, held=3, due=4, thanks=5,
    waits=[timedelta(minutes=each) for each in (1, 2, 4, 4, 30)],
    closed={Kind.ROADBLOCK: 2, Kind.IDEA: 1, Kind.PROMISE: 1},
    ahead=[
        Ahead(Kind.PROMISE, "ask IT about the <vouchers> & tell everyone", TODAY + 6 * DAY),
        Ahead(Kind.IDEA, "a macro for small refunds", TODAY + 10 * DAY),
    ],
)  # fmt: skip
SMALL = Report(
    NOTHING.since, NOTHING.until, NOTHING.ahead_until, held=1, due=1, thanks=1, waits=[timedelta(seconds=20)]
)
LITTLE = Report(
    NOTHING.since, NOTHING.until, NOTHING.ahead_until, thanks=2, due=2,
    waits=[timedelta(minutes=3), timedelta(minutes=7)], closed={Kind.IDEA: 1},
    ahead=[Ahead(Kind.PROMISE, LONG, TODAY + 6 * DAY)] * 7,
)  # fmt: skip
SAME = Report(
    NOTHING.since, NOTHING.until, NOTHING.ahead_until, waits=[timedelta(seconds=each) for each in (5, 20, 40)]
)
ONE, TWO = [(TEAM, 62)], [(TEAM, 62), (OTHER_TEAM, 24)]


def account(
    report: Report, fortnight: Fortnight, tanks: list[tuple[Team, int]], suggestion: Suggestion | None = None,
    outside: OutOfRange | None = None, plan: Plan = NO_PLAN,
) -> Account:  # fmt: skip
    low = next((team for team, level in tanks if level < 30), None)
    return Account(MAYA, report, fortnight, tanks, suggestion, outside, low, plan)


def series(agent: Person, due_on: date, **more: Any) -> Series:
    made = Series("T1", TEAM.id, MAYA.id, agent.id, "FREQ=WEEKLY;INTERVAL=2", due_on, NOW, **more)
    made.id = due_on.toordinal()
    return made


PLAN = Plan(
    [series(ANA, TODAY - DAY), series(BEN, TODAY + 9 * DAY), series(BEN, TODAY + 20 * DAY, asked_at=NOW)],
    2, (),
    [
        (Assignment(Agent(ANA, NOW - 90 * DAY, {}), FRIDAY + 4 * DAY), TEAM),
        (Assignment(Agent(BEN, NOW - 60 * DAY, {}), FRIDAY + 5 * DAY), TEAM),
    ],
    [ANA.id, BEN.id], TEAM,
)  # fmt: skip
SHORT_PLAN = Plan(offered=[ANA.id, BEN.id, *(f"U{nth}" for nth in range(4))], unthanked=[ANA.id], unthanked_in=TEAM)


SAMPLES = [
    show("balance within the ranges", weekly.week_card, account(FULL, GOOD, ONE)),
    show("one of each", weekly.week_card, account(SMALL, EARLY, ONE)),
    show("two teams, a low fun tank", weekly.week_card, account(LITTLE, EARLY, TWO, Suggestion.FILL_TANK)),
    show("no time entries", weekly.week_card, account(LITTLE, Fortnight(TODAY), ONE, Suggestion.MEET)),
    show("hand-ups answered at once", weekly.week_card, account(SAME, Fortnight(TODAY), ONE, Suggestion.THANK)),
    show("no shout-outs", weekly.week_card, account(SMALL, Fortnight(TODAY), ONE, Suggestion.THANK)),
    *(
        show(f"{part} {words}", weekly.week_card, account(SMALL, OUTSIDE[f"{part} {words}"], ONE, Suggestion.REBALANCE,
             OutOfRange(part, by)))
        for part in Part for words, by in (("lacks", -10), ("is too much", 10))
    ),
    show("something to plan", weekly.week_card, account(FULL, GOOD, ONE, Suggestion.MEET, plan=PLAN)),
    show("somebody to thank", weekly.week_card, account(NOTHING, Fortnight(TODAY), ONE, plan=SHORT_PLAN)),
    show("so far", weekly.week_so_far, account(FULL, GOOD, ONE)),
    show("nothing so far", weekly.week_so_far, account(NOTHING, Fortnight(TODAY), ONE, Suggestion.THANK)),
]  # fmt: skip
