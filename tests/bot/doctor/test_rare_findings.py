"""Findings of the doctor that need a slow check or a closed port."""

import asyncio

import aiohttp
import pytest

from bot.doctor import findings, slack, transport
from bot.doctor.findings import Finding, State


async def test_check_that_takes_too_long_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(findings, "LONGEST_SECONDS", 0.01)

    async def slow() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    (found,) = await findings.run_check("Database", slow())

    assert (found.state, found.remedy) == (State.TROUBLE, findings.SLOW)
    assert found.says.startswith("The check did not finish within ")


async def test_socket_that_cannot_be_opened_is_reported() -> None:
    async with aiohttp.ClientSession() as http:
        found = await transport._socket(slack.SlackProbe(http, ""), "ws://127.0.0.1:9/")

    assert (found.state, found.remedy) == (State.TROUBLE, transport.NO_HELLO)
    assert found.says == "Cannot open a socket (ClientConnectorError)."


async def test_first_word_of_a_socket_decides_what_is_reported() -> None:
    found = {reason: transport._first_word({"reason": reason}) for reason in (*transport.CLOSED, "other")}

    assert found["link_disabled"].remedy == transport.CLOSED["link_disabled"][1]
    assert found["other"].says == "Slack closed the socket (other)."
