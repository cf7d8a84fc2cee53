"""Tests of what authors read about being quoted: the way to the form, and the answer to what they raised."""

import pytest

from bot.features.roadblocks import Shown
from bot.followups.models import Quoting
from bot.messages.followups.forms import QUOTING
from bot.messages.ideas.lists import NEW_IDEA
from tests.handlers.drivers import button, settled
from tests.handlers.followups.drivers import stored
from tests.handlers.voice.drivers import IDEA, type_words
from tests.harness import World


@pytest.mark.parametrize("typed", ["", "the printer jams"])
async def test_list_of_ideas_opens_the_form_in_which_an_author_agrees(march: World, typed: str) -> None:
    if typed:
        await type_words(march, "ana", typed, "/idea")
    await type_words(march, "ana", "", "/idea")
    note = (await march.slack.notes("ana"))[-1]
    await march.slack.do("actions", user="ana", channel="harbour-support", ts=note["ts"], **button(note, NEW_IDEA))
    await settled(march)
    assert not (await march.slack.submit("ana", text=IDEA, quoting=Quoting.NAMED)).errors
    await settled(march)
    this = await stored(march)
    assert (this.text, this.quoting) == (IDEA, Quoting.NAMED)


@pytest.mark.parametrize(
    ("shown", "quoting", "told"),
    [
        (Shown.ONLY_LEADERS, Quoting.UNNAMED, "I may quote it to the sponsor without your name"),
        (Shown.WITH_MY_NAME, Quoting.UNNAMED, "I may quote it to the sponsor without your name"),
        (Shown.WITH_MY_NAME, Quoting.NAMED, "I may quote it to the sponsor with your name"),
        (Shown.ONLY_LEADERS, Quoting.NO, ""),
    ],
)
async def test_answer_says_who_may_read_what_was_raised(
    march: World, shown: Shown, quoting: Quoting, told: str
) -> None:
    await type_words(march, "ana", ":fire:", "/roadblock")
    assert not (await march.slack.submit("ana", text="the roster is late", shown=shown, **{QUOTING: quoting})).errors
    await settled(march)
    answers = [*await march.slack.notes("ana"), *await march.slack.messages("bot", "ana")]
    (answer,) = [each for each in answers if "undo this" in each["text"]]
    assert told in answer["text"]
    assert ("quote it" in answer["text"]) == bool(told)
