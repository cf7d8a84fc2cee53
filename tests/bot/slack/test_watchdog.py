"""The watchdog of the Socket Mode connection, which detects and replaces dead sockets."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path
from typing import cast

import pytest

from bot import metrics
from bot.errors import OperatorError
from bot.slack import socket_mode
from bot.slack.socket_mode import Socket
from bot.slack.watchdog import Watchdog, WatchdogTimeouts
from sandbox.socket_mode import Connection
from tests.harness import World, eventually, opened

QUICK = WatchdogTimeouts(look_every=0.05, deaf_after=60, quiet_after=0.4, overlap=0.05, most_failures=2)


class Silent:
    """A socket whose last pong and last message came at fixed times, and which cannot be renewed."""

    def __init__(self, *, alive_at: float, told_at: float) -> None:
        self._alive_at, self._told_at = alive_at, told_at
        self.tries = 0

    def alive_at(self) -> float:
        return self._alive_at

    def told_at(self) -> float:
        return self._told_at

    async def renew(self, overlap: float) -> None:
        self.tries += 1
        raise TimeoutError


@pytest.mark.parametrize(
    ("alive_at", "told_at", "complaint"),
    [(1000, 1000, None), (990, 300, None), (930, 900, "deaf"), (995, 50, "quiet"), (50, 50, "deaf")],
)
def test_socket_without_pongs_counts_as_deaf_and_one_without_messages_as_quiet(
    alive_at: float, told_at: float, complaint: str | None
) -> None:
    socket = cast(Socket, Silent(alive_at=alive_at, told_at=told_at))

    assert Watchdog(socket).complaint(1000) == complaint


async def test_socket_without_pongs_that_cannot_be_replaced_ends_the_process() -> None:
    deaf = Silent(alive_at=-1000, told_at=-1000)
    with pytest.raises(OperatorError, match="does not respond and 2 new ones could not be opened"):
        await asyncio.wait_for(Watchdog(cast(Socket, deaf), QUICK).run(), 60)

    assert deaf.tries == 2


async def test_silent_socket_is_kept_if_it_cannot_be_replaced() -> None:
    quiet = Silent(alive_at=10.0**12, told_at=-1000)
    watching = asyncio.create_task(Watchdog(cast(Socket, quiet), QUICK).run())
    await eventually(lambda: _tries(quiet, 4))

    assert not watching.done()
    await _ended(watching)


async def _tries(socket: Silent, number: int) -> bool:
    return socket.tries >= number


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with opened(tmp_path, None, mode="socket") as world:
        yield world


async def test_command_is_answered_after_a_dead_socket_was_replaced(world: World) -> None:
    (old,) = world.sandbox._workspace.hub._connections
    _deafen(old)
    restarts = _restarts()
    watching = asyncio.create_task(Watchdog(_socket(world), QUICK).run())
    await eventually(lambda: _replaced(world, old))
    await _ended(watching)
    answer = await world.slack.command("maya", "@ana for the calm voice")

    assert "Thanks! " in answer.text
    assert _restarts() > restarts


async def test_new_socket_opens_before_the_old_socket_closes(world: World) -> None:
    hub = world.sandbox._workspace.hub
    renewing = asyncio.create_task(_socket(world).renew(overlap=0.5))
    await eventually(lambda: _number(world, 2))
    answers = [await world.slack.command("maya", "help") for _ in range(4)]
    await renewing
    await eventually(lambda: _number(world, 1))

    assert all("Thank someone" in answer.text for answer in answers)
    assert hub.connections == 1


async def test_old_socket_stays_open_if_the_new_socket_gets_no_hello(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket_mode, "CONNECT_SECONDS", 0.3)
    monkeypatch.setattr(world.sandbox._workspace.hub, "_hello", lambda lasts: {"type": "silence"})
    with pytest.raises(TimeoutError):
        await _socket(world).renew()
    await eventually(lambda: _number(world, 1))

    assert "Thank someone" in (await world.slack.command("maya", "help")).text


async def _ended(watching: asyncio.Task[None]) -> None:
    """Cancel the watchdog and wait until it ends; during a renewal, it closes the new socket first."""
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching


def _restarts() -> float:
    return metrics.REGISTRY.get_sample_value("steward_socket_restarts_total", {"reason": "quiet"}) or 0


def _deafen(connection: Connection) -> None:
    """Keep the connection open, but drop everything that is sent over it."""

    async def lose(message: object) -> bool:
        return True

    connection.send = lose  # type: ignore[method-assign]


def _socket(world: World) -> Socket:
    assert world.steward.socket
    return world.steward.socket


async def _replaced(world: World, old: Connection) -> bool:
    there = world.sandbox._workspace.hub._connections
    return bool(there) and old not in there


async def _number(world: World, number: int) -> bool:
    return world.sandbox._workspace.hub.connections == number
