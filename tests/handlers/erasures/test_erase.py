"""Tests of *Erase my data*, from the form to the last line, with the bot and Slack running."""

import io
import zipfile
from collections import Counter
from datetime import timedelta

import pytest
import structlog
from sqlalchemy import select

from bot.db import erased_mentions, erased_rows
from bot.db.erased_rows import Erased
from bot.db.models import table
from bot.messages import erasures as messages
from bot.org.erasures import Step
from bot.org.people import WAS_ERASED, Person
from bot.org.teams.models import Member, Role, Team
from bot.org.workspaces import Address
from bot.refusals import common
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing
from bot.slack.post import Post
from bot.workflows import exports, personal_exports
from tests.handlers.drivers import settled
from tests.handlers.erasures import places
from tests.handlers.erasures.drivers import ANA, compact, evidence, fill, finish, only_erasure, running
from tests.handlers.followups.drivers import channel_cards, press_card, type_roadblock
from tests.harness import World

SENTENCES = [
    "the printer in the hall jams every single morning",
    "we could answer refunds from one shared template",
    "a customer shouted at me for ten whole minutes",
    "macros for the tariff change would save us hours",
    "I would like to talk about the night shift rota",
    "the password form loses what customers have typed in",
]


MIN_SENTENCES = 50
FEWEST_FOUND = 35
"""How many sentences are found at least when rows are not erased; some of the others are dropped anyway."""


async def do_much(world: World) -> None:
    """Have Ana use what agents can use, and others write about her."""
    await world.slack.command("ana", f"@ben for {SENTENCES[0]}")
    await world.slack.command("ben", "@ana for taking all the night calls last week")
    await world.slack.command("ana", "--private @ben for " + SENTENCES[3])
    await type_roadblock(world, "ana", SENTENCES[1])
    await type_roadblock(world, "ben", "ask @ana why the login page is so slow")
    await type_roadblock(world, "ana", SENTENCES[2])
    await world.slack.command("ana", SENTENCES[5], word="/idea")
    await settled(world)
    await world.slack.command("ana", SENTENCES[4], word="/handup")
    await settled(world)
    await world.slack.command("ana", "away 24 December", word="/steward")
    await settled(world)
    await places.plant(world)


async def find_left(world: World) -> list[tuple[str, str]]:
    """Erase Ana's data, and return what is left of it and where."""
    with structlog.testing.capture_logs() as logged:
        assert not (await fill(world, "ana", words=[messages.TOO])).errors
        await finish(world)
    await compact(world)
    after = {**await evidence(world), "log": str(logged), "export": await export(world)}
    return [
        (where, each)
        for where in after
        for each in (ANA, "Ana Sousa", *SENTENCES, *places.GOING)
        if each in after[where]
    ]


async def export(world: World) -> str:
    """Return what a leader can export of the team as an admin, too, what others can of themselves, and operators."""
    async with world.database.reading() as session:
        team = (await session.scalars(select(Team).order_by(Team.id).limit(1))).one()
        files = [*(await exports.build_files(session, team, leads=True, is_admin=True, now=world.now)).values()]
        for id in (places.BEN, places.MAYA):
            person = await session.get_one(Person, (world.workspace.id, id))
            for decrypts in (True, False):
                archive = await personal_exports.build_archive(
                    session, world.workspace, person, now=world.now, decrypts=decrypts
                )
                with zipfile.ZipFile(io.BytesIO(archive)) as opened:
                    files += [opened.read(each) for each in opened.namelist()]
    return b"".join(files).decode()


async def test_erase_leaves_nothing_but_what_the_receipt_names(tuesday: World) -> None:
    await do_much(tuesday)
    before = str(await evidence(tuesday))
    exported = await export(tuesday)
    sentences = [*SENTENCES, *places.PLANTED]
    assert len(sentences) >= MIN_SENTENCES
    assert not [each for each in (ANA, "Ana Sousa", *sentences) if each not in before]
    assert ANA in exported
    assert SENTENCES[0] in exported
    theirs = await rows_without(tuesday, ANA)
    assert len(theirs) >= MIN_SENTENCES

    assert await find_left(tuesday) == []
    said = str(await tuesday.slack.messages("bot", "ana"))
    assert "I've erased your data." in said
    cards = str(await channel_cards(tuesday, "ben"))
    assert not [each for each in SENTENCES if each in cards]
    assert f"<@{ANA}>" not in cards
    after = str(await evidence(tuesday))
    assert "why the login page is so slow" in after
    assert not [each for each in places.STAYING if each not in after or places.PLANTED[each].stays not in said]
    assert not [each for each in map(places.said_by_ben, places.PLANTED) if each not in after]
    assert not theirs - await rows_without(tuesday, ANA)


async def rows_without(world: World, id: str) -> Counter[str]:
    """Return the rows of people's words that do not name somebody, and how often there is one like each."""
    async with world.database.reading() as session:
        models = {each.model for each in places.PLACES} - {Outgoing}
        rows = [
            str((table(model).name, *row)) for model in models for row in await session.execute(select(table(model)))
        ]
    return Counter(each for each in rows if id not in each)


async def forget_mentions(*args: object, **more: object) -> tuple[None, Erased]:
    return None, Erased()


