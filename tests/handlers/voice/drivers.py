"""Drivers for the voice of the frontline: a month made by using the bot, and what leaders and the sponsor get."""

import csv
import io
import zipfile
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import text, update

from bot.features.pulse import models
from bot.features.pulse import queries as pulse
from bot.features.pulse.settings import STATEMENTS
from bot.features.visits import themes
from bot.followups import queries
from bot.followups.models import Kind, State
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.handlers.drivers import settled
from tests.handlers.followups.drivers import press_dm
from tests.handlers.hand_ups.drivers import raise_hand
from tests.handlers.spikes.test_overview import file_of
from tests.harness import Answer, Json, World

JOBS = ("voice",)
TITLE = "Voice of the frontline"
DRAFT = "Draft of"
IDEA, OTHER_IDEA = "a macro for small refunds", "shorter greetings on the phone"
ROADBLOCK, NOTE = "the voucher tool logs us out", "Please talk to IT about single sign-on"
SECRET = "the roster is unfair"
COUNTS = {
    "votes": "SELECT count(*) FROM followup_supports",
    "spikes": "SELECT count(*) FROM spikes WHERE opened_at >= '2031-03-01' AND opened_at < '2031-04-01'",
    "hand-ups": "SELECT count(*) FROM hand_ups WHERE raised_at >= '2031-03-01' AND raised_at < '2031-04-01'",
    "answered": "SELECT count(*) FROM hand_ups WHERE helped_at IS NOT NULL",
    "mentions": "SELECT count(*) FROM theme_sightings WHERE theme = 'tools'",
    "done": "SELECT count(*) FROM followups WHERE state = 'closed' AND reason = 'done' AND audience = 'team'",
}
"""What a month tells, counted with nothing but the tables."""


def at(day: str) -> datetime:
    """Return an instant like `1 April 10:01` of 2031, in Lisbon's time."""
    return datetime.strptime(f"2031 {day}", "%Y %d %B %H:%M").replace(tzinfo=ZoneInfo("Europe/Lisbon"))


async def type_words(world: World, name: str, words: str, word: str) -> Answer:
    answer = await world.slack.command(name, words, word=word)
    await settled(world)
    return answer


async def raise_hands(world: World, *names: str) -> None:
    """Have these agents raise a hand, one after another; nobody answers."""
    for name in names:
        await raise_hand(world, name)
        await settled(world)


async def see_theme(world: World, *agent_ids: str) -> None:
    """Report the theme *Tools and logins* once for each of these agents, as a debrief does."""
    async with world.database.begin() as session:
        team = await session.get_one(Team, 1)
        for nth, agent_id in enumerate(agent_ids):
            await themes.record_themes(
                session, team, ["tools"], source=f"meeting:{nth}", agent_id=agent_id, now=world.now
            )


async def ask_sponsor(world: World) -> None:
    """Have Ana raise a roadblock, and Tom take it and ask the sponsor."""
    await type_words(world, "ana", ROADBLOCK, "/roadblock")
    await press_channel_card(world, "tom", ROADBLOCK, "followups:take")
    await press_dm(world, "tom", ROADBLOCK, "ask_sponsor")
    assert not (await world.slack.submit("tom", why=NOTE)).errors
    await settled(world)


async def press_channel_card(world: World, name: str, words: str, action_id: str) -> None:
    found = await world.slack.messages("harbour-support", name)
    card = next(each for each in reversed(found) if words in str(each) and each.get("blocks"))
    rows = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    pressed = next(each for row in rows for each in row if each["action_id"] == action_id)
    value = {"action_id": pressed["action_id"], "value": pressed["value"]}
    await world.slack.do("actions", user=name, channel="harbour-support", ts=card["ts"], **value)
    await settled(world)


async def spend_the_month(world: World) -> None:
    """Do everything that a month tells, by using the bot."""
    await type_words(world, "ana", IDEA, "/idea")
    await type_words(world, "ben", OTHER_IDEA, "/idea")
    found = await world.slack.messages("harbour-support", "maya")
    card = next(each for each in found if IDEA in str(each))
    for name in ("maya", "chidi"):
        await world.slack.do("reactions", user=name, channel="harbour-support", ts=card["ts"], name="+1")
    await ask_sponsor(world)
    await raise_hands(world, "ana", "ben", "chidi")
    await see_theme(world, "U0ANA00000", "U0BEN00000", "U0CHIDI000")
    await type_words(world, "maya", "spike phones 42", "/queue")
    await type_words(world, "maya", "calm phones", "/queue")


async def drafts(world: World, name: str) -> list[Json]:
    return [each for each in await world.slack.messages("bot", name) if DRAFT in each["text"]]


async def sent(world: World, name: str = "grace") -> list[Json]:
    """Return the months that the sponsor got, oldest first."""
    return [each for each in await world.slack.messages("bot", name) if TITLE in each["text"]]


async def files(world: World, name: str = "grace") -> dict[str, list[list[str]]]:
    """Return the tables of the archive, without their headers."""
    with zipfile.ZipFile(io.BytesIO(await file_of(world, name))) as archive:
        return {
            each: [*csv.reader(io.StringIO(archive.read(each).decode("utf-8-sig"), newline=""))][1:]
            for each in archive.namelist()
        }


async def count(world: World) -> dict[str, int]:
    async with world.database.reading() as session:
        return {name: await session.scalar(text(sql)) or 0 for name, sql in COUNTS.items()}


async def change_team(world: World, **values: object) -> None:
    async with world.database.begin() as session:
        await session.execute(update(Team).values(**values))


async def leave(world: World, person_id: str) -> None:
    async with world.database.begin() as session:
        await session.execute(update(Person).where(Person.id == person_id).values(has_left=True))


async def add_ideas(world: World, many: int) -> None:
    """Add ideas by Ana, more than anybody may type in a day."""
    async with world.database.begin() as session:
        team = await session.get_one(Team, 1)
        for nth in range(many):
            await queries.add(
                session, team, Kind.IDEA, "U0ANA00000", f"idea number {nth}", state=State.OPEN, now=world.now
            )


async def close_pulse(world: World, *comments: str) -> None:
    """Close a round of the pulse with these comments, of which all but the last may be quoted."""
    async with world.database.begin() as session:
        team = await session.get_one(Team, 1)
        found, key = await pulse.open_round(
            session, team, STATEMENTS, ["U0ANA00000"] * 5, now=world.now, closes_at=world.now
        )
        await pulse.shred(session, found, key, now=world.now)
        found.levels, found.asked, found.answered = ["high", "low"], 5, 5
        said = [models.Answer(comment=each, may_be_quoted=each != comments[-1]) for each in comments]
        await pulse.add_comments(session, found, said, now=world.now)
