"""Tests of what is never in the sponsor's message or its tables, although it happened in the month."""

import pytest
from sqlalchemy import select

from bot.errors import Refusal
from bot.features.voice.models import VoiceMonth
from bot.refusals import common
from bot.slack.dispatcher import Actor
from bot.workflows.voice import drafts
from tests.handlers.drivers import settled
from tests.handlers.followups.drivers import press_note
from tests.handlers.voice.drivers import IDEA, SECRET, at, files, sent, spend_the_month, type_words
from tests.harness import World


async def test_nothing_private_is_in_the_message_or_its_tables(march: World) -> None:
    await spend_the_month(march)
    await type_words(march, "ben", SECRET, "/roadblock")
    await press_note(march, "ben", "roadblocks:leaders")
    await type_words(march, "maya", "private @chidi for the hard call", "/shoutout")
    await type_words(march, "tom", "@dina look at the desk by Friday", "/promise")
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    told = f"{message}{await files(march)}"
    assert IDEA in told
    for private in (
        SECRET, "the hard call", "look at the desk", "customer wants a refund", "U0ANA00000", "U0BEN00000",
        "U0CHIDI000", "@ana", "@ben", "@chidi",
    ):  # fmt: skip
        assert private not in told


async def test_withdrawn_and_declined_ideas_are_not_told(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await type_words(march, "ben", "colours for the queue", "/idea")
    await press_note(march, "ben", "ideas:undo")
    await settled(march)
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert "colours for the queue" not in str(message)


async def test_only_leaders_can_comment_on_a_draft(march: World) -> None:
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 April 10:01"))
    async with march.database.begin() as session:
        (month,) = await session.scalars(select(VoiceMonth))
        for person_id in ("U0ANA00000", "U0GRACE000"):
            with pytest.raises(Refusal) as refused:
                await drafts.comment(session, Actor(march.workspace.id, person_id), month.id, "Mine", now=march.now)
            assert refused.value.sentence == common.FOR_LEADERS
        assert month.comment == ""
