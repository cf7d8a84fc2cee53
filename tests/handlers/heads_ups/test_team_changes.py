"""Tests of heads-ups of a team whose leaders, time zone or working hours change."""

from sqlalchemy import select

from bot.features.heads_ups import rules
from bot.messages.heads_ups import cards, forms
from bot.messages.settings import people_of, settings_version
from bot.org.availability.working_hours import Day, WorkingHoursSettings
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.slack.dispatcher import Actor
from bot.workflows import members, settings
from bot.workflows.heads_ups.windows import QUESTION
from bot.workflows.rituals import plans
from tests.handlers.drivers import dm, settled
from tests.handlers.hand_ups.drivers import LEADERS
from tests.handlers.heads_ups.drivers import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    WEDNESDAY,
    announce,
    at,
    blocks,
    booked,
    card,
    cover,
    dms,
    move_to,
    press,
    stored,
    submit,
)
from tests.handlers.pulse import forged
from tests.handlers.pulse.drivers import id_of
from tests.handlers.pulse.members import leave
from tests.handlers.rituals.drivers import said
from tests.harness import World

NAMES = ("maya", "tom", "ana", "ben", "chidi", "dina", "eli", "fay")


async def test_hours_of_a_leader_who_leaves_are_freed(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "maya", at(THURSDAY, 9))
    await cover(tuesday, "tom", at(THURSDAY, 10))
    await leave(tuesday, "tom")
    await settled(tuesday)
    assert await booked(tuesday) == [("maya", at(THURSDAY, 9))]
    (rota,) = (each for each in (await card(tuesday))["blocks"] if each["block_id"] == "rota")
    assert "TOM" not in rota["text"]["text"]


async def test_leaders_who_are_left_look_back_if_the_one_who_announced_has_left(seven: World) -> None:
    await announce(seven, "maya")
    await leave(seven, "maya")
    await move_to(seven, at(MONDAY, 10))
    assert await dms(seven, "maya", "is over") == []
    asked = await dm(seven, "tom", "is over")
    other = next(name for name in LEADERS if name not in ("maya", "tom"))
    await press(seven, "tom", cards.REVIEW, asked, channel="bot")
    assert not (await submit(seven, "tom", **{rules.WORDS: "More cover"})).errors
    for name in ("tom", other):
        assert "acts" not in blocks(await dm(seven, name, "is over"))
    replies = await seven.slack.messages_and_replies("harbour-support", "ana")
    assert sum("More cover" in each["text"] for each in replies) == 1
    found = (await stored(seven))[-1]
    said = {rules.WORDS: forged.text("Less cover")}
    await forged.submit(seven, other, found.id, said, callback_id=forms.REVIEW_FORM)
    replies = await seven.slack.messages_and_replies("harbour-support", "ana")
    assert sum("cover" in each["text"] for each in replies) == 1


async def test_card_and_look_back_come_in_the_morning_of_the_new_time_zone_and_hours(tuesday: World) -> None:
    await announce(tuesday)
    first = await card(tuesday)
    await change_hours(tuesday, zone="America/New_York", start="10:00")
    await move_to(tuesday, at(THURSDAY, 14, 55))
    assert (await card(tuesday))["ts"] == first["ts"]
    await move_to(tuesday, at(THURSDAY, 15, 5))
    assert (await card(tuesday))["ts"] != first["ts"]
    async with tuesday.database.reading() as session:
        asks = select(ScheduledJob.due_at).where(ScheduledJob.job == "heads_ups.ask_review")
        assert await session.scalar(asks) == at(MONDAY, 14), "Monday 10:00 in New York, in summer time"


async def change_hours(world: World, *, zone: str, start: str) -> None:
    """Change the team's time zone and hours, with its two forms."""
    maya = Actor(world.workspace.id, await id_of(world, "maya"))
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        people = people_of(team, await membership.members(session, team))
        await members.change_people(
            session, maya, team.id, settings_version(people), people | {"zone": zone}, now=world.now
        )
        hours = WorkingHoursSettings.of(team).model_dump(mode="json")
        await settings.change_team_settings(
            session, maya, team.id, WorkingHoursSettings, settings_version(hours),
            {"hours.start": start, "hours.end": "18:00"}, now=world.now,
        )  # fmt: skip


async def test_question_moves_to_the_next_working_day_if_the_heads_up_is_still_ahead_then(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=MONDAY, from_time="17:00", ritual=[forms.YES])
    await move_to(tuesday, at(WEDNESDAY, 17))
    before = len(await said(tuesday))
    async with tuesday.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        WorkingHoursSettings(days=[Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.FRIDAY]).keep(team)
    await move_to(tuesday, at(THURSDAY, 17))
    assert len(await said(tuesday)) == before
    told = [each["text"] for name in NAMES for each in await dms(tuesday, name, "*Question of the day*")]
    assert not [each for each in told if "is off this time" in each]
    await move_to(tuesday, at(FRIDAY, 12))
    assert len(await said(tuesday)) == before + 1


async def test_question_is_called_off_if_its_day_becomes_a_day_off(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=MONDAY, ritual=[forms.YES])
    await move_to(tuesday, at(WEDNESDAY, 17))
    before = len(await said(tuesday))
    async with tuesday.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        WorkingHoursSettings(days=[Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.FRIDAY]).keep(team)
        assert not [
            day
            for _, day, ritual in await plans.upcoming_runs(session, team, tuesday.now, at(FRIDAY, 9))
            if ritual.slug == QUESTION
        ]
    await move_to(tuesday, at(FRIDAY, 9, 30))
    assert len(await said(tuesday)) == before
    told = [each for name in NAMES for each in await dms(tuesday, name, "*Question of the day*")]
    assert [each for each in told if "is off this time" in each["text"]]
    assert len([each for each in told if "has started" in each["text"]]) == 1
