"""A replica that dies at a kill point: `python -m benchmarks.crashes.replica POINT[:NTH]`.

Runs `steward run` with its usual settings and the kill point patched in.
"""

import os
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

from benchmarks.crashes.kill_points import POINTS
from benchmarks.crashes.patches import kill_this_process, on_nth_call, pause_this_process
from benchmarks.crashes.sabotage import SABOTAGE
from bot import __main__, manifest
from bot.cli import run
from bot.clock import Clock
from bot.slack import token_refresh
from bot.slack.outbox import relay, results

SHORT_SECONDS = 3.0
"""The duration of leases and the delay before a look-up, when shortened to a tenth."""


@dataclass(frozen=True)
class ReplicaOptions:
    """Options of a replica besides its settings."""

    point: str = "at_a_random_moment"
    times: int = 1
    """At which pass of the kill point the replica dies: 1 for the first."""
    ahead: float = 0.0
    """Seconds by which the simulated calendar is ahead of the machine's clock."""
    waits_as_shipped: bool = True
    without: str = ""
    """The name of the safeguard that is removed from the bot; empty for none."""
    freezes: bool = False
    """Whether the replica is paused at the kill point instead of killed."""
    command: str = "run"
    asks_without: str = ""
    """A scope that an older version did not ask for; empty for none."""


def run_replica(ways: ReplicaOptions, settings: dict[str, str], folder: Path, log: Path) -> None:
    """Run `steward` in a new process, with its output in a log file."""
    written = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for said in (1, 2):
        os.dup2(written, said)
    os.chdir(folder)
    os.environ.update(settings)
    go(ways)


def go(ways: ReplicaOptions) -> None:
    if not ways.waits_as_shipped:
        _shorten_waits()
    if ways.without:
        SABOTAGE[ways.without]()
    if ways.asks_without:
        _ask_without(ways.asks_without)
    POINTS[ways.point](on_nth_call(ways.times, pause_this_process if ways.freezes else kill_this_process))
    ahead = timedelta(seconds=ways.ahead)
    run.Clock = partial(Clock, lambda: datetime.now(UTC) + ahead)  # type: ignore[attr-defined, assignment]
    sys.argv = ["steward", ways.command]
    __main__.main()


def _shorten_waits() -> None:
    relay.LEASE_SECONDS, relay.SEND_SECONDS = SHORT_SECONDS, SHORT_SECONDS * relay.SEND_SECONDS / relay.LEASE_SECONDS
    results.LOOK_UP_AFTER = timedelta(seconds=SHORT_SECONDS)
    results.LOOK_UP_A_FILE_AFTER = results.LOOK_UP_AFTER
    token_refresh.LEASE_SECONDS /= 10


def _ask_without(scope: str) -> None:
    older = manifest.load_manifest()
    older["oauth_config"]["scopes"]["bot"].remove(scope)
    manifest.load_manifest = lambda *passed: older


if __name__ == "__main__":
    point, _, times = sys.argv[1].partition(":")
    go(ReplicaOptions(point, int(times or 1)))
