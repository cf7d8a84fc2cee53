"""Tests of quotes: consent, who stands behind them, what leaders and writers do about them, and what is sent."""

import pytest
from sqlalchemy import delete, select, update

from bot.db.models import Private
from bot.errors import AnswerTooLate, Refusal
from bot.features.voice.models import VoiceMonth
from bot.followups.models import Followup, Quoting
from bot.followups.rules import Step
from bot.messages.followups.forms import QUOTING
from bot.messages.voice import quotes as messages
from bot.org.teams.models import Member
from bot.refusals import common
from bot.refusals import followups as refusals
from bot.slack.dispatcher import Actor
from bot.workflows import roadblocks
from bot.workflows.followups import steps
from bot.workflows.voice import quotes
from tests.handlers.drivers import dm, press, settled
from tests.handlers.followups.drivers import press_note, stored
from tests.handlers.home.drivers import opens
from tests.handlers.home.drivers import press as press_home
from tests.handlers.voice.drivers import (
    IDEA,
    THREE,
    agree,
    at,
    change_team,
    choose,
    close_pulse,
    drafts,
    files,
    leave,
    sent,
    three_agree,
    type_words,
)
from tests.harness import World

WORDS = [words for _, words in THREE]
NAMED = "The new macros save us an hour a day"


def shown(message: object) -> list[str]:
    """Return which of the three quotes a message has."""
    return [each for each in WORDS if each in str(message)]


async def test_forms_ask_for_consent_that_is_off_until_it_is_given(march: World) -> None:
    for word, more in (("/roadblock", {"shown": "unnamed"}), ("/idea", {"hidden": ["hidden"]})):
        for quoting in (None, Quoting.UNNAMED):
            await type_words(march, "ana", ":fire:", word)
            (view,) = await march.slack.views("ana")
            (block,) = [each for each in view["blocks"] if each["block_id"] == QUOTING]
            assert block["element"]["initial_option"]["value"] == Quoting.NO
            given = {QUOTING: quoting} if quoting else {}
            assert not (await march.slack.submit("ana", text=f"a {word} {quoting} ".strip(), **more, **given)).errors
            await settled(march)
            assert (await stored(march)).quoting == (quoting or Quoting.NO)
    await type_words(march, "ana", "the printer jams", "/roadblock")
    assert (await stored(march)).quoting == Quoting.NO


async def test_hidden_name_cannot_be_quoted(march: World) -> None:
    for word, more in (("/roadblock", {"shown": "unnamed"}), ("/idea", {"hidden": ["hidden"]})):
        await type_words(march, "ana", ":fire:", word)
        answer = await march.slack.submit("ana", text="one of a kind", quoting=Quoting.NAMED, **more)
        assert answer.errors == {QUOTING: refusals.NAME_HIDDEN}


async def test_form_does_not_ask_in_a_team_without_a_sponsor(march: World) -> None:
    await type_words(march, "ana", ":fire:", "/idea")
    assert QUOTING in str(await march.slack.views("ana"))
    await change_team(march, sponsor_id=None)
    await type_words(march, "ben", ":fire:", "/idea")
    assert QUOTING not in str(await march.slack.views("ben"))


async def test_consented_words_are_quoted_with_and_without_names(march: World) -> None:
    await three_agree(march)
    await agree(march, "U0DINA0000", NAMED, Quoting.NAMED)
    await type_words(march, "dina", "the printer jams", "/roadblock")
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert shown(message) == WORDS
    assert f"“{NAMED}” – @dina" in message["text"]
    assert "the printer jams" not in str(message)
    assert not [name for name in ("@ana", "@ben", "@chidi", "U0ANA00000", "U0BEN00000") if name in str(message)]
    assert sorted((await files(march))["quotes.csv"]) == sorted([[NAMED, "dina"], *([words, ""] for words in WORDS)])


async def test_two_people_are_too_few_for_quotes_without_a_name_but_wait_for_one_month(march: World) -> None:
    for id, words in THREE[:2]:
        await agree(march, id, words)
        await agree(march, id, f"{words}, again and again and again")
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    assert shown(message) == []
    await agree(march, *THREE[2])
    await march.move(at("6 May 10:05"))
    assert shown((await sent(march))[-1]) == WORDS
    await agree(march, "U0DINA0000", "The fourth one")
    await march.move(at("4 June 10:05"))
    assert len(await sent(march)) == 2


async def test_quote_has_the_text_at_the_time_of_sending(march: World) -> None:
    ids = [
        await agree(march, "U0DINA0000", f"{each} and no more", Quoting.NAMED) for each in ("edited", "gone", "back")
    ]
    await agree(march, "U0ELI00000", "somebody who leaves", Quoting.NAMED)
    await march.move(at("1 April 10:01"))
    async with march.database.begin() as session:
        words = {ids[0]: Private("written anew"), ids[1]: ""}
        for id, text in words.items():
            await session.execute(update(Followup).where(Followup.id == id).values(text=text))
        await session.execute(delete(Member).where(Member.user_id == "U0ELI00000"))
    async with march.database.begin() as session:
        actor = Actor(march.workspace.id, "U0DINA0000")
        await steps.take_step(session, actor, ids[2], Step.WITHDRAW, now=march.now)
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert "“written anew” – @dina" in message["text"]
    for gone in ("edited and no more", "gone and no more", "back and no more", "somebody who leaves"):
        assert gone not in str(message)


