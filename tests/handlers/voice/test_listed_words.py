"""Tests of words that are quoted and also listed, as an idea or as done: what becomes of a quote holds there too."""

from collections.abc import Sequence

import pytest

from bot.db.models import Private
from bot.followups.models import Kind, Quoting, Reason, State
from bot.messages.voice import lists
from bot.messages.voice import quotes as messages
from bot.org.teams.models import Team
from bot.slack.dispatcher import Actor
from bot.workflows.followups import report
from bot.workflows.ideas import submissions
from tests.handlers.drivers import dm, press, settled
from tests.handlers.followups.drivers import stored
from tests.handlers.voice.drivers import (
    IDEA,
    NOTE,
    agree,
    ask_sponsor,
    at,
    choose,
    drafts,
    files,
    sent,
    type_words,
)
from tests.harness import World

CUSTOMER = "Acme Ltd"
IDEA_WORDS, ROADBLOCK_WORDS = f"Let {CUSTOMER} pay monthly", f"{CUSTOMER} calls every morning"
CHANGED = "A large customer could pay monthly"


async def raise_both(world: World) -> None:
    """Have Chidi raise an idea, and a roadblock that is cleared, and agree to be quoted with the name."""
    async with world.database.begin() as session:
        team, chidi = await session.get_one(Team, 1), Actor(world.workspace.id, "U0CHIDI000")
        await submissions.raise_idea(session, chidi, team, text=IDEA_WORDS, quoting=Quoting.NAMED, now=world.now)
    id = await agree(world, "U0CHIDI000", ROADBLOCK_WORDS, Quoting.NAMED)
    async with world.database.begin() as session:
        this = await stored(world, id=id)
        session.add(this)
        this.state, this.reason, this.closed_at = State.CLOSED, Reason.DONE, world.now
        this.outcome = Private("They have a portal now")
    await type_words(world, "ana", IDEA, "/idea")
    await settled(world)


@pytest.mark.parametrize("ends", ["left out", "withdrawn", "unanswered", "changed"])
async def test_words_that_are_not_quoted_are_not_listed_either(march: World, ends: str) -> None:
    await raise_both(march)
    await march.move(at("1 April 10:01"))
    (draft,) = await drafts(march, "maya")
    assert str(draft["blocks"]).count(CUSTOMER) == 2
    for words in (IDEA_WORDS, ROADBLOCK_WORDS):
        await choose(march, "maya", f"“{words}”", "leave_out" if ends == "left out" else "hand_back")
        if ends in ("withdrawn", "changed"):
            card = await dm(march, "chidi", words)
            await press(march, "chidi", card, messages.CHANGE if ends == "changed" else messages.WITHDRAW)
            if ends == "changed":
                assert not (await march.slack.submit("chidi", words=CHANGED)).errors
            await settled(march)
    (draft,) = await drafts(march, "tom")
    assert CUSTOMER not in draft["text"]
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    told = f"{message}{await files(march)}"
    assert IDEA in told
    assert CUSTOMER not in told
    assert f"“{CHANGED}” – @chidi (0 votes, new)" in message["text"] or ends != "changed"


async def test_quoted_words_stand_once_with_what_became_of_them(march: World) -> None:
    await raise_both(march)
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    for part in (message["text"], str(message["blocks"])):
        assert part.count(IDEA_WORDS) == part.count(ROADBLOCK_WORDS) == 1
        assert f"“{IDEA_WORDS}” – @chidi (0 votes, new)" in part
        assert f"“{ROADBLOCK_WORDS}” – @chidi (cleared) → They have a portal now" in part
    tables = await files(march)
    assert sorted(tables["ideas.csv"]) == sorted([[IDEA, "0", "new"], [IDEA_WORDS, "0", "new"]])
    assert tables["done.csv"] == [["roadblock", ROADBLOCK_WORDS, "They have a portal now"]]


