"""Crash tests: the bot is killed at each named point under load; nothing acknowledged is lost or duplicated.

`make crashes` does the same hundreds of times, and with other outages. It also removes safeguards of the bot, to check
that the audit finds the resulting faults.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from benchmarks.crashes import report, rituals, scenarios
from benchmarks.crashes.audit import Audit
from benchmarks.crashes.kill_points import UNDER_LOAD
from benchmarks.crashes.kills import Outcome
from benchmarks.crashes.postgres import Postgres, postgres
from benchmarks.crashes.processes import Death
from benchmarks.crashes.rituals import RitualsOutcome
from benchmarks.crashes.scenarios import Scenario

FEW_TEAMS = 60


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Postgres]:
    async with postgres(tmp_path / "pg") as server:
        yield server


@pytest.mark.waits
@pytest.mark.parametrize("scenario", scenarios.SHORT, ids=lambda scenario: scenario.shape.name)
async def test_kill_at_each_kill_point_does_not_lose_or_duplicate_messages(
    tmp_path: Path, server: Postgres, scenario: Scenario
) -> None:
    outcome = await scenarios.run_scenario(scenario, tmp_path / "world", server)

    assert outcome.account.is_clean, outcome.account
    assert outcome.account.promised > outcome.thanks > 0
    assert {death.point for death in outcome.deaths} >= set(UNDER_LOAD) - {
        "mid_look"
    }  # a Slack sync may not have been due


@pytest.mark.long
async def test_rituals_due_in_the_same_second_start_exactly_once_when_a_replica_is_killed(
    tmp_path: Path, server: Postgres
) -> None:
    kept = await rituals.kill_while_rituals_are_due(
        tmp_path / "world", teams=FEW_TEAMS, replicas=2, postgres=server, until_posted=False
    )

    assert kept.is_clean, kept


def test_reliability_report_has_counts_and_latencies_of_all_scenarios() -> None:
    faults = Audit(lost=["a card"], doubled=["a note", "a credit"], promised=1234)
    bad = Outcome(
        "kill -9", faults, "SQLite", [Death("mid_tick", 10.0, 10.5)], late=3.25, due_late=[1.0, 2.0], thanks=9
    )
    kept = RitualsOutcome("SQLite", 1000, 0, 0, 17, 0.5, 21.5, 1000, 260.0)

    text = report.render_report([bad], [kept], [bad], [])

    assert "| kill -9 | SQLite | 1 | 1,234 | 1 | 2 | 0 | 0 | 3.2 | 1.5 / 2.0 |" in text
    assert "| SQLite | 1,000 | 17 | 0 / 0 | 0 / 0 | 0.5 | 21.5 | 260 |" in text
    assert "and 3 faults were found" in text
