"""Tests of birthdays, from the form of `/steward me` to the posted card, with and without restarts of the bot."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select

from bot.features.birthdays.nudges import SIGN
from bot.messages import settings as messages
from bot.nudges.models import Nudge, NudgeState
from tests.handlers.drivers import dm, keep_only_jobs, press, settled
from tests.harness import Answer, World, opened
from tests.snapshots import Resume

MONDAY = datetime(2031, 3, 3, 10, tzinfo=UTC)
SATURDAY = "8 March"
"""A birthday on a Saturday: the card opens on Wednesday and is posted on Monday, 10 March."""
CARD = "<@U0ANA00000>'s birthday card"


async def me(world: World, name: str, **values: Any) -> Answer:
    await world.slack.command(name, "me", word="/steward")
    ts = (await world.slack.notes(name))[-1]["ts"]
    action = f"{messages.OPEN_OWN}:birthdays"
    await world.slack.do("actions", user=name, channel="harbour-support", ts=ts, action_id=action)
    answer = await world.slack.submit(name, **{f"birthdays.{key}": value for key, value in values.items()})
    await settled(world)
    return answer


async def in_channel(world: World) -> list[str]:
    return [text for text in await world.slack.said("harbour-support", "ben") if "birthday" in text]


async def all_dms(world: World, name: str) -> str:
    return str([each for each in await world.slack.messages("bot", name) if each.get("bot_id")])


async def test_public_birthday_entered_in_the_form_gets_a_signed_card_across_restarts(
    resume: Resume, tmp_path: Path
) -> None:
    async with resume(at=MONDAY) as world:
        await keep_only_jobs(world, "birthdays")
        wrong = await me(world, "ana", birthday="8 March 1990", birthday_wish="public")
        assert wrong.errors == {"birthdays.birthday": "Leave out the year. I only keep the day and month."}
        saved = await world.slack.submit("ana", **{"birthdays.birthday": SATURDAY, "birthdays.birthday_wish": "public"})
        assert "Saved" in str(saved.ack)
        await world.move(timedelta(days=1))
        for name in ("maya", "ben"):
            assert "birthday" not in await all_dms(world, name)
    async with opened(tmp_path, world.settings.database_url) as world:
        await world.move(timedelta(days=1))
        for name in ("maya", "ben"):
            assert "*Monday, 10 March*" in (await dm(world, name, CARD))["text"]
        assert "birthday" not in await all_dms(world, "ana")
        assert "birthday" not in await all_dms(world, "grace")
        await press(world, "ben", await dm(world, "ben", CARD), "birthdays:sign")
        signed = await world.slack.submit("ben", words="You make <us> calm, says @Eli")
        assert "I'll post the card in <#C0HARBOURS> on Monday, 10 March." in str(signed.ack)
        await settled(world)
        await dm(world, "ben", "Done.")
        await world.slack.do("home/open", user="ben")
        await settled(world)
        home = (await world.slack.look("home", user="ben"))["view"]["id"]
        await world.slack.do("actions", user="ben", view_id=home, action_id="birthdays:sign", value="0:1")
        assert "You make <us> calm, says @eli" in str((await world.slack.views("ben"))[-1])
        assert await in_channel(world) == []
    async with opened(tmp_path, world.settings.database_url) as world:
        await world.move(datetime(2031, 3, 10, 10, 5, tzinfo=UTC))
        expected = ":birthday: Happy belated birthday, <@U0ANA00000>! (It was on Saturday, 8 March.)"
        assert await in_channel(world) == [f"{expected}\n<@U0BEN00000>: You make &lt;us&gt; calm, says <@U0ELI00000>"]
    async with opened(tmp_path, world.settings.database_url) as world:
        await world.move(timedelta(days=3))
        assert len(await in_channel(world)) == 1
        assert "birthday" not in await all_dms(world, "ana")
        ended = await world.slack.do(
            "actions", user="maya", channel="bot",
            ts=(await dm(world, "maya", CARD))["ts"], action_id="birthdays:sign", value="0:1",
        )  # fmt: skip
        assert ended


async def test_private_birthday_gets_a_dm_that_nobody_else_sees(resume: Resume, tmp_path: Path) -> None:
    async with resume(at=MONDAY) as world:
        await keep_only_jobs(world, "birthdays")
        await me(world, "eli", birthday="March 5th", birthday_wish="private")
        await world.move(datetime(2031, 3, 5, 14, 1, tzinfo=UTC))
        await dm(world, "eli", "Happy birthday! Only you can see this.")
        await world.move(timedelta(days=5))

        assert (await all_dms(world, "eli")).count(
            "'text': ':birthday: Happy birthday! Only you can see this.', 'blocks"
        ) <= 1
        assert await in_channel(world) == []
        for name in ("maya", "ben"):
            assert "birthday" not in await all_dms(world, name)


async def test_birthday_entered_on_the_day_is_posted_the_same_day(resume: Resume, tmp_path: Path) -> None:
    async with resume(at=MONDAY + timedelta(hours=2)) as world:
        await me(world, "ana", birthday="3 March", birthday_wish="public", began_on="2029-03-03")
        await world.move(timedelta(minutes=1))

        assert await in_channel(world) == [":birthday: Happy birthday, <@U0ANA00000>!"]
        assert "work anniversary" not in str(await world.slack.said("harbour-support", "ben"))
        await me(world, "ana", anniversary_wish="public")
        await world.move(timedelta(minutes=1))
        assert ":seedling: Happy work anniversary, <@U0ANA00000>! 2 years here." in str(
            await world.slack.said("harbour-support", "ben")
        )


async def test_home_shows_a_birthday_card_to_teammates_but_not_to_its_recipient(resume: Resume) -> None:
    async with resume(at=MONDAY) as world:
        await me(world, "ana", birthday="5 March", birthday_wish="public")
        homes = {}
        for name in ("ana", "ben"):
            await world.slack.do("home/open", user=name)
            await settled(world)
            homes[name] = str(await world.slack.look("home", user=name))

        assert "birthdays:sign" in homes["ben"]
        assert "birthdays:sign" not in homes["ana"]


async def test_two_birthday_cards_share_one_nudge_and_each_is_on_home_once(resume: Resume) -> None:
    async with resume(at=MONDAY) as world:
        await keep_only_jobs(world, "birthdays")
        for name in ("ana", "eli"):
            await me(world, name, birthday="5 March", birthday_wish="public")
        await world.move(timedelta(days=1))
        card = await dm(world, "ben", "birthday card")
        nudge = await nudge_of(world)
        assert [row["person"] for row in nudge.facts["rows"]] == ["U0ANA00000", "U0ELI00000"]
        assert len(await sign_buttons_on_home(world)) == 2

        await press(world, "ben", card, "birthdays:sign")
        await world.slack.submit("ben", words="For Ana")
        await settled(world)
        nudge = await nudge_of(world)
        assert (nudge.state, list(nudge.facts["answers"])) == (
            NudgeState.SAID,
            [str(nudge.facts["rows"][0]["occasion"])],
        )
        view_id = (await world.slack.look("home", user="ben"))["view"]["id"]
        value = f"0:{nudge.facts['rows'][1]['occasion']}"
        await world.slack.do("actions", user="ben", view_id=view_id, action_id="birthdays:sign", value=value)
        await world.slack.submit("ben", words="For Eli")
        await settled(world)
        assert (await nudge_of(world)).state == NudgeState.DONE
        assert len(await sign_buttons_on_home(world)) == 2


async def nudge_of(world: World) -> Nudge:
    async with world.database.reading() as session:
        theirs = select(Nudge).where(Nudge.kind == SIGN, Nudge.person_id == "U0BEN00000")
        return (await session.scalars(theirs)).one()


async def sign_buttons_on_home(world: World) -> list[str]:
    """Return the values of the buttons on Ben's Home tab that sign a card."""
    await world.slack.do("home/open", user="ben")
    await settled(world)
    blocks = (await world.slack.look("home", user="ben"))["view"]["blocks"]
    found = [each.get("accessory", {}) for each in blocks]
    return [each["value"] for each in found if each.get("action_id") == "birthdays:sign"]
