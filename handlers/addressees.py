"""Lookups of the person whom a command names at the start of its text."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.messages import mentions
from bot.org import people
from bot.org.people import Person
from bot.slack.commands import parse_names_at_start


class Named(NamedTuple):
    """The ids of the people who have the name (none if no name was given), and the text after the name."""

    ids: Sequence[str]
    words: str


async def split_named_people(session: AsyncSession, workspace_id: str, text: str, refusal: str) -> Named:
    """Return the people who have the name at the start of a text, and the text after the name.

    Raises a `Refusal` with the sentence `refusal` if the text starts with several names or an unknown one.
    """
    names = parse_names_at_start(text, await people.match_typed_names(session, workspace_id, text))
    if not names:
        return Named((), text)
    if len(names) > 1 or not names[0].ids:
        raise Refusal(refusal)
    return Named(names[0].ids, names[0].after)


async def require_one_person(session: AsyncSession, workspace_id: str, ids: Sequence[str]) -> str:
    """Return the only id, or raise a `Refusal` that lists the people who share the name."""
    if len(ids) > 1:
        raise Refusal(mentions.which_person(await people_sharing_name(session, workspace_id, ids)))
    return ids[0]


async def people_sharing_name(session: AsyncSession, workspace_id: str, ids: Sequence[str]) -> list[Person]:
    known = await people.fetch_people(session, workspace_id, ids)
    return [known[id] for id in ids if id in known]
