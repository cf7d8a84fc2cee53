"""Tests of commands that start with a person's name or mention."""

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.org.people import Person
from bot.org.teams.models import Team
from handlers.addressees import require_one_person, split_named_people


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
    ("text", "ids", "words"),
    [
        ("@Ana was calm", ["UANA"], "was calm"),
        ("it was calm with <@UANA>", [], "it was calm with <@UANA>"),
        ("@zoe was calm", ["UZOE", "UZOE2"], "was calm"),
        ("", [], ""),
    ],
)
async def test_name_at_the_start_of_a_command_is_resolved_and_removed(
    session: AsyncSession, people: None, text: str, ids: list[str], words: str
) -> None:
    named = await split_named_people(session, "T1", text, "no")

    assert (list(named.ids), named.words) == (ids, words)
    if len(ids) > 1:
        with pytest.raises(Refusal):
            await require_one_person(session, "T1", ids)


@pytest.mark.parametrize("text", ["@ana @ben were calm", "<@UANA>, @ben", "@nobody was calm"])
async def test_command_with_several_or_unknown_names_at_the_start_is_refused(
    session: AsyncSession, people: None, text: str
) -> None:
    with pytest.raises(Refusal):
        await split_named_people(session, "T1", text, "no")
