"""Generator of docs/reliability.md, from the results of a run of the crash scenarios."""

import os
import platform
import statistics
from collections import Counter
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

from benchmarks.crashes import results
from benchmarks.crashes.kills import Outcome
from benchmarks.crashes.replica import SHORT_SECONDS
from benchmarks.crashes.rituals import RitualsOutcome
from bot.slack.outbox.relay import LEASE_SECONDS

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reliability.md"
LIBRARIES = ("slack-bolt", "slack-sdk", "SQLAlchemy", "asyncpg", "APScheduler")
COLUMNS = (
    "scenario", "setup", "kills", "effects checked", "lost", "duplicated", "wrong", "out of order",
    "last effect after, s", "jobs late, s",
)  # fmt: skip
RITUALS = (
    "setup", "due", "run before the kill", "rituals / posts missed", "rituals / posts duplicated",
    "ready again after, s", "last commit, s", "last post, s",
)  # fmt: skip


def write(folder: Path, left_out: Sequence[str]) -> None:
    """Write docs/reliability.md from the results that the parts of a run saved in a folder."""
    outcomes = [*results.load_outcomes(folder, "kills"), *results.load_outcomes(folder, "disasters")]
    text = render_report(outcomes, results.load_rituals(folder), results.load_outcomes(folder, "guards"), left_out)
    PAGE.write_text(text, encoding="utf-8")


def render_report(
    outcomes: Sequence[Outcome], kept: Sequence[RitualsOutcome], broken: Sequence[Outcome], left_out: Sequence[str]
) -> str:
    words = (HERE / "page.md").read_text(encoding="utf-8")
    return words.format(
        machine=f"{os.cpu_count()} cores, Python {platform.python_version()}, {_versions()}",
        load=f"{os.getloadavg()[2]:.0f}",
        scenarios=_scenarios(outcomes),
        kills=sum(len(outcome.deaths) for outcome in outcomes),
        points=_points(outcomes),
        promised=f"{sum(outcome.account.promised for outcome in outcomes):,}",
        thanks=f"{sum(outcome.thanks for outcome in outcomes):,}",
        faults=sum(_faults(outcome) for outcome in outcomes),
        shown_twice=sum(len(outcome.account.shown_twice) for outcome in outcomes),
        given_up=sum(outcome.account.given_up for outcome in outcomes),
        unanswered=f"{sum(outcome.unanswered for outcome in outcomes):,}",
        back=_spread([late for outcome in outcomes for late in _back(outcome)]),
        rituals=_rituals(kept),
        bound=f"{LEASE_SECONDS + 2:.0f}",
        broken=_scenarios(broken),
        short=f"{SHORT_SECONDS:.0f}",
        lease=f"{LEASE_SECONDS:.0f}",
        left_out="".join(f"\n- {each}" for each in left_out),
    )


def _versions() -> str:
    return ", ".join(f"{name} {version(name)}" for name in LIBRARIES)


def _scenarios(outcomes: Sequence[Outcome]) -> str:
    return _table(COLUMNS, [_scenario(outcome) for outcome in outcomes])


def _scenario(outcome: Outcome) -> list[str]:
    account = outcome.account
    found = (account.lost, account.doubled, account.wrong, account.disordered)
    counts = [str(len(outcome.deaths) or "–"), f"{account.promised:,}", *(str(len(each)) for each in found)]
    return [outcome.name, outcome.shape, *counts, f"{outcome.late:.1f}", _late(outcome)]


def _late(outcome: Outcome) -> str:
    """Format the median and maximum delay of scheduled jobs."""
    late = outcome.due_late
    return f"{statistics.median(late):.1f} / {max(late):.1f}" if late else "–"


def _faults(outcome: Outcome) -> int:
    account = outcome.account
    return sum(map(len, (account.lost, account.doubled, account.wrong, account.disordered)))


def _points(outcomes: Sequence[Outcome]) -> str:
    counted = Counter(death.point for outcome in outcomes for death in outcome.deaths)
    return _table(("point", "kills"), [[point.replace("_", " "), str(times)] for point, times in counted.most_common()])


def _back(outcome: Outcome) -> list[float]:
    return [death.ready_at - death.killed_at for death in outcome.deaths if death.ready_at]


def _spread(values: Sequence[float]) -> str:
    return f"{min(values):.1f} / {statistics.median(values):.1f} / {max(values):.1f}" if values else "–"


def _rituals(kept: Sequence[RitualsOutcome]) -> str:
    return _table(RITUALS, [_ritual(each) for each in kept])


def _ritual(kept: RitualsOutcome) -> list[str]:
    missed, doubled = f"{kept.missed} / {kept.posts_missed}", f"{kept.doubled} / {kept.posts_doubled}"
    times = [f"{kept.back_after:.1f}", f"{kept.last_commit:.1f}", f"{kept.last_post:.0f}"]
    return [kept.name, f"{kept.rituals:,}", str(kept.before_the_kill), missed, doubled, *times]


def _table(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
