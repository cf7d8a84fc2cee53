"""Mutation tests: with one of the bot's safeguards removed, the test that covers it must fail."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from benchmarks.crashes.sabotage import SABOTAGE

ROOT = Path(__file__).parents[2]
NOTICED_BY = {
    "ack_before_commit": "tests/bot/slack/test_dispatcher.py::test_command_during_a_database_lock_is_safe_to_repeat",
    "post_without_a_look": "tests/bot/slack/outbox/test_relay.py::test_message_is_looked_up_before_it_is_posted_again",
    "move_on_before_the_job": "tests/bot/scheduler/test_scheduler.py::test_changes_of_a_failed_job_are_rolled_back",
}


def test_every_removable_safeguard_is_covered_by_a_test() -> None:
    assert NOTICED_BY.keys() == SABOTAGE.keys()


@pytest.mark.long
@pytest.mark.parametrize("guard", SABOTAGE)
async def test_removing_a_safeguard_fails_the_test_that_covers_it(guard: str) -> None:
    without = await _run(NOTICED_BY[guard], "-p", "tests.end_to_end.unguarded", WITHOUT_GUARD=guard)
    assert without == pytest.ExitCode.TESTS_FAILED
    assert await _run(NOTICED_BY[guard]) == pytest.ExitCode.OK


async def _run(test: str, *options: str, **environment: str) -> int:
    """Run one test in a pytest process that is not a pytest-xdist worker."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_XDIST")}
    words = [sys.executable, "-m", "pytest", *options, test]
    process = await asyncio.create_subprocess_exec(
        *words, cwd=ROOT, env=own | environment, stdout=asyncio.subprocess.DEVNULL
    )
    return await process.wait()
