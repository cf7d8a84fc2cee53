"""What people type behind `/queue`: which team and which queue they mean, and near misses."""

import difflib
import re
from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot import teams
from bot.errors import UserError
from bot.features import spikes
from bot.features.spikes import Spike
from bot.messages import spikes as messages
from bot.messages.errors import which_team
from bot.messages.post import Payload
from bot.teams import Team

NUMBER = re.compile(r"(?<!\S)(\d{1,9}(?:[.,]\d{1,3})?)(?!\S)")


class Called(NamedTuple):
    """`phones 42 waiting`."""

    queue: str
    value: float | None
    title: str


async def team(session: AsyncSession, body: Payload) -> Team:
    """The channel's team, or the person's only one."""
    found = await teams.which(session, body["team_id"], body["user_id"], channel_id=body["channel_id"])
    if len(found) > 1:
        raise UserError(which_team(found))
    return found[0]


def called(rest: str, queues: Collection[str]) -> Called:
    """A queue of the team's list at its head may hold numbers; else it ends where the first number stands."""
    for queue in sorted(queues, key=len, reverse=True):
        if rest.casefold() == queue.casefold() or rest.casefold().startswith(f"{queue.casefold()} "):
            return Called(queue, *_size(rest[len(queue) :]))
    found = NUMBER.search(rest)
    return Called(rest[: found.start()].strip() if found else rest, *_size(rest[found.start() :] if found else ""))


def _size(words: str) -> tuple[float | None, str]:
    found = NUMBER.search(words)
    if found is None:
        return None, words.strip()
    return float(found[1].replace(",", ".")), words[found.end() :].strip()


def minutes_and_queue(rest: str, minutes: int) -> tuple[int, str]:
    """`30 phones`, `30`, `phones`."""
    words = [each for each in rest.split() if each.casefold() not in ("min", "minutes", "for")]
    if words and words[0].isdecimal() and len(words[0]) < 5:
        return int(words[0]), " ".join(words[1:])
    return minutes, " ".join(words)


def must_be_known(team: Team, queue: str, word: str) -> None:
    """Where a team has listed its queues, it is one of them."""
    queues = spikes.Settings.of(team).queues
    if not queue:
        raise UserError(messages.NAME_ONE.format(word))
    if queues and queue.casefold() not in {each.casefold() for each in queues}:
        raise UserError(messages.not_one_of(queue, queues, word, _near(queue, queues)))


def meant(open_ones: Sequence[Spike], queue: str, word: str) -> Spike | None:
    """The open spike of a queue, or without its name the only one; None when there is none at all."""
    named = [each for each in open_ones if each.key == queue.casefold()]
    if named or (len(open_ones) == 1 and not queue):
        return (named or open_ones)[0]
    names = [each.queue for each in open_ones]
    if queue and names:
        raise UserError(messages.not_one_of(queue, names, word, _near(queue, names)))
    if names:
        raise UserError(messages.which(names, word))
    return None


def _near(queue: str, names: Collection[str]) -> str | None:
    by_key = {each.casefold(): each for each in names}
    return next((by_key[each] for each in difflib.get_close_matches(queue.casefold(), by_key, n=1)), None)
