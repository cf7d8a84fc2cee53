"""Tests of when a round closes, and of outages, backups, settings and channels that change while it runs."""

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.features.pulse.models import PulseRound
from bot.features.pulse.rules import MOST_LATE, Level
from bot.features.pulse.settings import STATEMENTS, Settings
from bot.messages.pulse import cards as messages
from bot.org.availability.working_hours import Day, WorkingHoursSettings
from bot.org.teams.models import Team
from bot.slack.outbox.models import Outgoing, State
from bot.workflows import recurring_jobs
from tests import databases
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import keep_only_jobs
from tests.handlers.pulse.conftest import open_a_round
from tests.handlers.pulse.drivers import (
    HOUR,
    answer,
    cards,
    close_round,
    move_to,
    open_form,
    posts,
    rounds,
    send,
    stored_comments,
)
from tests.handlers.pulse.members import DAY, evening_of, jump
from tests.harness import Json, World, eventually, opened
from tests.snapshots import Resume

FIVE = ("ana", "ben", "chidi", "dina", "eli")
OPENS = datetime(2031, 3, 11, 10, tzinfo=UTC)
CLOSES = datetime(2031, 3, 19, 16, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


async def answer_all(world: World, *names: str) -> None:
    for name in names:
        await answer(world, name, 5, 1, comment=f"more time, says {name}")


async def change_team(world: World, *settings: Settings | WorkingHoursSettings) -> None:
    """Change settings as in `/steward settings`, with what follows from it."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        for each in settings:
            each.keep(team)
        await recurring_jobs.replan_jobs(session, team, now=world.now)
    await keep_only_jobs(world, "pulse")


async def test_round_runs_seven_working_days_around_weekend_and_holiday(waiting: World) -> None:
    """St Patrick's Day is a Monday in this round. Eli's and Fay's zones are in other countries."""
    await change_team(waiting, WorkingHoursSettings(country="IE", start="08:00", end="14:00"))
    await evening_of(waiting, OPENS)
    (found,) = await rounds(waiting)
    assert found.closes_at == CLOSES.replace(day=20, hour=13)
    await answer_all(waiting, *FIVE)
    await move_to(waiting, found.closes_at - MINUTE)
    assert (await rounds(waiting))[0].is_open
    assert await posts(waiting) == []
    assert (await close_round(waiting)).levels == [Level.HIGH, Level.LOW]


async def test_reminders_of_the_pulse_skip_weekends_and_holidays(waiting: World) -> None:
    await change_team(waiting, WorkingHoursSettings(country="IE"))
    await evening_of(waiting, OPENS + 3 * DAY)
    third = (await cards(waiting, "ana"))[0]["ts"]
    await evening_of(waiting, OPENS + 6 * DAY)
    assert [each["ts"] for each in await cards(waiting, "ana")] == [third]
    await evening_of(waiting, OPENS + 7 * DAY)
    assert [each["ts"] for each in await cards(waiting, "ana")] != [third]


@pytest.mark.parametrize("day", [Day.MONDAY, Day.SATURDAY])
async def test_round_that_opens_on_a_day_off_asks_on_the_first_working_day(waiting: World, day: Day) -> None:
    week, opens = (3, OPENS + 6 * DAY) if day == Day.MONDAY else (3, OPENS + 4 * DAY)
    await change_team(waiting, WorkingHoursSettings(country="IE"), Settings(is_on=True, day=day, week=week))
    await move_to(waiting, opens + 8 * HOUR)
    (found,) = await rounds(waiting)
    assert (found.opened_at, await cards(waiting, "ana")) == (opens, [])
    await evening_of(waiting, OPENS + 7 * DAY)
    assert len(await cards(waiting, "ana")) == 1
    assert found.closes_at == datetime(2031, 3, 26, 16, tzinfo=UTC)


async def test_changed_pulse_settings_apply_from_the_next_round(running: World) -> None:
    await answer_all(running, "ana")
    changed = Settings(is_on=True, own=["My breaks are long enough."])
    late = WorkingHoursSettings(start="08:00", end="12:00", country="IE")
    await change_team(running, changed, late)
    await answer_all(running, *FIVE[1:])
    found = await close_round(running)
    assert (found.closed_at, found.statements, found.answered) == (CLOSES, [*STATEMENTS], 5)
    await move_to(running, OPENS + 28 * DAY + HOUR)
    assert [each.statements for each in await rounds(running)] == [[*STATEMENTS], changed.statements]


async def test_round_goes_on_when_the_pulse_is_turned_off_and_no_other_opens(running: World) -> None:
    await change_team(running, Settings(is_on=False))
    await answer_all(running, *FIVE)
    found = await close_round(running)
    assert (found.answered, len(await posts(running))) == (5, 1)
    await move_to(running, OPENS + 29 * DAY)
    assert len(await rounds(running)) == 1


@pytest.mark.parametrize("late", [MINUTE, MOST_LATE - MINUTE])
async def test_round_that_closes_late_is_published_once(running: World, late: timedelta) -> None:
    await answer_all(running, *FIVE)
    await jump(running, CLOSES + late)
    await evening_of(running, CLOSES + 2 * DAY)
    (found,) = await rounds(running)
    assert (found.closed_at, found.answered, found.asked) == (CLOSES, 5, 6)
    assert len(await posts(running)) == 1
    assert len(await stored_comments(running)) == 5


async def test_no_answer_is_taken_after_the_end_of_a_round_that_is_still_to_be_closed(running: World) -> None:
    await answer_all(running, *FIVE)
    await open_form(running, "fay")
    running.sandbox.clock.set(CLOSES)
    sent = await send(running, "fay", 1, 1)
    assert sent.ack["response_action"] == "push"
    assert (await rounds(running))[0].answered == 5


async def test_round_that_could_not_close_on_time_is_discarded_unread_and_the_team_is_told_once(
    running: World,
) -> None:
    await answer_all(running, *FIVE)
    await jump(running, CLOSES + MOST_LATE + 2 * MINUTE)
    (found,) = await rounds(running)
    assert (found.is_open, found.answered, found.levels, found.key_id) == (False, 0, [], None)
    await evening_of(running, CLOSES + 2 * DAY)
    assert [each["text"] for each in await posts(running)] == [messages.DISCARDED]
    assert await stored_comments(running) == []
    assert await cards(running, "maya") == []
    assert await cards(running, "ana") == []


@pytest.mark.parametrize("late", [HOUR, MOST_LATE + HOUR])
async def test_round_restored_from_a_backup_publishes_only_the_answers_in_that_backup(
    resume: Resume, tmp_path: Path, late: timedelta
) -> None:
    async with resume(open_a_round, at=TUESDAY_10) as world:
        await keep_only_jobs(world, "pulse")
        await evening_of(world, OPENS + 3 * DAY)
        await answer_all(world, "ana", "ben")
        url = world.settings.database_url
    keep_files(tmp_path)
    backup = await databases.copy(url) if url else None
    async with opened(tmp_path, url, mode="in_process", looked=True) as world:
        await keep_only_jobs(world, "pulse")
        await answer_all(world, *FIVE[2:])
        await close_round(world)
        assert len(await posts(world)) == 1
        world.sandbox.clock.set(CLOSES + late)
    restore_files(tmp_path)
    async with opened(tmp_path, backup, mode="in_process", looked=True) as world:
        await keep_only_jobs(world, "pulse")
        await move_to(world, CLOSES + 2 * DAY)
        (found,) = await rounds(world)
        said = [each["text"] for each in await posts(world)]
    if late > MOST_LATE:
        assert (found.answered, said[1:]) == (0, [messages.DISCARDED])
    else:
        assert (found.answered, found.levels) == (2, [])
        assert [messages.NOT_ENOUGH in each for each in said] == [False, True]


def keep_files(folder: Path) -> None:
    """Copy the files of SQLite, if there are any."""
    (folder / "backup").mkdir()
    for each in folder.glob("steward.db*"):
        shutil.copy(each, folder / "backup")


def restore_files(folder: Path) -> None:
    for each in folder.glob("steward.db*"):
        each.unlink()
    shutil.copytree(folder / "backup", folder, dirs_exist_ok=True)


async def test_archived_channel_gets_no_pulse_results_but_leaders_get_theirs(running: World) -> None:
    await answer_all(running, *FIVE)
    await running.slack.do("channels", channel="harbour-support", archived=True)
    await running.sandbox.settled()
    found = await close_round(running)
    assert (found.answered, found.key_id) == (5, None)
    await evening_of(running, CLOSES + DAY)
    assert len(await cards(running, "maya")) == 1
    assert await cards(running, "fay") == []
    assert await failed(running) == []


async def test_nobody_is_reminded_while_the_channel_is_archived(running: World) -> None:
    before = (await cards(running, "ana"))[0]["ts"]
    await running.slack.do("channels", channel="harbour-support", archived=True)
    await running.sandbox.settled()
    await evening_of(running, OPENS + 3 * DAY)
    assert [each["ts"] for each in await cards(running, "ana")] == [before]


async def failed(world: World) -> list[str | None]:
    """Return why messages could not be sent."""
    async with world.database.reading() as session:
        return [*await session.scalars(select(Outgoing.reason).where(Outgoing.state == State.FAILED))]


async def test_results_are_posted_without_the_chart_if_slack_refuses_it(running: World) -> None:
    await add_round_before(running)
    await answer_all(running, *FIVE, "fay")
    await running.slack.do("faults", method="chat.postMessage", error="invalid_blocks", times=1)
    await evening_of(running, CLOSES + DAY)
    ((in_channel,), (in_dm,)) = await posts(running), await cards(running, "maya")
    assert sorted("data_visualization" in kinds_of(each) for each in (in_channel, in_dm)) == [False, True]
    assert await failed(running) == []


@pytest.mark.parametrize("statements", [STATEMENTS, ("I have a good chair.", "I have a good desk.")])
async def test_round_closes_after_one_in_the_same_month_and_after_other_statements(
    running: World, statements: tuple[str, str]
) -> None:
    await add_round_before(running, OPENS - 7 * DAY, statements)
    await answer_all(running, *FIVE, "fay")
    await move_to(running, CLOSES + MINUTE)
    (posted,) = await posts(running)
    assert ("data_visualization" in kinds_of(posted)) == (statements == STATEMENTS)


async def add_round_before(
    world: World, opened_at: datetime = OPENS - 28 * DAY, statements: Sequence[str] = STATEMENTS
) -> None:
    """Add a closed round of the same team in which everybody answered, so that there is a trend."""
    async with world.database.begin() as session:
        now = (await session.scalars(select(PulseRound).where(PulseRound.key_id.is_not(None)))).one()
        before = PulseRound(
            workspace_id=now.workspace_id, team_id=now.team_id, opened_at=opened_at, closes_at=opened_at + 5 * DAY,
            statements=[*statements], members=6, salt=now.salt, member_hashes=[], changes=None, key_id=None,
            closed_at=opened_at + 5 * DAY, asked=6, answered=6, levels=[Level.LOW, Level.LOW], is_cleaned=True,
        )  # fmt: skip
        session.add(before)
        now.changes = 0


def kinds_of(message: Json) -> list[str]:
    return [block["type"] for block in message["blocks"]]


async def test_pulse_question_that_may_have_arrived_before_the_close_is_deleted_after_it(waiting: World) -> None:
    """Slack posts the question and the answer gets lost; the bot looks for it only after the round has closed."""
    await move_to(waiting, OPENS - MINUTE)
    fault = {"method": "chat.postMessage", "status": 503, "after_effect": True, "times": 6}
    await waiting.slack.do("faults", **fault)
    waiting.sandbox.clock.set(OPENS)
    await waiting.steward.worker.tick()
    await eventually(lambda: has_card(waiting, "ana"))
    assert await unsure(waiting)
    await jump(waiting, CLOSES + MINUTE)
    await evening_of(waiting, CLOSES + DAY)
    assert await cards(waiting, "ana") == []
    assert await failed(waiting) == []


async def has_card(world: World, name: str) -> bool:
    return bool(await cards(world, name))


async def unsure(world: World) -> list[int]:
    """Return the messages that may have reached Slack."""
    doubtful = select(Outgoing.id).where(Outgoing.state == State.WAITING, Outgoing.attempted_at.is_not(None))
    async with world.database.reading() as session:
        return [*await session.scalars(doubtful)]