async def test_idea_that_was_done_is_not_listed_as_an_idea_too(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    async with march.database.begin() as session:
        this = await stored(march)
        session.add(this)
        this.state, this.reason, this.closed_at = State.CLOSED, Reason.DONE, march.now
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    assert message["text"].count(IDEA) == 1
    assert f"• {IDEA}" in message["text"]


async def choose_listed(world: World, name: str, *, without: Sequence[str]) -> None:
    """Open the form with what the draft lists, tick everything in it but what has these words, and save it."""
    (draft,) = await drafts(world, name)
    await press(world, name, draft, lists.CHOOSE)
    await tick_all(world, name, without=without)


async def tick_all(world: World, name: str, *, without: Sequence[str]) -> None:
    (view,) = await world.slack.views(name)
    ticked = {
        block["block_id"]: [
            each["value"] for each in block["element"]["options"]
            if not any(words in each["text"]["text"] for words in without)
        ]
        for block in view["blocks"] if block["type"] == "input"
    }  # fmt: skip
    assert not (await world.slack.submit(name, **ticked)).errors
    await settled(world)


async def list_everything(world: World) -> dict[str, str]:
    """Have things of each list raised without consent; return what the sponsor reads about each."""
    await type_words(world, "ana", IDEA, "/idea")
    await type_words(world, "ben", IDEA_WORDS, "/idea")
    await type_words(world, "chidi", ROADBLOCK_WORDS, "/roadblock")
    async with world.database.begin() as session:
        this = await stored(world)
        session.add(this)
        this.state, this.reason, this.closed_at = State.CLOSED, Reason.DONE, world.now
        this.outcome = Private("They have a portal now")
    await ask_sponsor(world, "the printer jams", NOTE)
    return {IDEA_WORDS: IDEA_WORDS, ROADBLOCK_WORDS: "They have a portal now", "the printer jams": NOTE}


async def test_whatever_is_listed_can_be_left_out_and_put_back(march: World) -> None:
    read = await list_everything(march)
    await march.move(at("1 April 10:01"))
    await choose_listed(march, "maya", without=[*read])
    for name in ("maya", "tom"):
        (draft,) = await drafts(march, name)
        assert not [words for words in read if words in str(draft)]
        assert IDEA in draft["text"]
        assert "Left out of the lists: 3" in str(draft)
    await choose_listed(march, "tom", without=[IDEA_WORDS])
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    told = f"{message}{await files(march)}"
    for words in (IDEA, "They have a portal now", NOTE):
        assert words in told
    assert IDEA_WORDS not in told


async def test_form_about_lists_leaves_what_another_leader_chose_meanwhile(march: World) -> None:
    await list_everything(march)
    await march.move(at("1 April 10:01"))
    (draft,) = await drafts(march, "tom")
    await press(march, "tom", draft, lists.CHOOSE)
    await choose_listed(march, "maya", without=[IDEA_WORDS])
    await tick_all(march, "tom", without=[ROADBLOCK_WORDS])
    (draft,) = await drafts(march, "maya")
    assert IDEA_WORDS not in str(draft)
    assert ROADBLOCK_WORDS not in str(draft)


async def test_leader_cannot_put_back_words_that_their_writer_left_out(march: World) -> None:
    await raise_both(march)
    await march.move(at("1 April 10:01"))
    for words in (IDEA_WORDS, ROADBLOCK_WORDS):
        await choose(march, "maya", f"“{words}”", "hand_back")
        await press(march, "chidi", await dm(march, "chidi", words), messages.WITHDRAW)
        await settled(march)
    (draft,) = await drafts(march, "maya")
    await press(march, "maya", draft, lists.CHOOSE)
    assert CUSTOMER not in str(await march.slack.views("maya"))


async def test_channel_reads_what_was_done_as_it_was_raised(march: World) -> None:
    await raise_both(march)
    await march.move(at("1 April 10:01"))
    await choose(march, "maya", f"“{ROADBLOCK_WORDS}”", "leave_out")
    async with march.database.reading() as session:
        team = await session.get_one(Team, 1)
        done, _ = await report.find_closed(session, team, at("1 March 00:00").date(), at("1 April 00:00").date())
    assert [each.text for each in done[Kind.ROADBLOCK]] == [ROADBLOCK_WORDS]
