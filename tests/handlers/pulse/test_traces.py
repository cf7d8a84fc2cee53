"""Tests that nothing stored tells, after a round, who was reminded and who had answered by then."""

from collections import Counter
from datetime import timedelta

from sqlalchemy import select

from bot.slack.outbox.models import Outgoing
from tests.handlers.pulse.drivers import agents, answer, close_round, id_of, move_to, open_round
from tests.harness import World


async def outbox_rows(world: World, name: str) -> Counter[tuple[str, str]]:
    """Count the outbox's rows to a person, by method and state."""
    theirs = select(Outgoing.method, Outgoing.state).where(Outgoing.conversation == await id_of(world, name))
    async with world.database.reading() as session:
        return Counter((method, state) for method, state in await session.execute(theirs))


async def test_outbox_does_not_reveal_who_was_reminded(tuesday: World) -> None:
    found = await open_round(tuesday)
    names = await agents(tuesday)
    for name in names[:5]:
        await answer(tuesday, name, 4, 4)
    await move_to(tuesday, found.opened_at + timedelta(days=7))
    assert await outbox_rows(tuesday, names[0]) != await outbox_rows(tuesday, names[5])
    await close_round(tuesday)
    rows = [await outbox_rows(tuesday, name) for name in names]
    assert rows == [Counter({("chat.delete", "sent"): 1})] * len(names)
