"""Drivers for the leader's week: everything a leader does in a week, and the messages that tell of it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime

from sqlalchemy import text, update

from bot.meetings.models import Series
from bot.messages.hand_ups import names
from bot.org import people
from bot.org.people import Person
from tests.handlers.drivers import button, dm, settled
from tests.handlers.hand_ups.drivers import press_ask, raise_hand
from tests.harness import Answer, Json, World

CLOSED = "Your week up to"
MAYA, TOM, ANA, BEN = "U0MAYA0000", "U0TOM00000", "U0ANA00000", "U0BEN00000"
JOBS = ("nudges", "weekly", "escalation")
COUNTS = {
    "shout-outs": """
        SELECT count(DISTINCT s.message) FROM shoutouts s JOIN shoutout_credits c ON c.shoutout_id = s.id
        WHERE s.giver_id = :who AND s.undone_at IS NULL AND s.given_at >= :since AND s.given_at < :until""",
    "hand-ups": """
        SELECT count(*) FROM hand_ups
        WHERE helper_id = :who AND helped_at >= :since AND helped_at < :until""",
    "one-on-ones": """
        SELECT count(DISTINCT series_id) FROM meetings
        WHERE kind = 'one_on_one' AND state = 'met' AND is_confirmed AND organizer_id = :who
        AND starts_at >= :since AND starts_at < :until""",
    "roadblocks": """
        SELECT count(DISTINCT f.id) FROM followups f JOIN followup_events e ON e.followup_id = f.id
        WHERE f.kind = 'roadblock' AND e.step = 'answer' AND e.by_id = :who AND e.at >= :since AND e.at < :until
        AND f.state IN ('answered', 'closed')""",
    "promises ahead": """
        SELECT count(*) FROM followups
        WHERE kind = 'promise' AND state = 'owned' AND owner_id = :who AND due_on > '2031-03-07'
        AND due_on <= '2031-03-14'""",
    "minutes": """
        SELECT sum(minutes) FROM time_entries
        WHERE leader_id = :who AND started_at > :fortnight AND started_at < :until""",
    "fun tank": "SELECT level FROM tanks",
}
"""What a leader's week tells, counted with nothing but the tables."""


def at(day: str) -> datetime:
    """Return an instant like `7 March 15:29` of 2031, in UTC, which is Lisbon's time in winter."""
    return datetime.strptime(f"2031 {day}", "%Y %d %B %H:%M").replace(tzinfo=UTC)


async def weeks(world: World, name: str) -> list[Json]:
    """Return the weeks that a person got, oldest first."""
    return [each for each in await world.slack.messages("bot", name) if CLOSED in each["text"]]


async def type_words(world: World, words: str, *, word: str, name: str = "maya") -> Answer:
    answer = await world.slack.command(name, words, word=word)
    await settled(world)
    return answer


async def log_time(world: World, name: str = "maya", words: str = "people 30") -> None:
    """Log some time, so that there is something to tell."""
    answer = await world.slack.command(name, f"log {words}", word="/balance")
    assert "Logged" in answer.text


async def spend_the_week(world: World) -> None:
    """Do everything that a leader's week tells, by using the bot."""
    await type_words(world, "@ana for staying calm", word="/shoutout")
    await type_words(world, "@ben for the macro", word="/shoutout")
    await type_words(world, "done @ana", word="/1on1")
    await type_words(world, "log strategy 90 staffing", word="/balance")
    await raise_hand(world, "ana")
    await press_ask(world, "maya", names.COMING)
    await type_words(world, "the printer jams", word="/roadblock", name="ben")
    await _settle_roadblock(world)
    await type_words(world, "@ana ask IT about vouchers by Wednesday 12 March", word="/promise")


async def _settle_roadblock(world: World) -> None:
    found = await world.slack.messages("harbour-support", "maya")
    card = next(each for each in reversed(found) if "the printer jams" in str(each) and each.get("blocks"))
    pressed = button(card, "followups:take")
    await world.slack.do("actions", user="maya", channel="harbour-support", ts=card["ts"], **pressed)
    await settled(world)
    mine = await dm(world, "maya", "the printer jams")
    pressed = button(mine, "followups:answer")
    await world.slack.do("actions", user="maya", channel="bot", ts=mine["ts"], **pressed)
    answer = await world.slack.submit("maya", why="IT replaced it")
    assert not answer.errors
    await settled(world)


async def count(world: World, since: datetime, until: datetime) -> Mapping[str, int]:
    """Return what Maya's week should tell, as `COUNTS` finds it."""
    times = {"who": MAYA, "since": since, "until": until, "fortnight": at("22 February 0:00")}
    if world.settings.database_url is None:
        times |= {name: str(each)[:19] for name, each in times.items() if isinstance(each, datetime)}
    async with world.database.reading() as session:
        return {
            name: await session.scalar(text(sql), {key: times[key] for key in times if f":{key}" in sql}) or 0
            for name, sql in COUNTS.items()
        }


@asynccontextmanager
async def changing(world: World, who: str = MAYA) -> AsyncIterator[Person]:
    """Change somebody as their settings or Slack would."""
    async with world.database.begin() as session:
        yield await people.fetch_person(session, world.workspace.id, who)


async def be_due(world: World, agent: str, day: str) -> None:
    """Have no one-on-ones due but that of an agent, on a day."""
    async with world.database.begin() as session:
        await session.execute(update(Series).values(due_on=at("1 June 0:00").date()))
        theirs = update(Series).where(Series.agent_id == agent, Series.leader_id == MAYA)
        await session.execute(theirs.values(due_on=at(f"{day} 0:00").date()))


async def thank_everybody(world: World) -> None:
    await type_words(world, "@ana @ben @chidi @dina @eli @fay for staying calm", word="/shoutout", name="tom")
