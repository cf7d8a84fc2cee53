"""Tests of whose one-on-one a command is about: the person named at its start, not in its free text."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.one_on_ones import notes, queries
from bot.features.one_on_ones.models import Topic
from bot.meetings.models import Meeting, Series, State
from bot.messages.one_on_ones.names import PAIR_FORM, PARTNER_FORM, SAID, TALKED, TOPIC, WHOM, Act
from bot.org import people
from bot.org.people import Person
from bot.org.teams.models import Team
from handlers import one_on_ones
from tests.conftest import TUESDAY
from tests.handlers.drivers import settled
from tests.handlers.one_on_ones.drivers import ANA
from tests.harness import Json, World

EVERYBODY = {"UANA", "UBEN", "UELI"}
BEN, DINA, MAYA = "U0BEN00000", "U0DINA0000", "U0MAYA0000"


@pytest.fixture
async def pairs(session: AsyncSession, team: Team) -> None:
    """Return the pairs of maya with ana, ben and eli."""
    await queries.reconcile_pairs(session, team, now=TUESDAY)


async def meant(session: AsyncSession, who: str, act: str, words: str) -> tuple[set[str], str]:
    reader = await people.fetch_person(session, "T1", who)
    found = await one_on_ones.find_possible_pairs(session, reader, Act(act), words)
    return {each.series.other(who) for each in found.pairs}, found.words


@pytest.mark.parametrize(
    ("act", "words", "ids", "kept"),
    [
        ("topic", "<@UBEN> more training", {"UBEN"}, "more training"),
        ("topic", "<@UBEN>: more training", {"UBEN"}, "more training"),
        ("topic", "@Ben more training", {"UBEN"}, "more training"),
        ("topic", "talk to HR about <@UBEN>’s raise before he hears it", EVERYBODY, None),
        ("topic", "<@UBEN>’s raise", EVERYBODY, None),
        ("topic", "@ben's raise", EVERYBODY, None),
        ("topic", "what <@UANA> said of <@UBEN>", EVERYBODY, None),
        ("topic", "für <@UBEN> mehr Schulung", EVERYBODY, None),
        ("topic", "more training", EVERYBODY, None),
        ("topic", "<@UGRACE> wants numbers", EVERYBODY, None),
        ("topic", "<@UANA> and <@UBEN> argue", {"UANA", "UBEN"}, None),
        ("done", "<@UELI>", {"UELI"}, ""),
        ("done", "<@UELI> went well", {"UELI"}, "went well"),
        ("done", "we spoke about <@UELI> with the vendor", EVERYBODY, None),
        ("done", "with <@UELI>", EVERYBODY, None),
        ("done", "nous avons parlé de <@UELI>", EVERYBODY, None),
        ("done", "", EVERYBODY, None),
        ("open", "<@UANA>", {"UANA"}, ""),
        ("open", "<@UANA> more training", {"UANA"}, "more training"),
    ],
)
async def test_leader_with_several_partners_can_name_one_at_the_start_of_a_command(
    session: AsyncSession, pairs: None, act: str, words: str, ids: set[str], kept: str | None
) -> None:
    assert await meant(session, "UMAYA", act, words) == (ids, words if kept is None else kept)


@pytest.mark.parametrize(
    ("act", "words", "kept"),
    [
        ("topic", "<@UBEN> was rude to me", None),
        ("topic", "@ben was rude to me", None),
        ("topic", "<@UMAYA> <@UBEN> was rude to me", "<@UBEN> was rude to me"),
        ("topic", "<@UBEN> and <@UELI> were rude to me", None),
        ("topic", "can I swap with <@UMAYA>’s other team", None),
        ("topic", "@nobody helps", None),
        ("ask", "can we talk about <@UBEN>", None),
        ("ask", "<@UBEN> and I need help", None),
        ("ask", "<@UMAYA> about my shifts", "about my shifts"),
        ("ask", "", None),
    ],
)
async def test_command_of_an_agent_with_one_leader_is_always_about_that_leader(
    session: AsyncSession, pairs: None, act: str, words: str, kept: str | None
) -> None:
    assert await meant(session, "UANA", act, words) == ({"UMAYA"}, words if kept is None else kept)


@pytest.mark.parametrize(
    ("who", "act", "words"),
    [
        ("UANA", "topic", "<@UBEN>"),
        ("UANA", "ask", "@ben"),
        ("UANA", "open", "<@UBEN>"),
        ("UANA", "open", "<@UBEN> <@UELI>"),
        ("UANA", "open", "@nobody"),
        ("UMAYA", "done", "<@UGRACE> yesterday"),
        ("UMAYA", "ask", "can we talk about <@UBEN>"),
        ("UMAYA", "ask", "<@UBEN>"),
        ("UANA", "done", "we spoke about <@UBEN>"),
    ],
)
async def test_command_that_names_somebody_who_is_not_a_one_on_one_partner_is_refused(
    session: AsyncSession, pairs: None, who: str, act: str, words: str
) -> None:
    with pytest.raises(Refusal):
        await meant(session, who, act, words)


@pytest.mark.parametrize(
    ("who", "act", "words", "are_named"),
    [
        ("UMAYA", "open", "@Zoe", True),
        ("UMAYA", "topic", "@Zoe", True),
        ("UMAYA", "done", "@Zoe went well", True),
        ("UANA", "open", "@zoe", True),
        ("UANA", "open", "@Zoe and <@UBEN>", False),
        ("UANA", "open", "@nobody", False),
    ],
)
async def test_ambiguous_name_in_a_command_is_refused_with_both_full_names(
    session: AsyncSession, pairs: None, who: str, act: str, words: str, are_named: bool
) -> None:
    zoes = [("UZOE", "Zoe", "Zoe Costa"), ("UZOE2", "zoe", "Zoe Duarte")]
    session.add_all([Person("T1", id, name, full_name=full_name) for id, name, full_name in zoes])
    await session.flush()

    with pytest.raises(Refusal) as refused:
        await meant(session, who, act, words)

    assert [full_name in refused.value.sentence for _, _, full_name in zoes] == [are_named] * 2


async def test_partners_with_the_same_name_are_shown_with_their_full_names(session: AsyncSession, team: Team) -> None:
    people = [Person("T1", "UZOE", "Zoe", full_name="Zoe Costa"), Person("T1", "UZOE2", "zoe", full_name="Zoe Duarte")]
    session.add_all(people)
    await session.flush()
    for person in people:
        series = Series("T1", team.id, "UMAYA", person.id, rule="x", due_on=TUESDAY.date(), since=TUESDAY)
        session.add(series)
    await session.flush()

    assert await meant(session, "UMAYA", "topic", "@Zoe more training") == ({"UZOE", "UZOE2"}, "more training")
    assert await meant(session, "UMAYA", "topic", "@Zoe Costa more training") == ({"UZOE"}, "more training")


async def typed(world: World, name: str, words: str) -> None:
    await world.slack.command(name, words, word="/1on1")


async def topics(database: Database) -> list[tuple[str, str]]:
    async with database.reading() as session:
        found = await session.scalars(select(Topic).order_by(Topic.id))
        return [(each.leader_id, each.agent_id) for each in found]


async def kept(world: World, agent_id: str) -> list[str]:
    """Return the texts of the topics that maya has with an agent."""
    async with world.database.reading() as session:
        pair = await queries.find_pair_with(session, world.workspace.id, MAYA, agent_id)
        return [each.words for each in (await notes.fetch_notes(session, pair, MAYA)).topics]


def block(view: Json, block_id: str) -> Json:
    found: Json = next(each["element"] for each in view["blocks"] if each["block_id"] == block_id)
    return found


async def test_topic_that_mentions_a_person_is_saved_for_the_partner_picked_in_the_form(monday: World) -> None:
    words = "talk to HR about @ben’s raise before he hears it"
    await typed(monday, "maya", f"topic {words}")
    assert await topics(monday.database) == []
    (view,) = await monday.slack.views("maya")
    assert view["callback_id"] == PARTNER_FORM
    assert "initial_option" not in block(view, WHOM)
    assert block(view, SAID)["initial_value"] == words

    await monday.slack.submit("maya", **{WHOM: DINA})
    assert await topics(monday.database) == [(MAYA, DINA)]
    assert await kept(monday, DINA) == [words.replace("@ben", f"<@{BEN}>")]


async def test_one_on_one_form_shows_names_and_channels_as_people_type_them(monday: World) -> None:
    await typed(monday, "maya", "@ana swap with @ben on #harbour-support")
    (view,) = await monday.slack.views("maya")
    assert block(view, TOPIC)["initial_value"] == "swap with @ben on #harbour-support"

    await monday.slack.submit("maya", note="ask @Ben too, not ana@firm.example")
    (topic,) = await kept(monday, ANA)
    assert topic == f"swap with <@{BEN}> on #harbour-support"
    await typed(monday, "maya", "@ana")
    view = (await monday.slack.views("maya"))[-1]
    (option,) = block(view, TALKED)["options"]
    assert option["text"]["text"] == "swap with @ben on #harbour-support"
    assert f"ask <@{BEN}> too, not ana@firm.example" in str(view["blocks"])


async def test_form_opened_after_a_partner_is_picked_keeps_the_typed_text(monday: World) -> None:
    """A name shared by two people stays as typed."""
    await monday.slack.do("users", user="benno", real_name="Ben Costa", display_name="Ben")
    await settled(monday)
    words = "@ben " + "swap shifts " * 180 + "with @dina"
    await typed(monday, "ana", words.replace("@ben", "@maya"))
    assert block((await monday.slack.views("ana"))[-1], SAID)["initial_value"] == words.removeprefix("@ben ")

    await monday.slack.submit("ana", **{WHOM: MAYA, SAID: "what @Ben said of @dina’s shift"})
    view = (await monday.slack.views("ana"))[-1]
    assert view["callback_id"] == PAIR_FORM
    assert block(view, TOPIC)["initial_value"] == "what @Ben said of @dina’s shift"
    await monday.slack.submit("ana")
    assert await kept(monday, ANA) == [f"what @Ben said of <@{DINA}>’s shift"]


async def test_text_truncated_to_the_metadata_limit_contains_no_partial_mention(monday: World) -> None:
    words = "spoke of " + "@eli " * 400
    await typed(monday, "maya", f"done {words}")
    (view,) = await monday.slack.views("maya")

    remembered = view["private_metadata"]
    assert len(remembered) <= 3000
    assert remembered.count("<@") == remembered.count("<@U0ELI00000>") > 0


async def test_one_on_one_topic_that_is_too_long_opens_a_form_that_keeps_the_text(monday: World) -> None:
    words = "more training " * 160
    await typed(monday, "ana", f"topic {words}")

    (view,) = await monday.slack.views("ana")
    assert block(view, SAID)["initial_value"] == words.strip()
    assert block(view, WHOM)["initial_option"]["value"] == MAYA


async def test_one_on_one_is_recorded_only_with_the_partner_picked_in_the_form(monday: World) -> None:
    await typed(monday, "maya", "done we spoke about @eli with the vendor")
    await monday.slack.submit("maya", **{WHOM: ANA})
    await settled(monday)

    async with monday.database.reading() as session:
        met = list(await session.scalars(select(Meeting.attendee_id).where(Meeting.state == State.MET)))
    assert met == [ANA]


async def test_text_after_a_name_fills_the_topic_field_of_the_one_on_one_form(monday: World) -> None:
    await typed(monday, "maya", "@ana more time for training")

    (view,) = await monday.slack.views("maya")
    assert view["callback_id"] == PAIR_FORM
    assert block(view, TOPIC)["initial_value"] == "more time for training"


async def test_partners_name_can_come_before_the_one_on_one_subcommand(monday: World) -> None:
    await typed(monday, "maya", "@ana done")

    async with monday.database.reading() as session:
        assert list(await session.scalars(select(Meeting.attendee_id))) == [ANA]
