"""Tests of the leader's week end to end: what it tells, when it comes, and that only the leader gets it, once."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.features.weekly.models import LeaderWeek, WeeklyPreferences
from bot.messages.settings import settings_version
from bot.nudges.models import NudgeCheck
from bot.org.availability.working_hours import WorkingHoursPreferences, WorkingHoursSettings
from bot.org.teams.models import Member, Role, Team
from bot.slack.dispatcher import Actor
from bot.workflows import settings as workflows
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import forget_reminders, keep_only_jobs, opt_out_of_shadowing
from tests.handlers.hand_ups.drivers import make_second_team
from tests.handlers.weekly.drivers import (
    ANA,
    JOBS,
    MAYA,
    TOM,
    at,
    be_due,
    changing,
    count,
    log_time,
    spend_the_week,
    thank_everybody,
    type_words,
    weeks,
)  # fmt: skip
from tests.harness import World, opened
from tests.snapshots import Resume


async def test_week_tells_what_the_leader_did_and_what_ends_next(week: World) -> None:
    await spend_the_week(week)
    await week.move(at("7 March 15:29"))
    assert await weeks(week, "maya") == []
    await week.move(at("7 March 15:31"))

    (card,) = await weeks(week, "maya")
    found = await count(week, at("28 February 15:30"), at("7 March 15:30"))
    assert found == {
        "shout-outs": 2, "hand-ups": 1, "one-on-ones": 1, "roadblocks": 1, "promises ahead": 1, "minutes": 120,
        "fun tank": found["fun tank"],
    }  # fmt: skip
    for told in (
        "1 one-on-one", "2 shout-outs given", "1 hand-up answered", "1 roadblock cleared", "*People* 30 min",
        "*Strategy* 1 h 30 min", "Wed 12 Mar: your promise “ask IT about vouchers”", f"{found['fun tank']} out of 100",
    ):  # fmt: skip
        assert told in card["text"]
    assert str(card).count("2 shout-outs given") == 2


async def test_nobody_but_the_leader_sees_the_week(week: World) -> None:
    await spend_the_week(week)
    await week.move(at("7 March 16:00"))

    assert len(await weeks(week, "maya")) == 1
    for name in ("ana", "grace"):
        assert await weeks(week, name) == []
    assert not [each for each in await weeks(week, "tom") if "roadblock" in each["text"] or "promise" in each["text"]]
    assert not [each for each in await week.slack.said("harbour-support", "ana") if "Your week" in each]


async def test_leader_with_nothing_to_tell_gets_no_message_and_keeps_both_nudges_of_the_day(week: World) -> None:
    await thank_everybody(week)
    await be_due(week, ANA, "1 June")
    for time, reserved in (("15:00", at("7 March 0:00").date()), ("18:00", None)):
        await week.move(at(f"7 March {time}"))
        async with week.database.reading() as session:
            check = await session.get_one(NudgeCheck, (week.workspace.id, MAYA))
        assert check.reserved_on == reserved

    assert await weeks(week, "maya") == []


async def test_what_happens_after_the_close_is_told_in_the_next_week(week: World) -> None:
    await log_time(week)
    await week.move(at("7 March 15:45"))
    await type_words(week, "@ana for staying late", word="/shoutout")
    await week.move(at("14 March 15:31"))

    first, second = await weeks(week, "maya")
    assert "shout-out" not in first["text"].partition("For next week")[0]
    assert "1 shout-out given" in second["text"]


@pytest.mark.parametrize(
    ("words", "none_by", "sent_by"),
    [
        ("away on 7 March", "6 March 15:29", "6 March 15:31"),
        ("away 7 March to 14 March", "6 March 15:29", "6 March 15:31"),
        ("away on 7 March from 13:00 to 17:00", "7 March 12:29", "7 March 12:31"),
    ],
)
async def test_leader_who_is_off_on_friday_gets_the_week_before_leaving(
    week: World, words: str, none_by: str, sent_by: str
) -> None:
    await log_time(week)
    await type_words(week, words, word="/steward")
    await week.move(at(none_by))
    assert await weeks(week, "maya") == []
    await week.move(at(sent_by))
    assert len(await weeks(week, "maya")) == 1
    await week.move(at("10 March 12:00"))

    assert len(await weeks(week, "maya")) == 1


async def test_leader_who_takes_tomorrow_off_in_the_afternoon_still_gets_the_week(week: World) -> None:
    await log_time(week)
    await week.move(at("6 March 16:00"))
    await type_words(week, "away tomorrow", word="/steward")
    await week.move(at("6 March 16:05"))

    assert len(await weeks(week, "maya")) == 1


async def test_leader_who_is_away_all_week_gets_no_message(week: World) -> None:
    await log_time(week)
    await week.move(at("7 March 16:00"))
    await log_time(week)
    await type_words(week, "away from 8 March to 16 March", word="/steward")
    await week.move(at("17 March 12:00"))

    assert len(await weeks(week, "maya")) == 1


async def test_week_comes_at_half_past_three_in_the_leaders_own_zone(week: World) -> None:
    await log_time(week)
    await week.slack.do("users", user="maya", tz="America/New_York")
    await week.move(at("7 March 20:29"))
    assert await weeks(week, "maya") == []
    await week.move(at("7 March 20:31"))

    assert len(await weeks(week, "maya")) == 1


async def test_leader_of_an_early_shift_gets_the_week_before_the_shift_ends(week: World) -> None:
    await log_time(week)
    async with changing(week) as maya:
        hours = WorkingHoursPreferences.of(maya)
        hours.model_copy(update={"start": at("1 March 6:00").time(), "end": at("1 March 14:00").time()}).keep(maya)
    await week.move(at("7 March 13:31"))

    assert len(await weeks(week, "maya")) == 1


async def test_leader_of_two_teams_gets_one_week_for_both(week: World) -> None:
    await make_second_team(week, leaders=["maya"], agents=["ana", "ben"])
    await log_time(week)
    await week.move(at("10 March 12:00"))

    (card,) = await weeks(week, "maya")
    assert card["text"].count("*Fun tank for") == 2


async def test_leader_of_two_teams_who_stops_leading_one_on_the_last_day_still_gets_the_week(week: World) -> None:
    await make_second_team(week, leaders=["maya"], agents=["ana", "ben"])
    await log_time(week)
    await week.move(at("7 March 12:00"))
    async with week.database.begin() as session:
        first = await session.scalar(select(Member).where(Member.user_id == MAYA).order_by(Member.id).limit(1))
        assert first
        first.role = Role.AGENT
    await week.move(at("7 March 15:31"))

    (card,) = await weeks(week, "maya")
    assert card["text"].count("*Fun tank for") == 1


async def test_leader_who_turned_the_weekly_summary_off_gets_no_message_but_can_ask_for_it(week: World) -> None:
    await log_time(week)
    async with changing(week) as maya:
        WeeklyPreferences(is_sent=False).keep(maya)
    await week.move(at("7 March 18:00"))

    assert await weeks(week, "maya") == []
    assert "*People* 30 min" in (await type_words(week, "week", word="/steward")).text


async def test_leader_can_ask_for_the_week_so_far_at_any_time_and_it_is_still_sent(week: World) -> None:
    nothing = await type_words(week, "week", word="/steward")
    assert "Nothing to show yet" in nothing.text
    await spend_the_week(week)
    answer = await type_words(week, "week", word="/steward")
    assert "2 shout-outs given" in answer.text
    assert "data_visualization" not in str(answer.ack)
    await week.move(at("7 March 15:31"))

    assert len(await weeks(week, "maya")) == 1


@pytest.mark.parametrize("name", ["ana", "grace"])
async def test_people_who_lead_no_team_are_told_that_the_week_is_for_leaders(week: World, name: str) -> None:
    answer = await type_words(week, "week", word="/steward", name=name)

    assert answer.text.startswith("`/steward week` shows leaders their own week, and you don't lead a team here.")


async def test_leader_who_takes_the_last_afternoon_off_that_morning_gets_the_week_before_leaving(week: World) -> None:
    await log_time(week)
    await week.move(at("7 March 10:00"))
    await type_words(week, "away this afternoon", word="/steward")
    await week.move(at("7 March 11:29"))
    assert await weeks(week, "maya") == []
    await week.move(at("7 March 11:31"))

    assert len(await weeks(week, "maya")) == 1


async def test_leader_who_leaves_on_the_last_afternoon_and_comes_back_gets_the_week_once(week: World) -> None:
    await log_time(week)
    await week.move(at("7 March 14:00"))
    await type_words(week, "away today", word="/steward")
    await week.move(at("7 March 16:00"))
    assert await weeks(week, "maya") == []
    await type_words(week, "back", word="/steward")
    await week.move(at("7 March 16:05"))
    assert len(await weeks(week, "maya")) == 1
    await week.move(at("10 March 12:00"))

    assert len(await weeks(week, "maya")) == 1


async def test_leader_who_moves_west_on_the_last_day_gets_the_week_at_half_past_three_there(week: World) -> None:
    await log_time(week)
    async with changing(week, TOM) as tom:
        WeeklyPreferences(is_sent=False).keep(tom)
    await week.slack.do("users", user="maya", tz="Europe/Berlin")
    await week.move(at("7 March 14:15"))
    await week.slack.do("users", user="maya", tz="Europe/Lisbon")
    await week.move(at("7 March 15:29"))
    assert await weeks(week, "maya") == []
    await week.move(at("7 March 15:31"))

    assert len(await weeks(week, "maya")) == 1


async def test_leader_whose_hours_end_earlier_from_the_last_day_on_gets_the_week_before_they_end(week: World) -> None:
    await log_time(week)
    await week.move(at("7 March 11:00"))
    async with week.database.begin() as session:
        await workflows.change_preferences(
            session, Actor(week.workspace.id, MAYA), WorkingHoursPreferences,
            {"hours.start": "06:00", "hours.end": "14:00"}, now=week.now,
        )  # fmt: skip
    await week.move(at("7 March 13:31"))

    assert len(await weeks(week, "maya")) == 1


async def test_teams_new_working_days_can_make_today_the_last_day_of_its_leaders(week: World) -> None:
    await log_time(week)
    await week.move(at("6 March 12:00"))
    async with week.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        shown = settings_version(WorkingHoursSettings.of(team).model_dump(mode="json"))
        await workflows.change_team_settings(
            session, Actor(week.workspace.id, MAYA), team.id, WorkingHoursSettings, shown,
            {"hours.days": ["0", "1", "2", "3"]}, now=week.now,
        )  # fmt: skip
    await week.move(at("6 March 15:31"))

    assert len(await weeks(week, "maya")) == 1


async def test_week_of_a_night_shift_that_begins_late_comes_when_it_begins(week: World) -> None:
    await log_time(week)
    await week.slack.do("users", user="maya", dnd={"enabled": False})
    async with changing(week) as maya:
        hours = WorkingHoursPreferences.of(maya)
        hours.model_copy(update={"start": at("1 March 23:40").time(), "end": at("1 March 7:00").time()}).keep(maya)
    await week.move(at("7 March 23:59"))

    assert len(await weeks(week, "maya")) == 1


async def test_week_is_one_of_the_two_nudges_of_its_day(week: World) -> None:
    """On Friday morning, the leader is due more nudges than two; one of them has to wait for the week."""
    await spend_the_week(week)
    for number in (1, 2, 3):
        await type_words(week, f"@ana bring list {number} by 7 March", word="/promise")
        await type_words(week, f"the queue {number} is stuck", word="/roadblock", name="ben")
    await week.move(at("7 March 8:00"))
    await forget_reminders(week)
    await week.move(at("7 March 17:00"))

    assert len(await weeks(week, "maya")) == 1
    async with week.database.reading() as session:
        check = await session.get_one(NudgeCheck, (week.workspace.id, MAYA))
    assert (check.day, check.said, check.reserved_on) == (at("7 March 0:00").date(), 2, None)


async def test_week_is_left_out_if_two_nudges_were_sent_before_that_day_became_the_last_working_day(
    week: World,
) -> None:
    await spend_the_week(week)
    for number in (1, 2, 3):
        await type_words(week, f"@ana bring list {number} by 6 March", word="/promise")
        await type_words(week, f"the queue {number} is stuck", word="/roadblock", name="ben")
    await week.move(at("6 March 8:00"))
    await forget_reminders(week)
    await week.move(at("6 March 12:00"))
    async with week.database.reading() as session:
        check = await session.get_one(NudgeCheck, (week.workspace.id, MAYA))
    assert (check.day, check.said) == (at("6 March 0:00").date(), 2)
    await type_words(week, "away tomorrow", word="/steward")
    await week.move(at("10 March 12:00"))

    assert await weeks(week, "maya") == []
    async with week.database.reading() as session:
        assert await session.scalar(select(func.count()).where(LeaderWeek.person_id == MAYA)) == 0


@pytest.mark.long
@pytest.mark.parametrize(("back", "sent"), [("7 March 16:10", 1), ("8 March 10:00", 0)])
async def test_week_that_is_late_is_sent_the_same_day_or_not_at_all(
    resume: Resume, tmp_path: Path, back: str, sent: int
) -> None:
    """The bot is down at 15:30. After an hour it catches up; after a night it leaves the week out."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await keep_only_jobs(world, *JOBS)
        await log_time(world)
        await world.move(at("7 March 12:00"))
    async with opened(tmp_path, world.settings.database_url, at=at(back)) as world:
        await keep_only_jobs(world, *JOBS)
        await world.move(at(back) + timedelta(minutes=5))
        assert len(await weeks(world, "maya")) == sent
        await world.move(at("10 March 12:00"))
        assert len(await weeks(world, "maya")) == sent


@pytest.mark.long
async def test_six_weeks_with_a_clock_change_and_an_outage_are_sent_once_each(resume: Resume, tmp_path: Path) -> None:
    """Lisbon's clocks change on 30 March. The bot is down when the third week closes."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await keep_only_jobs(world, *JOBS)
        for day in ("7 March 15:31", "14 March 15:31", "21 March 14:00"):
            await log_time(world)
            await world.move(at(day))
    async with opened(tmp_path, world.settings.database_url, at=at("21 March 16:20")) as world:
        for day in ("21 March 16:25", "28 March 15:31", "4 April 14:31", "11 April 14:31"):
            await keep_only_jobs(world, *JOBS)
            await world.move(at(day))
            await log_time(world)
        assert len(await weeks(world, "maya")) == 6
        async with world.database.reading() as session:
            sent = select(LeaderWeek.week, func.count()).where(LeaderWeek.person_id == MAYA).group_by(LeaderWeek.week)
            found = [tuple(each) for each in await session.execute(sent.order_by(LeaderWeek.week))]
    assert found == [(f"2031-W{number}", 1) for number in range(10, 16)]
