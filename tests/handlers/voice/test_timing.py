"""Tests of when the voice of the frontline comes: holidays, outages, settings, and months with a lot to tell."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.features.voice.models import Settings, VoiceMonth
from bot.followups.models import Quoting
from bot.messages.voice import cards
from bot.messages.voice.account import MOST
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.teams.models import Team
from bot.refusals import common
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Method, Outgoing, State
from bot.workflows.voice import quotes
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing, press, settled
from tests.handlers.voice.drivers import (
    IDEA,
    JOBS,
    add_ideas,
    agree,
    at,
    drafts,
    files,
    sent,
    spend_the_month,
    type_words,
)  # fmt: skip
from tests.harness import World, opened
from tests.snapshots import Resume


async def test_draft_waits_for_the_first_working_day_of_the_month(march: World) -> None:
    """1 June 2031 is a Sunday."""
    await march.move(at("30 May 12:00"))
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("2 June 9:59"))
    assert await drafts(march, "maya") == []
    await march.move(at("2 June 10:01"))
    assert len(await drafts(march, "maya")) == 1
    await march.move(at("4 June 9:59"))
    assert await sent(march) == []
    await march.move(at("4 June 10:01"))
    assert len(await sent(march)) == 1


async def test_month_is_drafted_and_sent_once_over_restarts(resume: Resume, tmp_path: Path) -> None:
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await keep_only_jobs(world, *JOBS)
        await spend_the_month(world)
        await world.move(at("1 April 10:05"))
    async with opened(tmp_path, world.settings.database_url, at=at("1 April 10:10")) as world:
        await keep_only_jobs(world, *JOBS)
        await world.move(at("3 April 10:05"))
    async with opened(tmp_path, world.settings.database_url, at=at("3 April 10:10")) as world:
        await keep_only_jobs(world, *JOBS)
        await world.move(at("4 April 12:00"))
        assert len(await sent(world)) == 1
        shared = [each for each in await world.slack.messages("bot", "grace") if each.get("files")]
        assert len(shared) == 1
        async with world.database.reading() as session:
            assert await session.scalar(select(func.count()).select_from(VoiceMonth)) == 1


async def test_leaders_have_two_working_days_even_if_the_bot_was_down_on_the_first(
    resume: Resume, tmp_path: Path
) -> None:
    """The bot comes back on Wednesday, 2 April, at 12:00; two working days later is Friday."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await keep_only_jobs(world, *JOBS)
        await type_words(world, "ana", IDEA, "/idea")
        await world.move(at("31 March 12:00"))
    async with opened(tmp_path, world.settings.database_url, at=at("2 April 12:00")) as world:
        await keep_only_jobs(world, *JOBS)
        await world.move(at("2 April 12:10"))
        assert len(await drafts(world, "maya")) == 1
        await world.move(at("4 April 9:50"))
        assert await sent(world) == []
        await world.move(at("4 April 10:10"))
        assert len(await sent(world)) == 1


async def test_of_forty_ideas_the_message_and_the_table_have_five(march: World) -> None:
    await add_ideas(march, 40)
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert message["text"].count("0 votes") == MOST
    assert "and 35 more" in message["text"]
    assert len((await files(march))["ideas.csv"]) == MOST


async def test_comment_cannot_change_once_the_month_is_sent(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 April 10:01"))
    (draft,) = await drafts(march, "maya")
    await press(march, "maya", draft, cards.COMMENT)
    await march.move(at("3 April 10:05"))
    answer = await march.slack.submit("maya", words="Too late")
    assert common.VOICE_SENT in str(answer.ack)
    await settled(march)
    assert "Too late" not in str(await sent(march))


@pytest.mark.parametrize("is_before", [True, False])
async def test_nothing_is_sent_while_it_is_turned_off(march: World, *, is_before: bool) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    if not is_before:
        await march.move(at("1 April 10:01"))
    async with march.database.begin() as session:
        Settings(is_on=False).keep(await session.get_one(Team, 1))
    await march.move(at("3 April 10:01") + timedelta(minutes=5))
    assert await sent(march) == []
    assert await drafts(march, "maya") == []


@pytest.mark.parametrize("method", ["files.completeUploadExternal", "files.getUploadURLExternal"])
async def test_message_is_complete_even_if_slack_refuses_the_file(march: World, method: str) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("3 April 9:59"))
    await march.slack.do("faults", method=method, error="restricted_action", times=5)
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert IDEA in message["text"]
    assert not [each for each in await march.slack.messages("bot", "grace") if each.get("files")]
    async with march.database.reading() as session:
        (failed,) = await session.scalars(select(Outgoing).where(Outgoing.state == State.FAILED))
    assert failed.method == Method.FILE


async def test_words_are_sent_without_the_chart_if_slack_refuses_it(march: World) -> None:
    await spend_the_month(march)
    await march.move(at("3 April 9:59"))
    await march.slack.do("faults", method="chat.postMessage", error="invalid_blocks", times=1)
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert "data_visualization" not in str(message)
    assert "followups:accept" in str(message)
    assert "phones (1)" in str(message["blocks"])


async def test_month_begins_after_the_public_holidays_at_its_start(march: World) -> None:
    """In Portugal, 1 May is a holiday; 2031-05-02 is a Friday."""
    await march.move(at("30 April 12:00"))
    async with march.database.begin() as session:
        WorkingHoursSettings(country="PT").keep(await session.get_one(Team, 1))
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 May 18:00"))
    assert await drafts(march, "maya") == []
    await march.move(at("2 May 10:01"))
    assert len(await drafts(march, "maya")) == 1
    await march.move(at("6 May 10:01"))
    assert len(await sent(march)) == 1


@pytest.mark.parametrize(("until", "sent_at"), [("7 April", "10 April"), ("30 April", "15 April")])
async def test_message_waits_up_to_two_weeks_until_a_leader_has_had_two_days_for_the_draft(
    march: World, until: str, sent_at: str
) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    for name in ("maya", "tom"):
        await type_words(march, name, f"away 1 April to {until}", "/steward")
    await march.move(at(f"{sent_at} 9:59"))
    assert await sent(march) == []
    await march.move(at(f"{sent_at} 10:10"))
    assert len(await sent(march)) == 1


async def test_message_waits_for_a_sponsor_who_is_away_and_can_be_changed_until_then(march: World) -> None:
    quoted = await agree(march, "U0DINA0000", "The new macros save us an hour a day", Quoting.NAMED)
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 April 10:01"))
    await type_words(march, "grace", "away 2 April to 8 April", "/steward")
    await march.move(at("3 April 10:05"))
    assert await sent(march) == []
    (draft,) = await drafts(march, "maya")
    assert "9 April" in str(draft)
    async with march.database.begin() as session:
        await quotes.take_back(session, Actor(march.workspace.id, "U0DINA0000"), quoted, now=march.now)
    await settled(march)
    await march.move(at("9 April 10:05"))
    (message,) = await sent(march)
    assert IDEA in str(message)
    assert "new macros" not in str(message)
