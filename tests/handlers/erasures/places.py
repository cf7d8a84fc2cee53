"""Every kind of place in which people's words are stored, with a sentence of Ana's in each.

Those that the end-to-end test does not write with commands and forms are written as rows, as the features do it.
"""

from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import timedelta
from typing import Any, NamedTuple

from sqlalchemy import JSON, LargeBinary, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base, Private, table
from bot.db.personal_data import DECLARED
from bot.db.sessions import vault_of
from bot.features.birthdays.models import SealedSignature
from bot.features.celebrations.models import Celebration, Way
from bot.features.hand_ups.models import HandUp
from bot.features.hard_contacts import Details, HardContact
from bot.features.heads_ups.models import HeadsUp
from bot.features.notices.models import Notice, NoticeQuestion
from bot.features.one_on_ones.models import Note, Topic
from bot.features.rituals import catalog
from bot.features.rituals.models import QuizAnswer, Ritual
from bot.features.shoutouts.models import Credit, Shoutout
from bot.features.visits.models import Debrief
from bot.features.voice.models import VoiceMonth
from bot.followups.models import Audience, Event, Followup, Kind, State
from bot.meetings.models import Meeting
from bot.nudges.models import Nudge
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.outbox.models import Outgoing
from tests.harness import World
from tests.schedules.test_retention import NIGHT, row

ANA, BEN, CHIDI, MAYA = "U0ANA00000", "U0BEN00000", "U0CHIDI000", "U0MAYA0000"
OTHERS = {ANA: BEN, BEN: CHIDI}


class Place(NamedTuple):
    """A column of a table, in a row with these values."""

    model: type[Base]
    column: str
    given: Mapping[str, Any] = {}
    stays: str = ""
    """What the receipt calls it, if an erase keeps the words without the name."""
    is_sealed: bool = False


NEEDED: dict[type[Base], dict[str, Any]] = {
    Meeting: {"kind": "visit", "state": "met"},
    Ritual: {"rule": "FREQ=WEEKLY;BYDAY=SA"},
}
"""What parents need that are read by the bot."""
GIVEN = {"giver_id": ANA, "receivers": [BEN], "named": [BEN], "kind": "message", "way": "command"}
PAIR = {"leader_id": MAYA, "agent_id": ANA, "author_id": ANA}
RAISED = [(kind, audience) for kind in Kind for audience in Audience]
OWNED = {"author_id": BEN, "owner_id": ANA, "state": State.CLOSED}
NOTICE, HEADS_UP = "change notices and launches you posted", "change notices and launches you posted"
PLACES = [
    *(Place(Followup, "text", {"kind": kind, "audience": audience, "author_id": ANA, "state": State.CLOSED})
      for kind, audience in RAISED),
    *(Place(Followup, column, OWNED | {"kind": kind})
      for kind in Kind for column in ("outcome", "waiting_for", "sponsor_note", "question")),
    *(Place(Followup, "quote", {"kind": kind, "author_id": ANA, "state": State.CLOSED}) for kind in Kind),
    *(Place(Event, "text", {"by_id": ANA, "step": step}) for step in ("taken", "said", "answered")),
    Place(Shoutout, "reason", GIVEN | {"is_private": False, "is_for_team": False}),
    Place(Shoutout, "reason", GIVEN | {"is_private": True, "given_at": None}, is_sealed=True),
    Place(Shoutout, "reason", GIVEN | {"is_private": False, "values": ["empathy"]}),
    Place(Shoutout, "reason", GIVEN | {"giver_id": BEN, "receivers": [ANA], "named": [ANA], "is_private": True},
          is_sealed=True),
    Place(HandUp, "words", {"agent_id": ANA}, is_sealed=True),
    Place(HardContact, "sealed", is_sealed=True),
    Place(Topic, "sealed", PAIR),
    Place(Topic, "sealed", PAIR | {"leader_id": ANA, "agent_id": BEN}),
    Place(Note, "sealed", PAIR),
    Place(Note, "sealed", PAIR | {"leader_id": ANA, "agent_id": BEN}),
    Place(Debrief, "works", {"sponsor_id": ANA}),
    Place(Debrief, "in_the_way", {"sponsor_id": ANA}),
    Place(SealedSignature, "sealed", {"signer_id": ANA}),
    Place(Celebration, "words", {"person_id": ANA, "way": Way.SAID}),
    Place(NoticeQuestion, "words", {"person_id": ANA}),
    Place(VoiceMonth, "comment", {"comment_by": ANA}, is_sealed=True),
    Place(Nudge, "facts", {"person_id": ANA, "kind": "heard", "state": "done"}),
    Place(Outgoing, "body", {"conversation": ANA, "state": "sent", "method": "chat.postMessage"}),
    Place(QuizAnswer, "said", {"person_id": ANA}, stays="your part in rituals"),
    *(Place(Notice, column, {"author_id": ANA}, stays=NOTICE) for column in ("change", "details", "answer")),
    *(Place(HeadsUp, column, {"leader_id": ANA}, stays=HEADS_UP) for column in ("title", "words")),
]  # fmt: skip
PLANTED = {f"the machine number {nth} near my desk stops every {nth} minutes": each for nth, each in enumerate(PLACES)}
"""The sentences, none of which is part of another."""
GOING = [each for each in PLANTED if not PLANTED[each].stays]
STAYING = [each for each in PLANTED if PLANTED[each].stays]