async def forget_rows(*args: object, **more: object) -> Erased:
    return Erased()


@pytest.mark.parametrize("forgotten", ["mentions", "rows"])
async def test_search_finds_what_a_forgetful_erase_leaves(
    tuesday: World, monkeypatch: pytest.MonkeyPatch, forgotten: str
) -> None:
    await do_much(tuesday)
    if forgotten == "mentions":
        monkeypatch.setattr(erased_mentions, "replace_mentions", forget_mentions)
    else:
        monkeypatch.setattr(erased_rows, "erase_rows", forget_rows)
    left = {each for _, each in await find_left(tuesday)}

    assert ANA in left
    assert (SENTENCES[1] in left) == (forgotten == "rows")
    assert (len(left & {*places.GOING}) >= FEWEST_FOUND) == (forgotten == "rows")


async def test_other_word_erases_nothing(tuesday: World) -> None:
    answer = await fill(tuesday, "ana", typed="delete")

    assert answer.errors == {messages.TYPED: common.ERASE_NOT_TYPED}
    assert not await running(tuesday)


async def test_second_press_says_that_it_is_going_on(tuesday: World) -> None:
    await fill(tuesday, "ana")
    answer = await tuesday.slack.command("ana", "me", word="/steward")
    assert answer.text
    async with tuesday.database.reading() as session:
        assert (await session.scalars(select(Person).where(Person.is_being_erased))).one().id == ANA
    assert len(await running(tuesday)) == 1
    async with tuesday.database.begin() as session:
        await outbox.put(session, Post("a reminder"), to=Address(tuesday.workspace.id, ANA), not_before=tuesday.now)
    await finish(tuesday)
    assert (await only_erasure(tuesday)).step == Step.DONE
    said = await tuesday.slack.said("bot", "ana")
    assert "a reminder" not in said
    assert [each for each in said if "I've erased your data." in each]


async def test_erased_member_who_stays_begins_anew_without_an_invitation(tuesday: World) -> None:
    await fill(tuesday, "ana")
    await finish(tuesday)
    async with tuesday.database.reading() as session:
        assert await session.get(Person, (tuesday.workspace.id, ANA)) is None
    assert (await tuesday.slack.command("ana", "me", word="/steward")).text == common.NOT_MET
    await settled(tuesday)
    await tuesday.steward.sync.sync_due()
    assert "About you" in str((await tuesday.slack.command("ana", "me", word="/steward")).ack)
    async with tuesday.database.reading() as session:
        found = (await session.scalars(select(Person).where(Person.id == ANA))).one()
    assert found.settings == {WAS_ERASED: True}
    assert await roles(tuesday) == [Role.AGENT]
    assert "Erase my data" not in str(await tuesday.slack.messages("bot", "ana"))


async def test_who_leaves_the_team_too_is_not_added_until_they_rejoin_the_channel(tuesday: World) -> None:
    await fill(tuesday, "ana", team=messages.LEAVE)
    await finish(tuesday)
    await tuesday.slack.command("ana", "me", word="/steward")
    await settled(tuesday)
    await tuesday.steward.sync.sync_due()
    assert await roles(tuesday) == []
    for change in ("remove", "add"):
        await tuesday.slack.do("channels", channel="harbour-support", **{change: ["ana"]})
        await settled(tuesday)
    await tuesday.steward.sync.sync_due()
    assert await roles(tuesday) == [Role.AGENT]


async def roles(world: World) -> list[Role]:
    """Return the roles that Ana has now."""
    async with world.database.reading() as session:
        theirs = select(Member.role).where(Member.user_id == ANA, Member.left_at.is_(None))
        return [*(await session.scalars(theirs))]


LOOKS = {
    "tom": ["/1on1", "/balance", "/funtank", "/idea", "/promise", "/queue", "/queue history", "/roadblock", "/shadow",
            "/shoutout team", "/steward", "/steward audit", "/steward export", "/steward week", "/steward voice"],
    "ben": ["/1on1", "/idea", "/promise", "/roadblock", "/roadblock mine", "/shoutout mine", "/steward me"],
}  # fmt: skip


async def test_everything_can_still_be_read_once_a_leader_and_an_agent_are_erased(tuesday: World) -> None:
    await do_much(tuesday)
    await tuesday.slack.command("maya", "@ana ask IT about the printer by Friday", word="/promise")
    await tuesday.slack.command("maya", "join 30", word="/queue")
    await settled(tuesday)
    await press_card(tuesday, "maya", SENTENCES[1], "followups:take")
    with structlog.testing.capture_logs() as logged:
        for name in ("ana", "maya"):
            assert not (await fill(tuesday, name)).errors
            await finish(tuesday)
        for name in LOOKS:
            for typed in LOOKS[name]:
                word, _, text = typed.partition(" ")
                answer = await tuesday.slack.command(name, text, word=word)
                assert "bug on my side" not in str(answer.ack), typed
                assert "gone-" not in str(answer.ack), typed
                await settled(tuesday)
            await tuesday.slack.do("home/open", user=name)
        await tuesday.move(timedelta(days=3))
    assert not [each for each in logged if each["log_level"] in ("error", "critical")]
    shown = str(await tuesday.slack.messages("harbour-support", "ben"))
    assert "gone-" not in shown
