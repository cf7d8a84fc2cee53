"""Whose one-on-one a command means: the one named at its head, the only one, or whom a form asks for.

The form has the words in it, so that nothing is typed twice and nothing reaches the wrong person.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import UserError
from bot.features.oneonones import pairs as oneonones_pairs
from bot.features.oneonones.keeping import LONGEST
from bot.features.oneonones.pairs import Pair
from bot.messages.commands import Addressee, addressee
from bot.messages.oneonones.lists import LEADS_ALL, NAME_ONE, NOBODY
from bot.messages.oneonones.names import Act
from handlers.addressees import must_be_one


class Meant(NamedTuple):
    """The pairs that may be meant, one when it is clear; and what is said."""

    pairs: Sequence[Pair]
    words: str

    @property
    def is_clear(self) -> bool:
        return len(self.pairs) == 1 and len(self.words) <= LONGEST


async def meant(session: AsyncSession, reader: Person, act: Act, text: str) -> Meant:
    """A `UserError` when somebody is named whom they have no one-on-ones with, or when they have none at all."""
    pairs = {each.series.other(reader.id): each for each in await _pairs(session, reader, act)}
    said = addressee(text, await directory.called(session, reader.workspace_id, text), pairs)
    if not said.ids and _names_another(said, act):
        return Meant([await named(session, reader, said)], said.names[0].after)
    if not pairs:
        raise UserError(NOBODY)
    return Meant([pairs[id] for id in said.ids or pairs], said.words)


async def _pairs(session: AsyncSession, reader: Person, act: Act) -> Sequence[Pair]:
    """Those in which they may do it; a `UserError` where there are none but others."""
    pairs = await oneonones_pairs.of_person(session, reader.workspace_id, reader.id)
    led = [each for each in pairs if each.leader.id == reader.id]
    match act:
        case Act.ASK if pairs and pairs == led:
            raise UserError(LEADS_ALL)
        case Act.DONE if pairs and not led:
            pairs[0].must_lead(reader.id)
        case Act.ASK:
            return [each for each in pairs if each not in led]
        case Act.DONE:
            return led
    return pairs


def _names_another(said: Addressee, act: Act) -> bool:
    """Somebody else's name is free text, unless there is nothing but a name, or nothing but a name is asked for."""
    is_address = act in (Act.OPEN, Act.DONE)
    return bool(said.names) and (is_address or not said.names[-1].after)


async def named(session: AsyncSession, reader: Person, said: Addressee) -> Pair:
    """The pair with the one person who is named, also one that has ended; a `UserError` tells two of one name apart."""
    ids = {id for name in said.names for id in name.ids}
    if not ids or len(said.names) > 1 < len(ids):
        raise UserError(NAME_ONE)
    id = await must_be_one(session, reader.workspace_id, sorted(ids))
    return await oneonones_pairs.of_pair(session, reader.workspace_id, reader.id, id)
