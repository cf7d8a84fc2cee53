"""Votes for ideas: reactions to the card, merges, and corrections by the daily read of reactions."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from bot.features.ideas.models import Mark
from bot.followups import queries
from bot.followups.models import Followup, State
from bot.org.people import Person
from bot.refusals import followups as refusals
from tests.handlers.drivers import dm, keep_only_jobs, settled
from tests.handlers.followups.test_ideas import CHANNEL, TEXT, card, idea, press_card, press_note, stored
from tests.harness import World

OTHER = "colours for the refund queue"


@pytest.fixture
async def voting(tuesday: World) -> World:
    """Return a world on a Tuesday, with an idea by Ana."""
    await keep_only_jobs(tuesday, "nudges", "ideas")
    await idea(tuesday, "ana", TEXT)
    return tuesday


async def vote(world: World, name: str, emoji: str = "+1", words: str = TEXT, *, remove: bool = False) -> None:
    message = await card(world, words)
    await world.slack.do("reactions", user=name, channel=CHANNEL, ts=message["ts"], name=emoji, remove=remove)
    await settled(world)


async def voters(world: World, words: str = TEXT) -> set[str]:
    async with world.database.reading() as session:
        found = await queries.find_supporters(session, await session.get_one(Followup, (await stored(world, words)).id))
        return {each.removeprefix("U0").rstrip("0").lower() for each in found}


async def test_reactions_in_any_skin_tone_are_one_vote_per_person_until_all_are_removed(voting: World) -> None:
    await vote(voting, "ben", "+1::skin-tone-4")
    await vote(voting, "ben", "heavy_plus_sign")
    await vote(voting, "dina")
    assert await voters(voting) == {"ben", "dina"}
    assert "2 votes" in str(await card(voting))

    await vote(voting, "ben", "heavy_plus_sign", remove=True)
    assert await voters(voting) == {"ben", "dina"}
    await vote(voting, "ben", "+1::skin-tone-4", remove=True)
    assert await voters(voting) == {"dina"}
    assert "1 vote " in str(await card(voting))


async def test_reactions_by_the_author_guests_and_external_people_do_not_count_as_votes(voting: World) -> None:
    async with voting.database.begin() as session:
        for person_id, kind in (("U0BEN00000", "is_guest"), ("U0DINA0000", "is_stranger")):
            person = await session.get_one(Person, (voting.workspace.id, person_id))
            setattr(person, kind, True)
    for name in ("ana", "ben", "dina"):
        await vote(voting, name)
    await vote(voting, "tom", "tada")
    assert await voters(voting) == set()


async def test_voters_are_told_once_how_an_idea_ended(voting: World) -> None:
    await vote(voting, "ben")
    await press_card(voting, "maya", "take")
    assert TEXT not in str(await voting.slack.messages("bot", "ben"))
    await press_card(voting, "maya", "close", reason="declined", why="It cannot be done.", again="")
    told = [each for each in await voting.slack.messages("bot", "ben") if "an idea you voted for" in str(each)]
    assert len(told) == 1
    assert "It cannot be done." in str(told)


async def test_merging_ideas_adds_up_their_votes_and_undo_separates_them_again(voting: World) -> None:
    await idea(voting, "eli", OTHER)
    await vote(voting, "ben")
    await vote(voting, "dina")
    await vote(voting, "ben", words=OTHER)
    await vote(voting, "ana", words=OTHER)
    await vote(voting, "eli")
    other = await stored(voting, OTHER)
    await press_card(voting, "maya", "merge", other=str(other.id))
    assert (await stored(voting)).merged_into_id == other.id
    assert await voters(voting, OTHER) == {"ana", "ben", "dina"}
    shown = await card(voting, "*Merged with another idea*")
    assert OTHER in str(shown)
    assert "/archives/" in str(shown)
    assert "merged your idea" in str(await dm(voting, "ana", TEXT))
    assert "3 votes" in str(await card(voting, f">{OTHER}"))

    ts = shown["ts"]
    await voting.slack.do("reactions", user="dina", channel=CHANNEL, ts=ts, name="+1", remove=True)
    await voting.slack.do("reactions", user="tom", channel=CHANNEL, ts=ts, name="+1")
    await settled(voting)
    assert await voters(voting, OTHER) == {"ana", "ben", "tom"}

    await press_card(voting, "maya", "split", "*Merged with another idea*")
    await voting.slack.submit("maya")
    await settled(voting)
    assert (await stored(voting)).state == State.OPEN
    assert await voters(voting) == {"ben", "eli", "tom"}
    assert await voters(voting, OTHER) == {"ana", "ben"}


async def test_author_of_a_merged_idea_is_told_how_the_other_idea_ended(voting: World) -> None:
    await idea(voting, "eli", OTHER)
    other = await stored(voting, OTHER)
    await press_card(voting, "maya", "merge", other=str(other.id))
    await press_card(voting, "maya", "close", f">{OTHER}", reason="done", why="They are blue now.", again="")
    assert "They are blue now." in str(await dm(voting, "ana", "that yours was merged with"))


async def test_idea_cannot_be_merged_if_no_other_idea_is_open(voting: World) -> None:
    await press_card(voting, "maya", "merge")
    assert not await voting.slack.views("maya")
    assert refusals.NO_OTHER_IDEA in str(await voting.slack.notes("maya"))


async def test_votes_are_corrected_by_the_daily_read_of_reactions_after_missed_events(voting: World) -> None:
    await vote(voting, "ben")
    await vote(voting, "dina")
    async with voting.database.begin() as session:
        await session.execute(delete(Mark).where(Mark.person_id == "U0DINA0000"))
        for mark in await session.scalars(select(Mark)):
            mark.person_id = "U0TOM00000"
    await voting.move(timedelta(days=1, hours=1))
    assert await voters(voting) == {"ben", "dina"}
    assert await voting.slack.calls("reactions.get")


async def test_idea_whose_card_was_deleted_in_slack_keeps_its_votes(voting: World) -> None:
    await vote(voting, "ben")
    message = await card(voting)
    await voting.slack.do("messages/delete", user="maya", channel=CHANNEL, ts=message["ts"])
    await voting.move(timedelta(days=2))
    assert await voters(voting) == {"ben"}


async def test_duplicate_idea_can_be_turned_into_a_vote_for_the_earlier_one(voting: World) -> None:
    again = "a refund macro for amounts under 20 euros"
    answer = await idea(voting, "ben", again)
    assert "Is it the same" in str(answer.ack)
    await press_note(voting, "ben", "ideas:same")
    assert (await stored(voting, again)).reason == "withdrawn"
    assert await voters(voting) == {"ben"}
    assert not [each for each in await voting.slack.said(CHANNEL, "eli") if again in each]


async def test_answer_to_a_new_idea_quotes_the_outcome_of_a_similar_declined_idea(voting: World) -> None:
    await press_card(voting, "maya", "close", reason="declined", why="Finance says no.", again="")
    answer = await idea(voting, "ben", "a refund macro for amounts under 20 euros")
    assert "Finance says no." in str(answer.ack)
    assert "ideas:same" not in str(answer.ack)


async def test_two_identical_ideas_are_both_saved(voting: World) -> None:
    await idea(voting, "ben", TEXT)
    async with voting.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(Followup)) == 2
