"""Tests of erasing a person from the rows of every table, by the declarations of personal data."""

from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Any

import pytest
from sqlalchemy import JSON, LargeBinary, Table, inspect, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import erased_mentions, erased_rows
from bot.db.erased_mentions import Place
from bot.db.erased_rows import Subject
from bot.db.migrations.metadata import METADATA
from bot.db.models import Base, Private, Words, table
from bot.db.personal_data import DECLARED, FORMER, Erase
from bot.db.sessions import vault_of
from bot.escalation.models import Ask
from bot.features import debriefs
from bot.features.alert_rules.models import AlertRule, RulePreview
from bot.features.balance.models import TimeEntry
from bot.features.birthdays.models import Occasion, SealedSignature
from bot.features.breaks.models import Break
from bot.features.celebrations.models import Celebration, MessageReaction
from bot.features.hand_ups.models import HandUp
from bot.features.hard_contacts import HardContact
from bot.features.heads_ups.models import CoverSlot, HeadsUp
from bot.features.ideas.models import Mark
from bot.features.notices.models import Notice, NoticeQuestion, NoticeReceipt
from bot.features.one_on_ones.models import Note, Topic
from bot.features.personal_exports import PersonalExport
from bot.features.pulse.models import PulseRound
from bot.features.rituals.models import CoffeePair, Participation, QuizAnswer, RitualRun
from bot.features.shoutouts.models import Credit, Shoutout
from bot.features.spikes.models import Spike, Stint
from bot.features.tickets.watches import TicketWatch
from bot.features.visits import models as visits
from bot.features.voice.models import VoiceMonth
from bot.features.webhooks import Webhook
from bot.features.weekly.models import LeaderWeek
from bot.followups.models import Event, Followup, Support
from bot.meetings.models import Meeting, Series
from bot.nudges.models import Nudge, NudgeCheck
from bot.org.channels import ChannelMember, UserGroup
from bot.org.erasures import Erasure
from bot.org.people import Person
from bot.org.teams.models import Member, Team
from bot.org.teams.settings import SettingsChange
from bot.scheduler.models import ScheduledJob
from bot.slack.home import Home
from bot.slack.inbox import Delivery
from bot.slack.outbox.models import Lane, Outgoing
from tests.conftest import TUESDAY
from tests.schedules.test_retention import row

ANA, STAND_IN = "UANA01", "gone-5eed"
WHO = Subject("T1", ANA, STAND_IN)
GOES, UNNAMED, EMPTIED = "row goes", "name goes", "name and words go"
EXPECTED: dict[type[Base], dict[str, str]] = {
    Shoutout: {"giver_id": UNNAMED, "receivers": EMPTIED, "named": UNNAMED},
    Credit: {"giver_id": UNNAMED, "receiver_id": UNNAMED},
    Topic: {"leader_id": UNNAMED, "agent_id": UNNAMED, "author_id": GOES},
    Note: {"leader_id": UNNAMED, "agent_id": UNNAMED, "author_id": GOES},
    Meeting: {"organizer_id": GOES, "attendee_id": GOES},
    Series: {"leader_id": GOES, "agent_id": GOES},
    TimeEntry: {"leader_id": GOES},
    Stint: {"person_id": GOES},
    LeaderWeek: {"person_id": GOES},
    Spike: {"caller_id": UNNAMED},
    debriefs.Debrief: {"leader_id": GOES},
    Ask: {"person_id": UNNAMED},
    Followup: {"author_id": EMPTIED, "owner_id": EMPTIED, "recipient_id": UNNAMED},
    Event: {"by_id": EMPTIED},
    Support: {"person_id": GOES},
    Mark: {"person_id": GOES},
    HandUp: {"agent_id": GOES, "helper_id": UNNAMED, "later_id": UNNAMED},
    Break: {"agent_id": GOES, "leader_id": GOES},
    RitualRun: {"host_id": UNNAMED},
    Participation: {"person_id": UNNAMED},
    CoffeePair: {"one_id": GOES, "other_id": GOES},
    QuizAnswer: {"person_id": UNNAMED},
    SealedSignature: {"signer_id": GOES},
    Occasion: {"person_id": GOES},
    Celebration: {"person_id": UNNAMED},
    MessageReaction: {"user_id": UNNAMED},
    Nudge: {"person_id": GOES},
    NudgeCheck: {"person_id": GOES},
    Notice: {"author_id": UNNAMED},
    NoticeReceipt: {"person_id": GOES},
    NoticeQuestion: {"person_id": GOES},
    HeadsUp: {"leader_id": UNNAMED},
    CoverSlot: {"person_id": GOES},
    VoiceMonth: {"comment_by": EMPTIED, "sponsor_id": UNNAMED},
    visits.Debrief: {"sponsor_id": GOES},
    Person: {"id": GOES},
    Member: {"user_id": GOES},
    ChannelMember: {"user_id": GOES},
    UserGroup: {"user_ids": UNNAMED},
    Team: {"sponsor_id": UNNAMED},
    SettingsChange: {"changed_by": UNNAMED},
    AlertRule: {"made_by": UNNAMED},
    RulePreview: {"user_id": GOES},
    Webhook: {"made_by": UNNAMED},
    Home: {"person_id": GOES},
    PersonalExport: {"person_id": GOES},
    Outgoing: {"conversation": GOES},
    Lane: {"conversation": GOES},
}
"""What an erase does to a row whose column names the person."""
WROTE = {
    (Followup, "author_id"): ("text", "link", "quote"),
    (Followup, "owner_id"): ("outcome", "waiting_for", "sponsor_note", "question"),
    (VoiceMonth, "comment_by"): ("comment",),
}
"""Whose words these are, where a row has the words of several people; else all words are the person's."""
CASES = [(model, column) for model in EXPECTED for column in EXPECTED[model]]
NOT_READ = (Erasure,)
SPECIAL: dict[type[Base], dict[str, Any]] = {ScheduledJob: {"wall": None}, PulseRound: {"closed_at": TUESDAY}}
"""Values of columns that take no other value, or of which a team can have only one otherwise."""


