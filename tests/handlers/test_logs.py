"""Busy scenes leave no id or name of a person and none of their words in logs and metrics, even at the level DEBUG."""

import json
import logging
import re
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
import structlog
from prometheus_client import generate_latest
from sqlalchemy import select
from sqlalchemy.exc import DataError

from bot import logs, metrics
from bot.messages import my_data
from bot.org.people import Person
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import personal_exports
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import opt_out_of_shadowing, settled
from tests.handlers.followups.drivers import press_note
from tests.handlers.hard_contacts.drivers import raise_contact
from tests.harness import World
from tests.snapshots import Resume

PERSONS_ID = re.compile(r"(?<![A-Za-z0-9])[UW]0?[A-Z0-9]{6,}(?![A-Za-z0-9])")
WORDS = ("zephyr", "quagga", "nougat", "xylem")
"""What people write in the scenes. No word of them is in the code."""
SECRET = WORDS[-1]


@pytest.fixture
async def scene(resume: Resume, capsys: pytest.CaptureFixture[str]) -> AsyncIterator[World]:
    """Yield a world on a Tuesday at 10:30 whose logs are at DEBUG."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        capsys.readouterr()
        logs.configure("debug")
        quiet = [logging.getLogger(name) for name in ("slack_bolt", "slack_sdk")]
        levels = [each.level for each in quiet]
        for each in quiet:
            each.setLevel(logging.DEBUG)
        try:
            yield world
        finally:
            for each, level in zip(quiet, levels, strict=True):
                each.setLevel(level)
            logs.configure()


async def fail(*_: Any, **__: Any) -> None:
    """Fail as a bug would, with what people wrote in the exceptions."""
    try:
        raise DataError("INSERT", {"words": SECRET}, ValueError(f'invalid input: "{SECRET}"'))
    except DataError as error:
        raise KeyError(f"{SECRET} <@U0ANA00000>") from error


async def play(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thank, raise a roadblock and a hard contact, call a spike, fill in a form wrongly, and have things fail."""
    await world.slack.command("maya", "@ana @ben for zephyr #empathy")
    await world.slack.command("maya", "private @ana for zephyr")
    await world.slack.command("ana", "the quagga logs us out", word="/roadblock")
    await world.slack.command("ana", "topic @maya nougat", word="/1on1")
    await world.slack.command("ana", "@nobody quagga", word="/shoutout")
    await world.slack.command("maya", "spike nougat 42 waiting", word="/queue")
    await raise_contact(world, "ana", "maya")
    await raise_contact(world, "ana", "tom")
    await world.slack.do("messages", user="ben", channel="harbour-support", text="@ana thank you for the nougat")
    async with world.database.begin() as session:
        for conversation in ("C0NOWHERE0", "U0NOBODY00"):
            to = Address(world.workspace.id, conversation)
            await outbox.put(session, Post("quagga"), to=to, not_before=world.now)
    monkeypatch.setattr(personal_exports, "ask", fail)
    await world.slack.command("ana", "me", word="/steward")
    await press_note(world, "ana", my_data.EXPORT)
    await settled(world)


async def find_people(world: World, said: str) -> list[str]:
    """Return the ids, names and words of people in what was logged."""
    async with world.database.reading() as session:
        people = (await session.scalars(select(Person).where(~Person.is_bot))).all()
    secrets = {*WORDS, *(each.dm_id for each in people if each.dm_id), *(each.id for each in people)}
    names = {each.full_name for each in people if each.full_name} | {each.name for each in people}
    found = [each for each in secrets if each in said]
    found += [each for each in names if re.search(rf"\b{re.escape(each)}\b", said)]
    return sorted({*found, *PERSONS_ID.findall(said)})


def everything_said(capsys: pytest.CaptureFixture[str]) -> str:
    return capsys.readouterr().err + generate_latest(metrics.REGISTRY).decode()


@pytest.mark.on_the_wire
async def test_busy_scenes_leave_nobody_in_logs_and_metrics(
    scene: World, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    await play(scene, monkeypatch)
    said = everything_said(capsys)
    events = {json.loads(line)["event"] for line in said.splitlines() if line.startswith("{")}

    assert {"listener_failed", "listener_refused", "message_failed"} <= events
    assert len(said.splitlines()) > 100
    assert await find_people(scene, said) == []
    assert re.search(r"\bu_[0-9a-f]{12}\b", said)


@pytest.mark.parametrize(
    "careless",
    [
        lambda: structlog.get_logger().info("thanked", receiver="ana"),
        lambda: structlog.get_logger().info("thanked", words="for zephyr"),
        lambda: logging.getLogger("slack_sdk").warning("Ana Sousa is late"),
        lambda: metrics.SENDS.labels("chat.postMessage", WORDS[0]).inc(0),
    ],
    ids=["name", "words", "full name", "label"],
)
async def test_search_of_the_logs_finds_a_careless_line(
    scene: World, capsys: pytest.CaptureFixture[str], careless: Callable[[], None]
) -> None:
    try:
        careless()
        assert await find_people(scene, everything_said(capsys)) != []
    finally:
        metrics.SENDS.remove("chat.postMessage", WORDS[0])
