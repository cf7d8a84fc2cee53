"""Giving shout-outs: limits, undo, refusals, encryption and names."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features import shoutouts
from bot.features.shoutouts import queries
from bot.features.shoutouts.models import Credit, Manner, Shoutout
from bot.features.shoutouts.rules import MOST_RECEIVERS, RECEIVERS
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.workflows.shoutouts import change, postponement
from bot.workflows.shoutouts import give as shoutouts_give
from tests.conftest import TUESDAY

MAYA = Actor("T1", "UMAYA")
VALUES = ["empathy", "Craft"]


async def give(
    session: AsyncSession, team: Team, *, now: datetime = TUESDAY, message: str = "m", **how: object
) -> Shoutout:
    how = {"receivers": ["UANA"], "reason": "for staying calm"} | how
    return await shoutouts_give.give(session, team, "UMAYA", source=message, now=now, **how)  # type: ignore[arg-type]


async def test_daily_limit_of_five_resets_at_midnight_in_the_givers_zone(session: AsyncSession, team: Team) -> None:
    late = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)  # 23:30 in Lisbon
    given = [await give(session, team, now=late, message=f"m{number}") for number in range(6)]
    after = await give(session, team, now=late + timedelta(minutes=31), message="next day")

    assert [shoutout.is_given for shoutout in given] == [True] * 5 + [False]
    assert after.is_given


async def test_given_shoutout_is_loaded_with_all_its_columns(session: AsyncSession, team: Team) -> None:
    given = await give(session, team)

    assert not inspect(given).unloaded
    assert given not in session.dirty


async def test_undone_shoutout_does_not_count_against_the_daily_limit(session: AsyncSession, team: Team) -> None:
    given = [await give(session, team, message=f"m{number}") for number in range(5)]
    assert await change.undo(session, MAYA, given[0].id, now=TUESDAY)
    await session.flush()

    assert (await give(session, team, message="again")).is_given


async def test_only_the_giver_can_undo_and_only_for_ten_minutes(session: AsyncSession, team: Team) -> None:
    given = await give(session, team)

    with pytest.raises(Refusal, match="Only the person who gave"):
        await change.undo(session, Actor("T1", "UANA"), given.id, now=TUESDAY)
    with pytest.raises(Refusal, match="ten minutes"):
        await change.undo(session, MAYA, given.id, now=TUESDAY + timedelta(minutes=10))
    assert await change.undo(session, MAYA, given.id, now=TUESDAY + timedelta(minutes=9))
    assert not (await session.scalars(select(Credit))).all()
    assert not await change.undo(session, MAYA, given.id, now=TUESDAY + timedelta(minutes=9))


@pytest.mark.parametrize(
    ("receivers", "sentence"),
    [
        ([], "Who do you want"),
        (["UMAYA"], "thank yourself"),
        (["UANA", "UMAYA"], "thank yourself"),
        (["UBOT"], "@steward is a bot"),
        (["UGONE"], "@gil has left"),
        (["UNOBODY"], "one of these people"),
        ([f"U{number}" for number in range(MOST_RECEIVERS + 1)], "Name 20 at most"),
    ],
)
async def test_invalid_receivers_are_refused_with_a_reason(
    session: AsyncSession, team: Team, receivers: list[str], sentence: str
) -> None:
    with pytest.raises(Refusal, match=sentence) as refused:
        await give(session, team, receivers=receivers)

    assert refused.value.field == RECEIVERS


async def test_postponed_shoutout_counts_against_the_limit_of_the_day_it_is_sent(
    session: AsyncSession, team: Team
) -> None:
    for number in range(5):
        await give(session, team, message=f"m{number}")
    offered = await give(session, team, message="sixth")
    until = await postponement.postpone(session, MAYA, offered.id, now=TUESDAY)
    await postponement.give_postponed(session, "T1", offered.id, now=until)

    assert offered.is_given
    assert str(offered.given_on) == "2026-11-18"
    with pytest.raises(Refusal, match="already been sent"):
        await postponement.postpone(session, MAYA, offered.id, now=until)


async def test_offers_to_postpone_a_shoutout_are_pruned_if_nobody_accepts(session: AsyncSession, team: Team) -> None:
    for number in range(7):
        await give(session, team, message=f"m{number}")
    later = TUESDAY + timedelta(days=8)

    assert await personal_data.prune(session, "T1", now=later, limit=10) == 2
    assert len((await session.scalars(select(Shoutout))).all()) == 5


@pytest.mark.parametrize(
    ("now", "first"),
    [
        ("2026-11-17T12:00+00:00", "2026-11-11T00:00+00:00"),
        ("2026-11-17T00:00+00:00", "2026-11-11T00:00+00:00"),
        ("2026-10-27T12:00+00:00", "2026-10-20T23:00+00:00"),
    ],
)
def test_shoutouts_of_the_last_seven_days_include_today_in_the_teams_time_zone(
    team: Team, now: str, first: str
) -> None:
    assert queries.week_before(team, datetime.fromisoformat(now)) == datetime.fromisoformat(first)


async def test_list_of_shoutouts_in_a_period_excludes_the_end_of_the_period(database: Database, team: Team) -> None:
    async with database.begin() as session:
        for day in range(3):
            await give(session, team, now=TUESDAY + timedelta(days=day), message=f"m{day}")
        week, _ = await queries.given_between(session, team, TUESDAY, TUESDAY + timedelta(days=2))

    assert [shoutout.message for shoutout in week] == ["m0", "m1"]


async def test_number_of_undone_shoutouts_per_day_is_limited(session: AsyncSession, team: Team) -> None:
    given = []
    for number in range(12):
        act = await give(session, team, message=f"m{number}")
        given.append(act.is_given)
        if act.is_given:
            await change.undo(session, MAYA, act.id, now=TUESDAY)

    assert given == [True] * 5 + [False] * 7
    assert (await give(session, team, message="next", now=TUESDAY + timedelta(days=1))).is_given


SECRET = "the way you told her #empathy"


async def raw(session: AsyncSession) -> list[str]:
    """Return the reasons of all shout-outs as stored in the table."""
    await session.flush()
    return list((await session.execute(text("SELECT reason FROM shoutouts ORDER BY id"))).scalars())


@pytest.mark.parametrize("is_private", [True, False])
async def test_only_private_reasons_of_shoutouts_are_encrypted(
    session: AsyncSession, team: Team, *, is_private: bool
) -> None:
    act = await give(session, team, reason=SECRET, manner=Manner(is_private=is_private))
    (kept,) = await raw(session)
    await session.refresh(act)

    assert act.reason == SECRET
    assert (SECRET in kept) is not is_private


async def test_private_reason_of_a_shoutout_stays_encrypted_when_edited(session: AsyncSession, team: Team) -> None:
    act = await give(session, team, reason=SECRET, manner=Manner(is_private=True))
    await change.correct_value(session, MAYA, act.id, wrong="empathy", right="craft", now=TUESDAY)
    act.reason += " and more"
    (kept,) = await raw(session)
    await session.refresh(act)

    assert act.reason == "the way you told her #craft and more"
    assert "told her" not in kept


async def test_reason_is_encrypted_when_a_shoutout_becomes_private(session: AsyncSession, team: Team) -> None:
    act = await give(session, team, reason=SECRET)
    act.is_private = True

    assert SECRET not in (await raw(session))[0]


@pytest.mark.parametrize("is_private", [True, False])
async def test_undoing_a_shoutout_erases_its_reason(session: AsyncSession, team: Team, *, is_private: bool) -> None:
    act = await give(session, team, reason=SECRET, manner=Manner(is_private=is_private))
    await change.undo(session, MAYA, act.id, now=TUESDAY)

    assert (await raw(session), act.values) == ([""], [])


HOSTILE = "<!channel> & <https://evil.example|click>"


@pytest.mark.parametrize("what", ["is_bot", "has_left", "is_stranger"])
async def test_name_in_the_refusal_of_a_shoutout_is_escaped(session: AsyncSession, team: Team, what: str) -> None:
    session.add(Person("T1", "UEVIL", HOSTILE, **{what: True}))  # type: ignore[arg-type]
    await session.flush()
    with pytest.raises(Refusal) as refused:
        await give(session, team, receivers=["UEVIL"])

    assert "@&lt;!channel&gt; &amp; &lt;https" in refused.value.sentence


@pytest.mark.parametrize("name", ["channel", "here", "Everyone", "ana"])
def test_person_named_like_a_group_mention_notifies_nobody(name: str) -> None:
    shown = Person("T1", "UEVIL", name).shown

    assert shown == (f"@{name}" if name == "ana" else f"@\u2060{name}")


def test_no_feature_or_workflow_puts_an_unescaped_name_into_a_sentence() -> None:
    bot = Path(shoutouts.__file__).parents[2]
    files = [*(bot / "features").rglob("*.py"), *(bot / "workflows").rglob("*.py")]
    lines = [line for file in files for line in file.read_text().splitlines()]

    assert not [line for line in lines if re.search(r"@\{[^}]*name\}", line)]
