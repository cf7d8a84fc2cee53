"""Tests of queue names, which are recognized in any spelling and cannot be names of people."""

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.spikes.models import Spike
from bot.messages.alert_rules.forms import parse_draft
from bot.org import channels
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from handlers.spikes import queue_names
from tests.conftest import TUESDAY
from tests.handlers.spikes.drivers import queue
from tests.harness import World

KNOWN = ["phones", "VIP phones", "e-mail", "line 2", "téléphone", "電話"]


@pytest.mark.parametrize(
    ("typed", "meant", "value", "title"),
    [
        ("phones 42 waiting", "phones", 42, ""),
        ("Phones: 42 Waiting!", "phones", 42, ""),
        ("#phones 42", "phones", 42, ""),
        ("@phones 42", "phones", 42, ""),
        ("vip-phones 42", "VIP phones", 42, ""),
        ("VIP\u00a0Phones 42", "VIP phones", 42, ""),
        ("email 3,5", "e-mail", 3.5, ""),
        ("E_Mail 1,234 waiting", "e-mail", 1234, ""),
        ("line-2 40", "line 2", 40, ""),
        ("line 2", "line 2", None, ""),
        ("TE\u0301LE\u0301PHONE 7 en attente", "téléphone", 7, ""),
        ("電話 12", "電話", 12, ""),
        ("phones 1 234 waiting", "phones", 1234, ""),
        ("phones 1,234", "phones", 1234, ""),
        ("phones 1'234 calls in queue", "phones", 1234, ""),
        ("phones 1.5k", "phones", 1500, ""),
        ("phones 95.5% full", "phones", 95.5, "full"),
        ("phones 42 7 agents", "phones", 42, "7 agents"),
        ("phones since 10:30", "phones", None, "since 10:30"),
        ("phones is at 42, nobody can log in", "phones", 42, "nobody can log in"),
        ("phones nobody can log in", "phones", None, "nobody can log in"),
        ("phones <@UBEN> says 40 waiting", "phones", 40, "<@UBEN> says waiting"),
        ("chat 55 waiting", "chat", 55, ""),
        ("chat 55 callers on hold", "chat", 55, ""),
        ("chat 55 en attente", "chat", 55, ""),
        ("chat 55 offen", "chat", 55, ""),
        ("chat 55 Personen am Schalter", "chat", 55, "Personen am Schalter"),
        ("chat 55 waiting since noon", "chat", 55, "waiting since noon"),
        ("“new chat” 55", "new chat", 55, ""),
        ("#queue-alerts 5", "queue-alerts", 5, ""),
        ("chat <@UBEN> 5", "chat", 5, "<@UBEN>"),
        ("40 waiting", "", 40, ""),
    ],
)
def test_spike_report_is_parsed_into_queue_size_and_other_words(
    typed: str, meant: str, value: float | None, title: str
) -> None:
    assert queue_names.parse_call(typed, KNOWN)[:3] == (meant, value, title)


@pytest.mark.parametrize(
    ("typed", "meant", "value", "title"),
    [
        ("line 2 40", "line 2", 40, ""),
        ("VIP-PHONES 40 waiting", "VIP phones", 40, ""),
        ("phones: nobody can log in", "phones", None, "nobody can log in"),
        ("phones is at 40", "phones", 40, ""),
        ("phones emea 40", "phones emea", 40, ""),
        ("phones emea", "phones emea", None, ""),
    ],
)
def test_multi_word_name_of_a_recent_queue_is_recognized_at_the_start_of_a_report(
    typed: str, meant: str, value: float | None, title: str
) -> None:
    assert queue_names.parse_call(typed, (), KNOWN)[:3] == (meant, value, title)


@pytest.fixture
async def called_phones(session: AsyncSession, team: Team) -> None:
    """Add a user group, people and an app with the same names as queues."""
    await channels.upsert_group(session, "T1", "S1", handle="night-desk", user_ids=[], is_disabled=False, updated=1)
    people = [Person("T1", "UPHONES", "phones"), Person("T1", "UDESK", "night-desk")]
    session.add_all([*people, Person("T1", "UZENDESK", "Zendesk", is_bot=True)])
    await session.flush()


