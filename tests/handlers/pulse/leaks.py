"""Three ways to close a round that look anonymous and are not, to show that the attack finds them."""

import secrets
from collections.abc import Callable, Mapping
from datetime import datetime

import pytest
from sqlalchemy import delete
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.disposable_keys import DisposableKey
from bot.db.sessions import insert
from bot.features.pulse import queries
from bot.features.pulse.models import Answer, PulseAnswer, PulseInvitation, PulseRound
from bot.slack.inbox import Delivery

Leak = Callable[[pytest.MonkeyPatch], None]
Rows = list[tuple[str, Answer]]
"""Answers with the id of the person, in the order in which they arrived."""


def same_transaction(patch: pytest.MonkeyPatch) -> None:
    """Store answers under random keys, but note in the same transaction who has answered, and keep both."""

    async def add_answers(
        session: AsyncSession, found: PulseRound, key: DisposableKey, person_id: str, scores: Mapping[int, int],
        comment: str, *, may_be_quoted: bool,
    ) -> bool:  # fmt: skip
        session.add(Delivery(found.workspace_id, f"pulse:{found.id}:{person_id}", found.opened_at))
        await _store(session, found, key, [Answer(statement=each, score=score) for each, score in scores.items()])
        return True

    async def shred(session: AsyncSession, found: PulseRound, key: DisposableKey, *, now: datetime) -> None:
        found.closed_at = now

    patch.setattr(queries, "add_answers", add_answers)
    patch.setattr(queries, "shred", shred)


def no_shuffle(patch: pytest.MonkeyPatch) -> None:
    """Rewrite the answers under random keys at the close, but in the order in which they arrived."""
    _rewrite_in_order(patch, _without_time)


def time_stamp(patch: pytest.MonkeyPatch) -> None:
    """Rewrite the answers under random keys and in random order, but with the time at which they arrived."""
    _rewrite_in_order(patch, _shuffled_with_time)


def _rewrite_in_order(patch: pytest.MonkeyPatch, prepare: Callable[[list[str]], list[str]]) -> None:
    arrived: list[str] = []
    add = queries.add_answers

    async def add_answers(
        session: AsyncSession, found: PulseRound, key: DisposableKey, person_id: str, scores: Mapping[int, int],
        comment: str, *, may_be_quoted: bool,
    ) -> bool:  # fmt: skip
        said = [Answer(statement=each, score=score) for each, score in scores.items()]
        arrived.extend(each.model_dump_json() for each in said)
        return await add(session, found, key, person_id, scores, comment, may_be_quoted=may_be_quoted)

    async def shred(session: AsyncSession, found: PulseRound, key: DisposableKey, *, now: datetime) -> None:
        for model in (PulseAnswer, PulseInvitation):
            await session.execute(delete(model).where(model.round_id == found.id))
        for text in prepare(arrived):
            await _insert(session, found, key, text)
        arrived.clear()
        found.closed_at = now

    patch.setattr(queries, "add_answers", add_answers)
    patch.setattr(queries, "shred", shred)


def _without_time(arrived: list[str]) -> list[str]:
    return [*arrived]


def _shuffled_with_time(arrived: list[str]) -> list[str]:
    timed = [each.removesuffix("}") + f',"at":"{nth:05}"}}' for nth, each in enumerate(arrived)]
    return sorted(timed, key=lambda _: secrets.token_hex(8))


async def _store(session: AsyncSession, found: PulseRound, key: DisposableKey, said: list[Answer]) -> None:
    for each in said:
        await _insert(session, found, key, each.model_dump_json())


async def _insert(session: AsyncSession, found: PulseRound, key: DisposableKey, text: str) -> None:
    row = {
        "workspace_id": found.workspace_id, "round_id": found.id, "key": secrets.token_hex(32),
        "sealed": key.encrypt(text),
    }  # fmt: skip
    await session.execute(insert(session, PulseAnswer).values(row))


LEAKS: dict[str, Leak] = {
    "same transaction kept": same_transaction, "not shuffled": no_shuffle, "time stamp kept": time_stamp,
}  # fmt: skip
