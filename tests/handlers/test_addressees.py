"""Names typed by hand at the head of a command, by whatever they are called."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Person
from bot.errors import UserError
from bot.teams import Team
from handlers.addressees import linked, must_be_one, one_at_head


@pytest.fixture
async def people(session: AsyncSession, team: Team) -> None:
    session.add_all(
        [
            Person("T1", "UZOE", "Zoe", full_name="Zoe Costa"),
            Person("T1", "UZOE2", "zoe", full_name="Zoe Duarte"),
            Person("T1", "UJOSE", "José", full_name="José Maria"),
        ]
    )
    await session.flush()


@pytest.mark.parametrize(
    ("text", "came"),
    [
        ("@Ana for it", "<@UANA> for it"),
        ("@José Maria, @BEN and <@UELI|eli> for it", "<@UJOSE>, <@UBEN> and <@UELI|eli> for it"),
        ("@Zoe Duarte: thank you", "<@UZOE2>: thank you"),
        ("@Jose\u0301 obrigada", "<@UJOSE> obrigada"),
        ("<@UANA|ana> for helping @Zoe", "<@UANA|ana> for helping @Zoe"),
        ("@ana's shift was hard", "@ana's shift was hard"),
        ("@night-shift for it", "@night-shift for it"),
        ("mine", "mine"),
    ],
)
async def test_names_at_the_head_become_mentions(session: AsyncSession, people: None, text: str, came: str) -> None:
    assert await linked(session, "T1", text) == came


@pytest.mark.parametrize("text", ["@Zoe for the calm voice", "@ana and @zoe: the calm voice", "@ZOE, the calm voice"])
async def test_a_name_that_two_share_is_asked_about_with_the_words(
    session: AsyncSession, people: None, text: str
) -> None:
    with pytest.raises(UserError) as asked:
        await linked(session, "T1", text)

    assert all(known in asked.value.sentence for known in ("Zoe Costa", "Zoe Duarte", "the calm voice"))


@pytest.mark.parametrize(
    ("text", "ids", "words"),
    [
        ("@Ana was calm", ["UANA"], "was calm"),
        ("it was calm with <@UANA>", [], "it was calm with <@UANA>"),
        ("@zoe was calm", ["UZOE", "UZOE2"], "was calm"),
        ("", [], ""),
    ],
)
async def test_one_person_at_the_head(
    session: AsyncSession, people: None, text: str, ids: list[str], words: str
) -> None:
    named = await one_at_head(session, "T1", text, "no")

    assert (list(named.ids), named.words) == (ids, words)
    if len(ids) > 1:
        with pytest.raises(UserError):
            await must_be_one(session, "T1", ids)


@pytest.mark.parametrize("text", ["@ana @ben were calm", "<@UANA>, @ben", "@nobody was calm"])
async def test_several_or_nobody_at_the_head_are_refused(session: AsyncSession, people: None, text: str) -> None:
    with pytest.raises(UserError):
        await one_at_head(session, "T1", text, "no")