async def plant(world: World) -> None:
    """Store a sentence of Ana's in each place, one of Ben's in each, too, and one in Ana's settings."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team).order_by(Team.id).limit(1))).one()
        for sentence, place in PLANTED.items():
            await _store(session, team, world, place, sentence)
            theirs = {name: _instead(place.given[name]) for name in place.given}
            await _store(session, team, world, place._replace(given=theirs), said_by_ben(sentence), BEN)
        ana = await session.get_one(Person, (world.workspace.id, ANA))
        ana.settings = {**ana.settings, "unknown": [GOING[0]]}


def said_by_ben(sentence: str) -> str:
    return sentence.replace("machine", "kettle")


def _instead(value: Any) -> Any:
    """Return Ben for Ana, and somebody else for Ben."""
    return [OTHERS.get(each, each) for each in value] if isinstance(value, list) else OTHERS.get(value, value)


async def _store(session: AsyncSession, team: Team, world: World, place: Place, sentence: str, by: str = ANA) -> None:
    value = _value(session, place, sentence, by)
    days = [each for each in ("ended_at", "closed_at", "made_at", "raised_at") if each in table(place.model).c]
    at: dict[str, Any] = dict.fromkeys(days, world.now - timedelta(days=1))
    if place.model is Shoutout:
        at["given_at"] = world.now
    found = await _build(session, team, place.model, world, **{**at, **place.given, place.column: value})
    if isinstance(found, Shoutout) and found.given_at:
        credit = {"shoutout_id": found.id, "giver_id": found.giver_id, "receiver_id": found.receivers[0]}
        await _build(session, team, Credit, world, **credit)


def _value(session: AsyncSession, place: Place, sentence: str, by: str) -> Any:
    column = table(place.model).c[place.column].type
    if isinstance(getattr(column, "impl_instance", column), JSON):
        return {"said": [f"{sentence} <@{by}>"]}
    if isinstance(column, LargeBinary):
        return vault_of(session).encrypt(sentence)
    told = sentence
    if place.model is HardContact:
        told = Details(
            agent_id=by, leader_id=MAYA, ticket=sentence, asked_at=NIGHT, agent_card="a", leader_card="b"
        ).model_dump_json()
    return Private(told) if place.is_sealed else told


async def _free_slug(session: AsyncSession) -> dict[str, Any]:
    """Return a kind of ritual that the team does not have yet."""
    taken = {*await session.scalars(select(Ritual.slug))}
    return {"slug": next(each for each in catalog.load_catalog() if each not in taken)}


async def _build(session: AsyncSession, team: Team, model: type[Base], world: World, **given: Any) -> Base:
    """Store a row, and new parents where it needs some."""
    optional = {each.name for each in fields(model) if each.default is not MISSING}
    if "workspace_id" in table(model).c:
        given["workspace_id"] = world.workspace.id
    for key in table(model).foreign_keys:
        name, parent = key.parent.name, key.column.table
        if parent.name not in ("workspaces", "teams") and name not in {*given, *optional}:
            owner = next(each for each in DECLARED if table(each) is parent)
            needed = NEEDED.get(owner, {}) | (await _free_slug(session) if owner is Ritual else {})
            given[name] = (inspect(await _build(session, team, owner, world, **needed)).identity or [None])[0]
    found: Base = row(model, team, **given)
    session.add(found)
    await session.flush()
    return found