async def test_draft_follows_what_authors_do_with_what_is_quoted(march: World) -> None:
    for id, words in THREE:
        await agree(march, id, words, Quoting.NAMED)
    await march.move(at("1 April 10:01"))
    assert shown(await drafts(march, "maya")) == WORDS
    async with march.database.begin() as session:
        ana, ben = (Actor(march.workspace.id, each) for each, _ in THREE[:2])
        await steps.take_step(session, ana, 1, Step.WITHDRAW, now=march.now)
        await roadblocks.set_author_shown(session, ben, 2, is_named=False, now=march.now)
    await settled(march)
    for name in ("maya", "tom"):
        (draft,) = await drafts(march, name)
        assert shown(draft) == WORDS[2:]


async def test_steward_me_takes_consent_back_until_it_is_sent(march: World) -> None:
    await three_agree(march)
    await agree(march, "U0DINA0000", NAMED, Quoting.NAMED)
    await march.move(at("1 April 10:01"))
    assert shown(await drafts(march, "maya")) == WORDS
    assert NAMED in str((await type_words(march, "dina", "me", "/steward")).ack)
    await press_note(march, "dina", messages.STOP)
    assert NAMED not in str(await drafts(march, "maya"))
    await type_words(march, "ana", "me", "/steward")
    await press_note(march, "ana", messages.STOP)
    (draft,) = await drafts(march, "maya")
    assert shown(draft) == []
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("3 April 10:05"))
    assert await sent(march) == []
    assert messages.STOP not in str((await type_words(march, "dina", "me", "/steward")).ack)


async def test_view_of_what_is_kept_changes_at_once_when_a_consent_is_taken_back(march: World) -> None:
    for words in ("The first one", "The second one"):
        await agree(march, "U0DINA0000", words, Quoting.NAMED)
    await type_words(march, "dina", "me", "/steward")
    await press_note(march, "dina", messages.STOP)
    shown_now = [str(each) for each in await march.slack.notes("dina") if "What I keep" in str(each)]
    assert [("The first one" in each, "The second one" in each) for each in shown_now] == [(True, False)]
    assert messages.STOPPED in str(await march.slack.notes("dina"))


async def test_sheet_of_home_changes_at_once_when_a_consent_is_taken_back(march: World) -> None:
    for words in ("The first one", "The second one"):
        await agree(march, "U0DINA0000", words, Quoting.NAMED)
    await opens(march.slack, "dina")
    await press_home(march.slack, "dina", "home:me")
    (sheet,) = await march.slack.views("dina")
    assert "The second one" in str(sheet)
    (stop, _) = [each["accessory"] for each in sheet["blocks"] if messages.STOP in str(each)]
    pressed = {"action_id": stop["action_id"], "value": stop["value"]}
    await march.slack.do("actions", user="dina", view_id=sheet["id"], **pressed)
    await settled(march)
    (sheet,) = await march.slack.views("dina")
    assert "The first one" in str(sheet)
    assert "The second one" not in str(sheet)


async def test_consent_cannot_be_taken_back_once_it_is_sent(march: World) -> None:
    (id, *_) = await three_agree(march)
    await type_words(march, "ana", "me", "/steward")
    await march.move(at("3 April 10:05"))
    async with march.database.begin() as session:
        with pytest.raises(AnswerTooLate):
            await quotes.take_back(session, Actor(march.workspace.id, "U0ANA00000"), id, now=march.now)
    assert messages.STOP not in str((await type_words(march, "ana", "me", "/steward")).ack)


async def test_leaders_leave_quotes_out_and_put_them_back(march: World) -> None:
    await close_pulse(march, "The voucher tool", "Acme Ltd is rude", "Not for others")
    await march.move(at("1 April 10:01"))
    for name, words in (("maya", "The voucher tool"), ("tom", "Acme Ltd is rude")):
        await choose(march, name, words, "leave_out")
    await choose(march, "maya", "The voucher tool", "put_back")
    assert "Not for others" not in str(await drafts(march, "maya"))
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert "The voucher tool" in str(message)
    assert "Acme" not in str(message)
    assert (await files(march))["quotes.csv"] == [["The voucher tool", ""]]


async def test_fewer_than_three_people_are_not_quoted_after_one_is_left_out(march: World) -> None:
    await three_agree(march)
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 April 10:01"))
    await choose(march, "maya", WORDS[0], "leave_out")
    assert messages.STATES["too_few"] in str(await drafts(march, "tom"))
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    assert shown(message) == []


