"""The search for people by typed names."""

from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.org import people as org_people
from bot.org.workspaces import Workspace
from bot.slack import profiles


def user(id: str, shown: str, full_name: str, **more: Any) -> dict[str, Any]:
    profile = {"display_name": shown, "real_name": full_name}
    return profiles.parse_user("T1", {"id": id, "name": id.lower(), "team_id": "T1", "profile": profile, **more})


@pytest.fixture
async def people(session: AsyncSession, workspace: Workspace) -> None:
    await org_people.upsert_people(
        session,
        [
            user("UZOE", "Zoe", "Zoe Costa"),
            user("UZOE2", "zoe", "Zoe Duarte"),
            user("UJOSE", "José", "José Maria"),
            user("UGIL", "", "Gil Reis"),
            user("UREIS", "Reis", "Ana"),
            user("UGONE", "Fay", "Fay Menon", deleted=True),
        ],
    )


@pytest.mark.parametrize(
    ("typed", "ids"),
    [
        ("@ana", ["UANA"]),
        ("@ANA for it", ["UANA"]),
        ("thanks @Zoe", ["UZOE", "UZOE2"]),
        ("@Zoe Costa for it", ["UZOE"]),
        ("@zoe duarte", ["UZOE2"]),
        ("@Jose\u0301", ["UJOSE"]),
        ("@JOSÉ MARIA obrigada", ["UJOSE"]),
        ("@Jose", []),
        ("@Gil Reis", ["UGIL"]),
        ("@reis", ["UREIS"]),
        ("@Fay", []),
        ("ana@harbour.example", []),
    ],
)
async def test_typed_names_are_matched_to_people(
    session: AsyncSession, people: None, typed: str, ids: list[str]
) -> None:
    called = await org_people.match_typed_names(session, "T1", typed)

    assert [each.id for each in max(called.items(), default=("", []))[1]] == ids


async def test_name_shared_by_two_people_is_ambiguous(session: AsyncSession, people: None) -> None:
    assert await org_people.ids_by_name(session, "T1", ["Zoe", "Ana", "José Maria"]) == {
        "Ana": "UANA",
        "José Maria": "UJOSE",
    }


async def test_renamed_person_is_found_by_the_new_name_only(session: AsyncSession, people: None) -> None:
    await org_people.upsert_people(session, [user("UJOSE", "Zé", "José Maria", updated=5)])

    assert await org_people.ids_by_name(session, "T1", ["zé", "José"]) == {"zé": "UJOSE"}