def words_for(column: Any, session: AsyncSession, said: str) -> Any:
    """Return a value for a column, with `said` in it."""
    if isinstance(column.type, Words):
        return Private(said)
    if isinstance(getattr(column.type, "impl_instance", column.type), JSON):
        return {"said": [said]}
    return vault_of(session).encrypt(said) if isinstance(column.type, LargeBinary) else said


async def build(session: AsyncSession, team: Team, model: type[Base], **given: Any) -> Base:
    """Return a new row with all the parents that it needs."""
    parents, optional = {}, {each.name for each in fields(model) if each.default is not MISSING}
    for key in table(model).foreign_keys:
        parent, name = key.column.table, key.parent.name
        if parent.name not in ("workspaces", "teams") and not {name} & {*given, *optional}:
            owner = await build(session, team, next(each for each in DECLARED if table(each) is parent))
            parents[name] = At(owner).key[0]
    found: Base = row(model, team, **parents | SPECIAL.get(model, {}) | given)
    session.add(found)
    await session.flush()
    return found


async def values(session: AsyncSession, here: Any) -> dict[str, Any] | None:
    """Return the stored row at the key `here`, decrypted; None if there is none."""
    this = here.table
    found = (await session.execute(select(this).where(*here.where))).mappings().first()
    return {name: opened(session, found[name]) for name in found} if found else None


def opened(session: AsyncSession, value: Any) -> Any:
    return vault_of(session).decrypt(value) if isinstance(value, bytes) and value else value


class At:
    """The key of a row, and where it is once the person's id in it is replaced."""

    def __init__(self, found: Base) -> None:
        self.table: Table = table(type(found))
        self.key: Sequence[Any] = inspect(found).identity or ()

    @property
    def where(self) -> list[Any]:
        key = [STAND_IN if each == ANA else each for each in self.key]
        return [
            (column == old) | (column == new)
            for column, old, new in zip(self.table.primary_key, self.key, key, strict=True)
        ]


async def everything(session: AsyncSession) -> str:
    """Return all rows of all tables as text, decrypted."""
    said = []
    for this in METADATA.sorted_tables:
        for each in (await session.execute(select(this))).all():
            said.append(f"{this.name}: {[opened(session, value) for value in each]}")
    return "\n".join(said)


async def replace_all(session: AsyncSession, who: Subject, limit: int = 1000) -> None:
    place: Place | None = None
    while True:
        place, _ = await erased_mentions.replace_mentions(session, who, place, limit=limit, without=NOT_READ)
        if place is None:
            return


def test_every_column_that_names_people_has_an_expectation() -> None:
    declared = {(model, each.key) for model in DECLARED for each in DECLARED[model].people if model is not Erasure}

    assert declared == set(CASES)


@pytest.mark.parametrize("model", EXPECTED, ids=lambda each: each.__name__)
async def test_erase_does_to_each_row_that_names_the_person_what_it_should(
    session: AsyncSession, team: Team, model: type[Base]
) -> None:
    words, places = {}, {}
    for column in EXPECTED[model]:
        words[column] = {each.key: f"“{each.key}” of {column}" for each in DECLARED[model].words}
        places[column] = At(await name_in(session, team, model, column, words[column]))
    session.expunge_all()
    assert ANA in await everything(session)
    await erased_rows.erase_rows(session, WHO, without=NOT_READ)

    assert ANA not in await everything(session)
    for column, what in EXPECTED[model].items():
        after = await values(session, places[column])
        if what == GOES:
            assert after is None
            continue
        assert after is not None
        if what == UNNAMED:
            assert after[column] in (STAND_IN, [STAND_IN], [], None)
        gone = WROTE.get((model, column), tuple(words[column])) if what == EMPTIED else ()
        assert {name for name in words[column] if words[column][name] not in str(after[name])} == {*gone}
        instead = {each.key: DECLARED[model].instead[each] for each in DECLARED[model].instead}
        assert all((after[name] or "") == instead.get(name, "") for name in gone)


