"""Tests of chaos: random fault injection that is reproducible by its seed and can be turned off."""

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.chaos import BY_METHOD, CALLS, CONDITIONS, EVENTS, SOCKETS, Chaos
from sandbox.controls import faults
from sandbox.sandbox import Sandbox
from sandbox.slack_types import Json
from tests.sandbox.conftest import Person
from tests.sandbox.process import running


def day(chaos: Chaos) -> list[Json | None]:
    return [chaos.of("method", "chat.postMessage") for _ in range(300)]


def test_random_faults_of_a_method_depend_only_on_the_seed_and_its_own_calls() -> None:
    alone, busy, other = Chaos(7), Chaos(7), Chaos(8)
    for _ in range(50):
        busy.of("event", "message")
        busy.of_sockets()

    assert day(alone) == day(busy) != day(other)


def test_each_random_fault_is_about_as_frequent_as_its_probability() -> None:
    chaos = Chaos(1)
    for _ in range(20_000):
        chaos.of("method", "conversations.history")
    counted = [each["kind"] for each in list(chaos.rolled)]

    for kind in BY_METHOD["conversations.history"]:
        assert counted.count(kind.name) / len(counted) == pytest.approx(
            kind.odds / sum(each.odds for each in BY_METHOD["conversations.history"]), abs=0.01
        )


def test_every_random_fault_can_also_be_injected_deliberately() -> None:
    for kind in [kind for kinds in (CALLS, *BY_METHOD.values()) for kind in kinds]:
        assert faults.of_call({"method": "*"} | kind.fault)
    for kind in EVENTS:
        assert faults.of_event({"event": "*"} | kind.fault)
    assert {kind.fault["socket"] for kind in SOCKETS} < set(faults.SOCKETS)
    for kinds in (CALLS, EVENTS, SOCKETS, *BY_METHOD.values(), *CONDITIONS.values()):
        assert 0 < sum(kind.odds for kind in kinds) < 100


async def test_random_faults_are_listed_and_can_be_turned_off(person: Person, client: AsyncWebClient) -> None:
    await person.does("faults", chaos=3)
    for _ in range(60):
        await _try(client)
    chaos = (await person.sees("state"))["chaos"]
    suffered = [call["fault"] for call in (await person.sees("calls"))["calls"] if "fault" in call]
    await person.does("faults", chaos=None)

    assert chaos["seed"] == 3
    assert {each["what"] for each in chaos["rolled"]} == {"users.info"}
    assert 1 <= len(chaos["rolled"]) <= len(suffered)
    assert (await person.sees("state"))["chaos"] is None
    assert all([await _try(client) for _ in range(30)])


async def test_sandbox_can_start_with_random_faults_turned_on(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, port=0, chaos=5)
    assert sandbox.chaos == 5
    sandbox.chaos = None
    assert sandbox.chaos is None
    await sandbox.stop()


async def test_seed_of_random_faults_can_be_given_on_the_command_line(tmp_path: Path) -> None:
    async with (
        running(tmp_path, "--chaos", "7") as sandbox,
        aiohttp.ClientSession() as session,
        session.get(f"{sandbox.url}/sandbox/state") as answer,
    ):
        assert (await answer.json())["chaos"] == {"seed": 7, "rolled": []}


@pytest.mark.parametrize("seed", ["soon", 1.5, [7]])
async def test_seed_of_random_faults_must_be_an_integer(person: Person, seed: Any) -> None:
    refused = await person.does("faults", chaos=seed)

    assert refused["response_metadata"]["messages"] == [
        "[ERROR] must be a whole number, or null to turn chaos off [json-pointer:/chaos]"
    ]


async def _try(client: AsyncWebClient) -> bool:
    try:
        return bool((await client.users_info(user="U0ANA00000"))["ok"])
    except Exception:
        return False