async def test_writer_changes_a_quote_that_is_handed_back_and_stays_unknown_to_leaders(march: World) -> None:
    *_, chidi = await three_agree(march)
    await march.move(at("1 April 10:01"))
    await choose(march, "maya", "Acme", "hand_back")
    (draft,) = await drafts(march, "maya")
    assert messages.STATES["handed_back"] in str(draft)
    assert not [name for name in ("chidi", "U0CHIDI000") if name in str(draft)]
    card = await dm(march, "chidi", "could identify a customer")
    assert not [
        each for name in ("ana", "ben") for each in await march.slack.messages("bot", name) if "look again" in str(each)
    ]
    await press(march, "chidi", card, messages.CHANGE)
    assert not (await march.slack.submit("chidi", words="A large customer calls every morning")).errors
    await settled(march)
    assert "A large customer" in str(await drafts(march, "tom"))
    await march.move(at("3 April 10:05"))

    (message,) = await sent(march)
    assert "A large customer calls every morning" in str(message)
    assert "Acme" not in f"{message}{await files(march)}"
    assert (await stored(march, id=chidi)).text == "Acme Ltd calls every morning"


@pytest.mark.parametrize("answers", [True, False])
async def test_quote_that_is_handed_back_is_left_out_without_a_change(march: World, *, answers: bool) -> None:
    await agree(march, "U0CHIDI000", "Acme Ltd calls every morning", Quoting.NAMED)
    await agree(march, "U0DINA0000", NAMED, Quoting.NAMED)
    await march.move(at("1 April 10:01"))
    await choose(march, "maya", "Acme", "hand_back")
    card = await dm(march, "chidi", "could identify a customer")
    if answers:
        await press(march, "chidi", card, messages.WITHDRAW)
        await settled(march)
        assert "Acme" not in str(await drafts(march, "maya"))
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    assert NAMED in str(message)
    assert "Acme" not in str(message)
    told = messages.TAKEN_BACK if answers else messages.NOT_ANSWERED
    assert told in str(await dm(march, "chidi", told))


async def test_only_the_writer_answers_a_quote_that_is_handed_back(march: World) -> None:
    chidi = await agree(march, "U0CHIDI000", "Acme Ltd calls every morning", Quoting.NAMED)
    await march.move(at("1 April 10:01"))
    await choose(march, "maya", "Acme", "hand_back")
    async with march.database.begin() as session:
        month = (await session.scalars(select(VoiceMonth))).one()
        for person_id in ("U0ANA00000", "U0MAYA0000", "U0GRACE000"):
            actor = Actor(march.workspace.id, person_id)
            for act in (
                lambda who: quotes.change(session, who, month.id, chidi, "Mine", now=march.now),
                lambda who: quotes.take_back(session, who, chidi, now=march.now),
                lambda who: quotes.find_handed_back(session, who, month.id, chidi),
            ):
                with pytest.raises(Refusal) as refused:
                    await act(actor)
                assert refused.value.sentence == refusals.FOR_AUTHOR


async def test_only_leaders_choose_quotes_and_only_until_it_is_sent(march: World) -> None:
    await agree(march, "U0DINA0000", NAMED, Quoting.NAMED)
    await march.move(at("1 April 10:01"))
    for person_id, sentence in (("U0ANA00000", common.FOR_LEADERS), ("U0GRACE000", common.FOR_LEADERS)):
        await _refused(march, person_id, sentence)
    await march.move(at("3 April 10:05"))
    await _refused(march, "U0MAYA0000", common.VOICE_SENT)


async def _refused(world: World, person_id: str, sentence: str) -> None:
    async with world.database.begin() as session:
        month = (await session.scalars(select(VoiceMonth))).one()
        for act in (quotes.leave_out, quotes.put_back, quotes.hand_back):
            with pytest.raises(Refusal) as refused:
                await act(session, Actor(world.workspace.id, person_id), month.id, "followup:1", now=world.now)
            assert refused.value.sentence == sentence


async def test_quote_of_somebody_who_has_left_is_not_sent(march: World) -> None:
    await agree(march, "U0DINA0000", NAMED, Quoting.NAMED)
    await type_words(march, "ana", IDEA, "/idea")
    await march.move(at("1 April 10:01"))
    await leave(march, "U0DINA0000")
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    assert NAMED not in str(message)


async def test_longest_quotes_arrive_whole_and_a_comment_of_the_pulse_is_cut(march: World) -> None:
    longest = "w" * 599 + "&"
    await agree(march, "U0DINA0000", longest, Quoting.NAMED)
    await close_pulse(march, "<" * 3000, "x", "y")
    await march.move(at("3 April 10:05"))
    (message,) = await sent(march)
    assert longest.replace("&", "&amp;") in str(message["blocks"])
    assert "&lt;" * 599 + "…" in message["text"]
    assert [longest, "dina"] in (await files(march))["quotes.csv"]
