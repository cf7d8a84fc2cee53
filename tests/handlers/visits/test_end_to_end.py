"""Tests of a visit from the morning offer to a kept promise, with and without restarts of the bot."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.features.fun_tank.models import PrivateEntry
from bot.meetings.models import State
from tests.handlers.drivers import dm, keep_only_jobs, press, settled
from tests.handlers.visits.drivers import (
    MONDAY,
    OFFER,
    QUESTION,
    asked,
    eight_days,
    host_of,
    latest,
    over,
    planned,
    texts,
    visits,
)
from tests.harness import World, opened
from tests.snapshots import Resume

pytestmark = pytest.mark.on_the_wire


async def test_visit_is_offered_planned_debriefed_and_its_promise_kept(tuesday: World) -> None:
    visit = await asked(tuesday)
    host = host_of(visit)
    sponsor_card = await dm(tuesday, "grace", "I'll tell you when someone says yes")
    assert visit.attendee_id not in str(sponsor_card)
    assert visit.state == State.REQUESTED
    await press(tuesday, host, await dm(tuesday, host, QUESTION), "meetings:yes")
    await settled(tuesday)

    visit = await latest(tuesday)
    assert visit.state == State.PLANNED
    await dm(tuesday, "grace", f"hosted by <@{visit.attendee_id}>, *")
    await dm(tuesday, host, "is sitting with you, *")
    assert "is visiting <#C0HARBOURS>" in (await dm(tuesday, "maya", "is visiting <#"))["text"]
    for name in ("grace", host):
        await dm(tuesday, name, "visit.ics")

    await tuesday.move(visit.starts_at - timedelta(minutes=10))
    await dm(tuesday, "grace", "you're visiting <#C0HARBOURS> at")
    await dm(tuesday, host, "Nothing to prepare, just work as usual")

    await tuesday.move(visit.span[1] + timedelta(minutes=16))
    await press(tuesday, "grace", await dm(tuesday, "grace", "Three questions (3 minutes)"), "visits:debrief")
    today = f"{tuesday.now:%Y-%m-%d}"
    bare = await tuesday.slack.submit("grace", in_the_way="two logins a call", due=today)
    assert bare.errors == {
        "themes": "Please pick a theme for what gets in the way. I only count themes. Nobody else sees your text."
    }
    soon = await tuesday.slack.submit("grace", in_the_way="two logins", themes=["tools"], will_do="one", due=today)
    assert soon.errors == {"due": "Pick a date after today."}
    due = tuesday.now + timedelta(days=7)
    kept = await tuesday.slack.submit(
        "grace", works="they help each other", in_the_way="two logins a call", themes=["tools", "strain"],
        will_do="ask for one login with @tom", due=f"{due:%Y-%m-%d}",
    )  # fmt: skip
    assert [block["block_id"] for block in kept.ack["view"]["blocks"]] == ["saved"]
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.MET
    await dm(tuesday, "grace", ":white_check_mark: Thanks for visiting the team.")
    await dm(tuesday, host, "Thanks for hosting.")
    await tuesday.move(timedelta(days=1))
    promise = await dm(tuesday, "maya", "ask for one login with <@U0TOM00000>")
    assert "promised the team this by" in promise["text"]
    assert "help each other" not in await texts(tuesday, "maya")
    await press(tuesday, "grace", await dm(tuesday, "grace", "Thanks for visiting the team."), "visits:read")
    shown = str((await tuesday.slack.views("grace"))[-1])
    assert "two logins a call" in shown
    assert "Stress and too few breaks, Tools and logins" in shown
    assert "ask for one login" in shown

    await tuesday.move(timedelta(days=6))
    await press(tuesday, "grace", await dm(tuesday, "grace", "You promised <#C0HARBOURS> this"), "followups:answer")
    await dm(tuesday, "grace", "Done.")
    await settled(tuesday)
    done = await dm(tuesday, "maya", "ask for one login")
    assert promise["ts"] not in [each["ts"] for each in await tuesday.slack.messages("bot", "maya")]
    await press(tuesday, "maya", done, "followups:confirm")
    await settled(tuesday)
    async with tuesday.database.reading() as session:
        assert (await session.scalars(select(PrivateEntry.amount))).all() == [3]
    assert "one login" not in await texts(tuesday, "ben")


@pytest.mark.long
async def test_visit_continues_after_restarts_of_the_bot(resume: Resume, tmp_path: Path) -> None:
    async with resume(eight_days, at=MONDAY) as world:
        first = await asked(world)
    url = world.settings.database_url
    async with opened(tmp_path, url) as world:
        host = host_of(first)
        await press(world, host, await dm(world, host, QUESTION), "meetings:yes")
        await settled(world)
    async with opened(tmp_path, url) as world:
        await world.move(first.span[1] + timedelta(minutes=16))
        await dm(world, host, "Nothing to prepare, just work as usual")
        await dm(world, "grace", "Three questions (3 minutes)")
        assert (await texts(world, "grace")).count("'name': 'visit.ics'") == 1


@pytest.mark.long
async def test_sponsor_is_asked_twice_for_the_debrief_of_a_visit(tuesday: World) -> None:
    await over(tuesday)
    await dm(tuesday, "grace", "Three questions (3 minutes)")
    await tuesday.move(timedelta(days=1))
    await dm(tuesday, "grace", "I won't ask again")
    await tuesday.move(timedelta(days=3))
    await dm(tuesday, "grace", "If it did after all")
    assert (await latest(tuesday)).state == State.MISSED

    await visits(tuesday, "grace", "done")
    await tuesday.slack.submit("grace", works="they laugh together")
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.MET


@pytest.mark.long
async def test_next_visit_is_offered_a_month_later_with_another_host(tuesday: World) -> None:
    visit = await over(tuesday)
    await press(tuesday, "grace", await dm(tuesday, "grace", "Three questions"), "visits:debrief")
    await tuesday.slack.submit("grace", works="they help each other")
    await settled(tuesday)
    before = str(await tuesday.slack.said("bot", "grace")).count(OFFER)
    await keep_only_jobs(tuesday, "visits", "meetings", "nudges")
    await tuesday.move(timedelta(days=25))
    assert str(await tuesday.slack.said("bot", "grace")).count(OFFER) == before

    await tuesday.move(timedelta(days=4))
    assert str(await tuesday.slack.said("bot", "grace")).count(OFFER) == before + 1
    assert (await asked(tuesday)).attendee_id != visit.attendee_id


async def test_debrief_of_a_visit_is_encrypted_in_the_database(tuesday: World) -> None:
    await over(tuesday)
    await press(tuesday, "grace", await dm(tuesday, "grace", "Three questions"), "visits:debrief")
    await tuesday.slack.submit(
        "grace", works="she sings", in_the_way="she is afraid", themes=["strain"], will_do="call her", due="2031-06-12"
    )
    async with tuesday.database.reading() as session:
        for table in ("meetings", "visit_debriefs", "theme_sightings", "nudges", "outbox", "scheduled_jobs"):
            rows = str([dict(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).mappings()])
            assert not [word for word in ("sings", "afraid", "call her") if word in rows]


async def test_moved_visit_has_to_be_accepted_and_calendars_are_updated(tuesday: World) -> None:
    first = await planned(tuesday)
    host = host_of(first)
    await press(tuesday, "grace", await dm(tuesday, "grace", ":busts_in_silhouette:"), "meetings:other_time")
    await tuesday.slack.submit("grace", day="2031-03-18", time="15:00")
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.REQUESTED

    await tuesday.move(timedelta(hours=20))
    await press(tuesday, host, await dm(tuesday, host, "suggests *Tuesday, 18 March"), "meetings:yes")
    await settled(tuesday)
    second = await latest(tuesday)
    assert (second.id, second.state) == (first.id, State.PLANNED)
    for name in ("grace", host):
        assert (await texts(tuesday, name)).count("'name': 'visit.ics'") == 3