@pytest.mark.parametrize(
    "typed",
    [
        "@phones 40", "phones 40", "Phones: 40", "@night-desk 40", "#ben 40", "ben callbacks 40", "benny 40", "gil 40",
        "Zendesk 40", "@reception 40", "phones @ben", "", "40",
    ],
)  # fmt: skip
async def test_name_of_a_known_queue_group_or_app_is_accepted_as_a_queue(
    session: AsyncSession, team: Team, called_phones: None, typed: str
) -> None:
    await queue_names.must_be_a_queue(session, team, typed, "spike", KNOWN)


@pytest.mark.parametrize(
    "typed",
    [
        "<@UBEN> 40 waiting", "@ben 40 waiting", "@BEN: 40 waiting", "<@UGONE> 40 waiting", "ben 40 waiting",
        "Ben: 40 waiting", "“ben” 40 waiting", "Ana Sousa 40 waiting", "ana  sousa 40 waiting", "Zoë 40 waiting",
    ],
)  # fmt: skip
async def test_name_of_a_person_is_refused_as_a_queue_with_an_example(
    session: AsyncSession, team: Team, called_phones: None, typed: str
) -> None:
    session.add_all([Person("T1", "USOUSA", "as", full_name="Ana Sousa"), Person("T1", "UZOE", "zoe\u0308")])
    with pytest.raises(Refusal) as refused:
        await queue_names.must_be_a_queue(session, team, typed, "spike", KNOWN)
    with pytest.raises(Refusal):
        await queue_names.must_not_be_a_person(session, team, typed, "queue", now=TUESDAY)

    assert "/queue spike phones 40 waiting" in refused.value.sentence


async def test_reports_with_different_spellings_of_a_queue_share_a_spike(tuesday: World) -> None:
    for words in (
        "spike vip phones 40",
        "spike #VIP-Phones 41",
        "spike @vip_phones 42",
        "spike @ben 43",
        "spike ben 44",
    ):
        await queue(tuesday, "ana", words)
    assert (await queue(tuesday, "ana", "calm @ben")).text

    async with tuesday.database.reading() as session:
        (spike,) = await session.scalars(select(Spike))
    assert (spike.queue, spike.value, spike.resolved_at) == ("vip phones", 42, None)


@pytest.mark.parametrize(
    ("why", "word", "typed"),
    [
        ("two teams", "spike", "phones 55 since the storm"),
        ("two teams", "calm", "phones since noon"),
        ("two teams", "join", "45 phones"),
        ("two teams", "shadow", "30"),
        ("archived", "spike", "phones 55 since the storm"),
        ("archived", "calm", "phones"),
    ],
)
async def test_refusal_of_a_spike_report_repeats_everything_that_was_typed(
    tuesday: World, why: str, word: str, typed: str
) -> None:
    await queue(tuesday, "ana", "spike phones 40")
    async with tuesday.database.begin() as session:
        if why == "archived":
            (await session.scalars(select(Team))).one().is_closed = True
        else:
            await membership.create_team(
                session, await session.get_one(Workspace, tuesday.workspace.id), channel_id="C0GENERAL0",
                name="general", zone="Europe/Lisbon", leaders=["U0MAYA0000"], agents=["U0ANA00000"], now=tuesday.now,
            )  # fmt: skip
    answer = await tuesday.slack.command("ana", f"{word} {typed}", word="/queue", channel="bot")

    assert f">{typed}" in answer.text


async def test_user_group_mentioned_as_a_queue_without_a_label_is_named_by_its_handle(tuesday: World) -> None:
    await queue(tuesday, "ana", "spike night-shift 40")
    await queue(tuesday, "ana", "spike <!subteam^S0NIGHTSHIFT> 45")

    async with tuesday.database.reading() as session:
        (spike,) = await session.scalars(select(Spike))
    assert (spike.queue, spike.value) == ("night-shift", 45)


@pytest.mark.parametrize(("typed", "shown"), [("#phones ", "phones"), ("@VIP  phones:", "VIP phones"), (None, "")])
def test_queue_of_an_alert_rule_is_normalized(typed: str | None, shown: str) -> None:
    assert parse_draft({"queue": typed, "sender": "B1"}).queue == shown
