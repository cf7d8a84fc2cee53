"""Tests that a hand-up after a deleted one has an id of its own, and leaves that one's messages alone."""

from datetime import timedelta

from bot.db import personal_data
from bot.features.hand_ups.models import HandUp
from bot.messages.hand_ups import names
from tests.handlers.drivers import settled
from tests.handlers.hand_ups.drivers import hand_up, press_ask, press_card, raise_hand
from tests.harness import World

AFTER_RETENTION = timedelta(days=31)


async def test_new_hand_up_leaves_the_messages_of_a_deleted_one_alone(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_ask(tuesday, "maya", names.COMING)
    await press_ask(tuesday, "maya", names.HERE)
    await press_card(tuesday, "ana", names.SORTED)
    await settled(tuesday)
    before = [each["text"] for each in await tuesday.slack.messages("bot", "ana")]
    old_id = (await hand_up(tuesday)).id
    async with tuesday.database.begin() as session:
        later = tuesday.now + AFTER_RETENTION
        await personal_data.prune(session, tuesday.workspace.id, now=later, limit=1000, models=[HandUp])

    await raise_hand(tuesday, "ben")
    await settled(tuesday)
    assert (await hand_up(tuesday)).id > old_id
    assert [each["text"] for each in await tuesday.slack.messages("bot", "ana")] == before
    assert "asking a leader" in str((await tuesday.slack.messages("bot", "ben"))[-1])