async def name_in(session: AsyncSession, team: Team, model: type[Base], column: str, words: dict[str, str]) -> Base:
    """Return a row whose column names Ana, with these words."""
    columns = table(model).columns
    if model is Team:
        found = await session.get_one(Team, team.id)
        found.sponsor_id, found.settings = ANA, words
        await session.flush()
        return found
    said = {name: words_for(columns[name], session, words[name]) for name in words if model is not Person}
    given = {"given_at": TUESDAY} if model is Shoutout else {}
    id = [ANA] if is_list(model, column) else ANA
    return await build(session, team, model, **said | given | {column: id})


async def test_rows_of_people_with_longer_ids_are_left_alone(session: AsyncSession, team: Team) -> None:
    for model, column in CASES:
        if model not in (Team, Person):
            id = ["UANA0", "UANA012"] if is_list(model, column) else "UANA012"
            await build(session, team, model, **{column: id})
    before = await everything(session)
    session.expunge_all()
    await erased_rows.erase_rows(session, WHO, without=NOT_READ)
    await replace_all(session, WHO)

    assert await everything(session) == before


def is_list(model: type[Base], column: str) -> bool:
    return isinstance(table(model).columns[column].type, JSON)


SECRET = ("Workspace", "Installation", "InstallState", "Keyring", "LogKey", "Person", "Member")
"""Tables that mention nobody."""
MENTIONING = {
    model: [
        name
        for name in (*(each.key for each in DECLARED[model].words), *DECLARED[model].plain.split())
        if name in {each.key for each in DECLARED[model].words}
        or not isinstance(table(model).columns[name].type, LargeBinary)
    ]
    for model in DECLARED
    if model not in NOT_READ and model.__name__ not in SECRET
}


@pytest.mark.parametrize("model", [each for each in MENTIONING if MENTIONING[each]], ids=lambda each: each.__name__)
async def test_mention_of_the_person_is_replaced_wherever_it_is(
    session: AsyncSession, team: Team, model: type[Base]
) -> None:
    for name in MENTIONING[model]:
        said = words_for(table(model).columns[name], session, f"Ask <@{ANA}>, or {ANA} about {name}")
        if model is Team:
            setattr(await session.get_one(Team, team.id), name, said)
            await session.flush()
        else:
            await build(session, team, model, **{name: said})
    session.expunge_all()
    await replace_all(session, WHO, limit=3)

    found = await everything(session)
    assert ANA not in found
    kept = [name for name in MENTIONING[model] if f"Ask {FORMER}, or {STAND_IN} about {name}" in found]
    assert kept == (MENTIONING[model] if DECLARED[model].on_mention is Erase.UNNAME else [])


async def test_words_in_thanks_are_deleted_on_request_and_what_was_not_given_goes(
    session: AsyncSession, team: Team
) -> None:
    thanks = {"giver_id": ANA, "receivers": ["UBEN"], "reason": "for staying calm"}
    given = At(await build(session, team, Shoutout, **thanks, given_at=TUESDAY))
    offered = At(await build(session, team, Shoutout, **thanks))
    session.expunge_all()
    who = Subject("T1", ANA, STAND_IN, words_too=True)
    done = await erased_rows.erase_rows(session, who, without=NOT_READ)

    assert ((await values(session, given)) or {})["reason"] == ""
    assert await values(session, offered) is None
    assert done.sentences == {"for staying calm"}


async def test_words_stay_with_the_others_who_were_thanked(session: AsyncSession, team: Team) -> None:
    reason = f"<@{ANA}>! Thanks from <@{ANA}>. <@{ANA}> rocks"
    both = At(await build(session, team, Shoutout, receivers=[ANA, "UBEN"], named=[ANA, "UBEN"], reason=reason,
                          given_at=TUESDAY))  # fmt: skip
    session.expunge_all()
    await erased_rows.erase_rows(session, WHO, without=NOT_READ)
    await replace_all(session, WHO)
    after = await values(session, both) or {}

    assert (after["receivers"], after["named"]) == ([STAND_IN, "UBEN"], ["UBEN"])
    assert after["reason"] == "A former colleague! Thanks from a former colleague. A former colleague rocks"


async def test_quoted_name_is_taken_out_of_a_sent_month(session: AsyncSession, team: Team) -> None:
    sent = At(await build(session, team, VoiceMonth, words=Private("“The queue is slow” – @Zoë S"),
                          message=Private('{"text": "\\u201cslow\\u201d \\u2013 @Zo\\u00eb S"}')))  # fmt: skip
    session.expunge_all()
    await replace_all(session, Subject("T1", ANA, STAND_IN, names=["@Zoë S"]))
    after = await values(session, sent) or {}

    assert after["words"] == f"“The queue is slow” – {FORMER}"
    assert "Zo" not in after["message"]


async def test_hard_contact_watch_and_delivery_that_mention_the_person_go(session: AsyncSession, team: Team) -> None:
    for model, column in ((HardContact, "sealed"), (TicketWatch, "sealed"), (Delivery, "id"), (Nudge, "facts")):
        at = At(await build(session, team, model, **{column: words_for(table(model).columns[column], session, ANA)}))
        session.expunge_all()
        await replace_all(session, WHO)
        assert await values(session, at) is None
