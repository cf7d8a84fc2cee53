"""Tests of the end of `/steward me`: stop what one has agreed to, and get one's data as a file."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.birthdays.settings import BirthdayPreferences, Wish
from bot.features.personal_exports import PersonalExport
from bot.features.rituals.settings import RitualPreferences
from bot.features.shoutouts.settings import Settings, ShoutoutPreferences
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.messages import my_data as messages
from bot.messages import personal_exports
from bot.messages.settings import OPEN_OWN
from bot.nudges.hours import NO_ANSWERS, HourPreferences
from bot.nudges.models import Nudge, NudgeCheck, NudgeState
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import common
from bot.scheduler.models import ScheduledJob
from bot.slack.dispatcher import Actor
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing
from bot.workflows import my_data
from bot.workflows.personal_exports import SEND
from tests.conftest import TUESDAY
from tests.handlers.drivers import settled
from tests.handlers.followups.drivers import press_note
from tests.handlers.hard_contacts.drivers import raise_contact
from tests.handlers.spikes.test_overview import file_of
from tests.harness import World

HOSTILE = '=HYPERLINK("http://evil") <!channel> *bold* \u202egnp'
SHOWN = '=HYPERLINK("http://evil") @channel *bold* gnp #empathy'


async def open_me(world: World, name: str) -> str:
    return str((await world.slack.command(name, "me", word="/steward")).ack)


async def export(world: World, name: str) -> tuple[Any, str]:
    """Press *Export my data*, and return the file for programs and the text."""
    await open_me(world, name)
    await press_note(world, name, messages.EXPORT)
    await settled(world)
    return read(await file_of(world, name))


def read(archive: bytes) -> tuple[Any, str]:
    with zipfile.ZipFile(io.BytesIO(archive)) as files:
        assert files.namelist() == [personal_exports.DATA_FILE, personal_exports.TEXT_FILE]
        return json.loads(files.read(personal_exports.DATA_FILE)), files.read(personal_exports.TEXT_FILE).decode()


async def thank(world: World) -> None:
    await world.slack.command("maya", "private @ana for the hard call")
    await world.slack.command("ana", f"@ben @chidi for {HOSTILE} #empathy")
    await world.slack.command("ben", "@chidi for lunch")
    await settled(world)


async def test_export_has_what_a_person_wrote_and_what_was_said_to_them(tuesday: World) -> None:
    await thank(tuesday)
    await raise_contact(tuesday, "ana", "maya")
    data, text = await export(tuesday, "ana")

    reasons = [each["reason"] for each in data["data"]["shout-outs"]["shoutouts"]]
    assert reasons[-2:] == ["for the hard call", SHOWN]
    assert data["person"] == {"id": "U0ANA00000", "name": "ana", "zone": "Europe/Lisbon"}
    assert "From: maya\n" in text
    assert "To: ben, chidi\n" in text
    assert "Tuesday, 4 March 2031, 10:30" in text
    assert "A hard contact that you had\n" in text
    assert "Leader: maya\n" in text


async def test_export_has_nothing_that_colleagues_said_to_each_other(tuesday: World) -> None:
    await thank(tuesday)
    await tuesday.slack.command("ana", "@maya @ben for help")
    await raise_contact(tuesday, "ana", "maya")
    data, text = await export(tuesday, "ben")

    assert "lunch" in text
    assert "the hard call" not in str(data) + text
    assert "hard contact" not in text
    given = next(each for each in data["data"]["shout-outs"]["shoutouts"] if each["reason"] == "help")
    assert "receivers" not in given


async def test_hostile_text_is_readable_and_harmless(tuesday: World) -> None:
    await thank(tuesday)
    _, text = await export(tuesday, "ana")

    assert f"For: {SHOWN}\n" in text
    assert "\u202e" not in text
    assert "<@U" not in text


async def test_export_is_sent_once_a_day_and_deleted_from_slack_later(tuesday: World) -> None:
    await export(tuesday, "ana")
    await open_me(tuesday, "ana")
    await press_note(tuesday, "ana", messages.EXPORT)
    await settled(tuesday)
    assert common.daily_limit(1) in str(await tuesday.slack.notes("ana"))
    await settled(tuesday)
    async with tuesday.database.reading() as session:
        (days,) = await session.scalars(select(Outgoing.days_in_slack).where(Outgoing.days_in_slack.is_not(None)))
        assert days == outbox.DAYS_IN_SLACK
        assert (await session.scalars(select(PersonalExport))).all() == []
    await tuesday.move(timedelta(days=1))
    await open_me(tuesday, "ana")
    await press_note(tuesday, "ana", messages.EXPORT)
    await settled(tuesday)
    assert len(await tuesday.slack.calls("files.completeUploadExternal")) == 2


async def test_export_that_was_asked_for_before_a_crash_is_sent_by_the_next_nights_job(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        session.add(PersonalExport(tuesday.workspace.id, "U0ANA00000", tuesday.now))
        await session.execute(delete(ScheduledJob).where(ScheduledJob.job == SEND, ScheduledJob.recurrence.is_(None)))
    await tuesday.move(timedelta(days=1))
    await settled(tuesday)
    assert len(await tuesday.slack.calls("files.completeUploadExternal")) == 1


async def test_export_that_fails_half_way_leaves_nothing_and_is_sent_once_by_the_retry(
    tuesday: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    put = outbox.file

    async def put_and_fail(session: AsyncSession, **what: Any) -> None:
        await put(session, **what)
        raise ConnectionError("cut off")

    monkeypatch.setattr(outbox, "file", put_and_fail)
    await open_me(tuesday, "ana")
    await press_note(tuesday, "ana", messages.EXPORT)
    await settled(tuesday)
    async with tuesday.database.reading() as session:
        assert (await session.scalars(select(PersonalExport.person_id))).all() == ["U0ANA00000"]
        assert (await session.scalars(select(Outgoing).where(Outgoing.days_in_slack.is_not(None)))).all() == []
    monkeypatch.undo()
    await tuesday.move(timedelta(minutes=10))
    await settled(tuesday)
    async with tuesday.database.reading() as session:
        assert (await session.scalars(select(PersonalExport.person_id))).all() == []
    assert len(await tuesday.slack.calls("files.completeUploadExternal")) == 1


async def choose(world: World, name: str, *chosen: Any) -> None:
    async with world.database.begin() as session:
        person = (await session.scalars(select(Person).where(Person.name == name))).one()
        for each in chosen:
            each.keep(person)


async def preferences(world: World, name: str) -> dict[str, Any]:
    async with world.database.reading() as session:
        found = (await session.scalars(select(Person).where(Person.name == name))).one()
        return dict(found.settings)


async def test_each_consent_can_be_stopped_alone(tuesday: World) -> None:
    dates = BirthdayPreferences(birthday="14 March", birthday_wish=Wish.PUBLIC, began_on=None)
    await choose(tuesday, "ana", dates, ShadowingPreferences(asked=Asked.ASK_ME), HourPreferences(is_learned=True))
    before = await open_me(tuesday, "ana")
    assert all(f"{messages.STOP}:{name}" in before for name in my_data.CONSENTS if name != messages.ANNIVERSARY)
    await press_note(tuesday, "ana", f"{messages.STOP}:{messages.BIRTHDAY}")
    await settled(tuesday)

    stored = await preferences(tuesday, "ana")
    assert stored["birthdays"] == {"birthday": "14 March"}
    after = await open_me(tuesday, "ana")
    assert messages.AGREED[messages.BIRTHDAY] not in after
    assert messages.AGREED[messages.VISITS] in after


async def test_listening_is_listed_and_can_be_stopped_where_a_team_listens(tuesday: World) -> None:
    assert messages.AGREED[messages.LISTEN] not in await open_me(tuesday, "ana")
    async with tuesday.database.begin() as session:
        for team in await session.scalars(select(Team)):
            Settings.of(team).model_copy(update={"listens": True}).keep(team)
    assert messages.AGREED[messages.LISTEN] in await open_me(tuesday, "ana")
    await press_note(tuesday, "ana", f"{messages.STOP}:{messages.LISTEN}")
    await settled(tuesday)

    assert messages.AGREED[messages.LISTEN] not in await open_me(tuesday, "ana")
    for name in ("ana", "chidi"):
        await tuesday.slack.do("messages", user=name, channel="harbour-support", text="thanks @ben that saved my day")
    await settled(tuesday)
    offers = [str(await tuesday.slack.said("bot", name)).count("You just thanked") for name in ("ana", "chidi")]
    assert offers == [0, 1]


async def test_snoozed_offer_does_not_come_back_once_listening_is_stopped(session: AsyncSession, team: Team) -> None:
    soon = TUESDAY + timedelta(days=1)
    offer = Nudge(
        team.workspace_id, team.id, "UANA", kind=my_data.LISTENING[0], about="C1:1.0", facts={"people": ["UBEN"]},
        card="nudges:1", said_at=TUESDAY, ends_at=soon, state=NudgeState.SNOOZED, again_at=soon,
    )  # fmt: skip
    session.add(offer)
    await session.flush()
    await my_data.stop(session, Actor(team.workspace_id, "UANA"), messages.LISTEN, now=TUESDAY)

    assert offer.state == NudgeState.MUTED


@pytest.mark.parametrize(
    ("name", "model", "value"),
    [
        (messages.VISITS, ShadowingPreferences, {"asked": "rather not"}),
        (messages.THANKS, ShoutoutPreferences, {"announce": "private"}),
        (messages.HOST, RitualPreferences, {"hosting": "rather not"}),
        (messages.COFFEE, RitualPreferences, {"coffee": "rather not"}),
    ],
)
async def test_stopped_consent_is_stored_and_no_longer_listed(
    tuesday: World, name: str, model: type[ShadowingPreferences], value: dict[str, str]
) -> None:
    async with tuesday.database.begin() as session:
        await session.execute(update(Person).where(Person.name == "ana").values(settings={}))
    await open_me(tuesday, "ana")
    await press_note(tuesday, "ana", f"{messages.STOP}:{name}")
    await settled(tuesday)

    assert (await preferences(tuesday, "ana"))[model.feature] == value
    assert messages.STOPPED[name] in str(await tuesday.slack.notes("ana"))
    assert messages.AGREED[name] not in await open_me(tuesday, "ana")


async def hours_of(world: World, name: str) -> list[int] | None:
    async with world.database.reading() as session:
        return (await session.get_one(NudgeCheck, (world.workspace.id, f"U0{name.upper():0<8}"))).hours


async def agree_to_count(world: World, name: str, *answer: str) -> None:
    """Fill in the form *Your reminders* in `/steward me`."""
    await open_me(world, name)
    await press_note(world, name, f"{OPEN_OWN}:{HourPreferences.feature}")
    saved = await world.slack.submit(name, **{f"{HourPreferences.feature}.is_learned": [*answer]})
    assert "Saved *Your reminders*" in str(saved.ack)


async def test_hours_of_answers_are_kept_for_oneself_and_until_one_stops(tuesday: World) -> None:
    await agree_to_count(tuesday, "maya", "yes")
    assert await hours_of(tuesday, "maya") == [*NO_ANSWERS]
    assert await hours_of(tuesday, "tom") is None
    assert messages.AGREED[messages.HOURS] in await open_me(tuesday, "maya")

    counts = [*NO_ANSWERS]
    counts[14] = 9
    async with tuesday.database.begin() as session:
        await session.execute(update(NudgeCheck).where(NudgeCheck.hours.is_not(None)).values(hours=counts))
    data, text = await export(tuesday, "maya")
    assert data["data"]["hours of answers"] == {"nudge_checks": [{"person_id": "U0MAYA0000", "hours": counts}]}
    assert "When you answer reminders" in text
    assert "hours of answers" not in (await export(tuesday, "tom"))[0]["data"]

    await open_me(tuesday, "maya")
    await press_note(tuesday, "maya", f"{messages.STOP}:{messages.HOURS}")
    await settled(tuesday)
    assert await hours_of(tuesday, "maya") is None
    assert messages.STOPPED[messages.HOURS] in str(await tuesday.slack.notes("maya"))
    assert messages.AGREED[messages.HOURS] not in await open_me(tuesday, "maya")
    await agree_to_count(tuesday, "maya", "yes")
    await agree_to_count(tuesday, "maya")
    assert await hours_of(tuesday, "maya") is None
