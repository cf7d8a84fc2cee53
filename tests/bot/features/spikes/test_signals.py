"""Alerts applied to spikes on both databases: grouping, outdated alerts, several sources, calm and cooldown."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Alert, Signal
from bot.features.spikes import causes, queries, rules, signals
from bot.features.spikes.models import Ended, Spike, State
from bot.features.spikes.settings import Settings
from bot.features.spikes.signals import SpikeChange
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

MINUTE = timedelta(minutes=1)
YEARS = timedelta(days=3000)

Report = tuple[str, str | None, str]
"""The source, the person who reported it, and their text."""


async def apply_alert(
    session: AsyncSession, team: Team, alert: Alert, *, caller_id: str | None = None, now: datetime
) -> SpikeChange | None:
    """Apply a delivery that has one alert."""
    return next(iter(await signals.apply_alerts(session, team, [alert], caller_id=caller_id, now=now)), None)


def alert(said: str, *, at: datetime | None = None, value: float | None = None, queue: str = "phones") -> Alert:
    """Build an alert from a text such as `fire:grafana:a` or `calm:person`."""
    what, source, key = f"{said}::".split(":")[:3]
    signal = {"fire": Signal.FIRING, "calm": Signal.RESOLVED, "info": Signal.INFO}[what]
    return Alert(source, signal, key=key, queue=queue, value=value, occurred_at=at)


async def play(session: AsyncSession, team: Team, *said: str, timed: bool = False) -> list[str | None]:
    """Apply one alert a minute, end calm spikes whose delay is over before each, and return every change."""
    news: list[str | None] = []
    for nth, each in enumerate(said):
        now = TUESDAY + nth * MINUTE
        spike = await signals.lock_latest_spike(session, team, "phones")
        believed_at = rules.calm_confirmed_at(spike) if spike else None
        if spike and believed_at and believed_at <= now:
            await signals.resolve_spike(session, spike, Ended.SIGNAL, now=believed_at)
        if each:
            heard = await apply_alert(session, team, alert(each, at=now if timed else None), now=now)
            news.append(heard.news if heard else None)
    return news


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        (["fire:grafana:a", "fire:grafana:a"], ["opened", "still"]),
        (["fire:grafana:a", "info:grafana:a"], ["opened", None]),
        (["fire:grafana:a", "calm:grafana:a"], ["opened", "calming"]),
        (["calm:grafana:a"], [None]),
        (["fire:grafana:a", "calm:grafana:b"], ["opened", None]),
        (["fire:grafana:a", "calm:datadog:a"], ["opened", None]),
        (["fire:tool:a", "fire:tool:b", "calm:tool:a", "calm:tool:b"], ["opened", "still", None, "calming"]),
        (["fire:tool:a", "fire:other:x", "calm:tool:a", "calm:other:x"], ["opened", "still", None, "calming"]),
        (["fire:grafana:a", "fire:grafana:b", "calm:grafana"], ["opened", "still", "calming"]),
        (["fire:person", "fire:grafana:a", "calm:grafana:a"], ["opened", "still", "calming"]),
        (["fire:person", "calm:grafana:a"], ["opened", None]),
        (["fire:grafana:a", "calm:person"], ["opened", "ended"]),
        (["fire:grafana:a", "calm:grafana:a", "fire:grafana:a"], ["opened", "calming", "still"]),
        (["fire:grafana:a", "calm:grafana:a", "", "", "fire:grafana:a"], ["opened", "calming", "reopened"]),
        (["fire:grafana:a", "calm:person", "fire:grafana:a"], ["opened", "ended", "reopened"]),
        (["fire:grafana:a", "calm:person", *[""] * 30, "fire:grafana:a"], ["opened", "ended", "opened"]),
    ],
)  # fmt: skip
async def test_alerts_open_calm_end_and_reopen_a_spike(
    session: AsyncSession, team: Team, said: list[str], expected: list[str | None]
) -> None:
    assert await play(session, team, *said) == expected


@pytest.mark.parametrize(
    ("after", "occurred", "expected"),
    [
        (10, 0, None),
        (10, 5, None),
        (10, 12, "reopened"),
        (60, 5, None),
        (60, 59, "opened"),
    ],
)
async def test_alert_that_began_before_a_person_ended_the_spike_is_outdated(
    session: AsyncSession, team: Team, after: int, occurred: int, expected: str | None
) -> None:
    await apply_alert(session, team, alert("fire:grafana:a", at=TUESDAY), now=TUESDAY)
    await apply_alert(session, team, alert("calm:person"), now=TUESDAY + 8 * MINUTE)
    late = alert("fire:grafana:a", at=TUESDAY + occurred * MINUTE)
    heard = await apply_alert(session, team, late, now=TUESDAY + after * MINUTE)

    assert (heard.news if heard else None) == expected


async def test_alert_dated_years_ago_opens_one_spike_dated_today(session: AsyncSession, team: Team) -> None:
    """The sample payloads in senders' documentation, which people try out, are that old."""
    first = await apply_alert(session, team, alert("fire:grafana:a", at=TUESDAY - YEARS), now=TUESDAY)
    await apply_alert(session, team, alert("calm:grafana:a", at=TUESDAY - YEARS + MINUTE), now=TUESDAY + MINUTE)
    assert first
    assert (first.spike.opened_at, first.spike.calm_at) == (TUESDAY, TUESDAY + MINUTE)
    await signals.resolve_spike(session, first.spike, Ended.SIGNAL, now=TUESDAY + 3 * MINUTE)

    again = alert("fire:grafana:a", at=TUESDAY - YEARS)
    assert await apply_alert(session, team, again, now=TUESDAY + 4 * MINUTE) is None
    assert await apply_alert(session, team, again, now=TUESDAY + 400 * MINUTE) is None


async def test_resolved_alert_calms_a_spike_whose_firing_alert_was_dated_in_the_future(
    session: AsyncSession, team: Team
) -> None:
    await apply_alert(session, team, alert("fire:grafana:a", at=TUESDAY + YEARS), now=TUESDAY)
    calm = await apply_alert(session, team, alert("calm:grafana:a", at=TUESDAY + MINUTE), now=TUESDAY + MINUTE)

    assert calm
    assert calm.news == "calming"


async def test_repeated_alert_opens_a_new_spike_if_the_last_one_ended_for_lack_of_alerts(
    session: AsyncSession, team: Team
) -> None:
    said = alert("fire:grafana:a", at=TUESDAY)
    heard = await apply_alert(session, team, said, now=TUESDAY)
    assert heard
    await signals.resolve_spike(session, heard.spike, Ended.QUIET, now=TUESDAY + timedelta(hours=2))
    again = await apply_alert(session, team, said, now=TUESDAY + timedelta(hours=3))

    assert again
    assert again.news == "opened"


async def test_queues_have_separate_spikes_and_queue_names_are_case_insensitive(
    session: AsyncSession, team: Team
) -> None:
    for nth, queue in enumerate(["phones", "chat", "Phones", "CHAT"]):
        await apply_alert(session, team, alert("fire:grafana:a", queue=queue, value=nth), now=TUESDAY)
    found = await queries.list_open_spikes(session, team)

    assert [(each.queue, each.value, each.peak) for each in found] == [("phones", 2, 2), ("chat", 3, 3)]


async def test_alert_without_a_queue_applies_to_the_queue_of_its_key_or_the_only_queue(
    session: AsyncSession, team: Team
) -> None:
    await apply_alert(session, team, alert("fire:grafana:a", queue="chat"), now=TUESDAY)
    calm = await apply_alert(session, team, alert("calm:grafana:a", queue=""), now=TUESDAY)
    assert calm
    assert (calm.spike.queue, calm.news) == ("chat", "calming")

    Settings(queues=["Live Chat"]).keep(team)
    await session.flush()
    for queue in ("", "live chat"):
        heard = await apply_alert(session, team, alert("fire:grafana:z", queue=queue), now=TUESDAY)
        assert heard
        assert heard.spike.queue == "Live Chat"


async def test_resolved_alert_ends_the_spike_of_its_key_even_if_it_names_another_queue(
    session: AsyncSession, team: Team
) -> None:
    await apply_alert(session, team, alert("fire:tool:a", queue="phones"), now=TUESDAY)
    await apply_alert(session, team, alert("fire:tool:b", queue="chat"), now=TUESDAY)
    ended = await apply_alert(session, team, alert("calm:tool:a", queue="chat"), now=TUESDAY + MINUTE)

    assert ended
    assert (ended.spike.queue, ended.news) == ("phones", "calming")


async def test_alert_values_that_the_database_cannot_store_are_removed(session: AsyncSession, team: Team) -> None:
    hostile = Alert(
        "grafana", Signal.FIRING, key="k\0" * 900, queue="pho\0nes\ud800\n" + "x" * 99, title="\0" + "t" * 999,
        value=float("nan"), threshold=float("inf"), url="javascript:alert(1)",
    )  # fmt: skip
    heard = await apply_alert(session, team, hostile, now=TUESDAY)
    assert heard
    spike = heard.spike

    assert spike.queue.startswith("phones xxx")
    assert (spike.value, spike.threshold, spike.url, len(spike.queue)) == (None, None, "", 60)


async def test_queue_has_at_most_one_open_spike(session: AsyncSession, team: Team) -> None:
    for _ in range(3):
        await apply_alert(session, team, alert("fire:person"), now=TUESDAY)

    assert await session.scalar(select(func.count()).select_from(Spike)) == 1
    assert (await session.scalars(select(Spike.state))).one() == State.OPEN


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("phones", "Phones"),
        ("phones", "@phones"),
        ("#phones", "phones"),
        ("VIP phones", "vip-phones"),
        ("e-mail", "email"),
        ("recep\u00e7\u00e3o", "RECEPC\u0327A\u0303O"),
    ],
)
async def test_spellings_of_a_queue_share_one_spike(session: AsyncSession, team: Team, one: str, other: str) -> None:
    first = await apply_alert(session, team, alert("fire:person", value=4, queue=one), now=TUESDAY)
    second = await apply_alert(session, team, alert("fire:grafana:a", value=5, queue=other), now=TUESDAY + MINUTE)

    assert first
    assert second
    assert second.spike is first.spike
    assert [each.queue for each in await queries.list_open_spikes(session, team)] == [one.lstrip("#")]


async def test_queue_name_is_spelled_as_in_the_teams_settings(session: AsyncSession, team: Team) -> None:
    Settings(queues=["#VIP Phones", "chat", "vip-phones", " "]).keep(team)
    await apply_alert(session, team, alert("fire:person", queue="vip_phones"), now=TUESDAY)

    standing = await queries.find_standing(session, team, now=TUESDAY)
    assert Settings.of(team).queues == ["VIP Phones", "chat"]
    assert ([each.queue for each in standing.spikes], standing.calm) == (["VIP Phones"], ["chat"])


async def test_queue_found_by_an_alert_key_keeps_the_name_that_people_typed(session: AsyncSession, team: Team) -> None:
    await apply_alert(session, team, alert("fire:grafana:a", queue="VIP phones"), now=TUESDAY)
    await apply_alert(session, team, alert("calm:person", queue="vip-phones"), now=TUESDAY + MINUTE)
    heard = await apply_alert(session, team, alert("fire:grafana:a", queue=""), now=TUESDAY + 60 * MINUTE)

    assert heard
    assert heard.spike.queue == "VIP phones"


@pytest.mark.parametrize(
    ("first", "second", "title"),
    [
        (("person", "U0MAYA0000", ""), ("person", "U0BEN00000", "printer on fire"), ""),
        (("person", "U0MAYA0000", ""), ("person", "U0MAYA0000", "printer on fire"), "printer on fire"),
        (("person", "U0MAYA0000", "all lines"), ("person", "U0BEN00000", "printer on fire"), "all lines"),
        (("person", "U0MAYA0000", ""), ("grafana", None, "Wait over 10 min"), ""),
        (("grafana", None, ""), ("person", "U0BEN00000", "printer on fire"), ""),
        (("grafana", None, ""), ("grafana", None, "Wait over 10 min"), "Wait over 10 min"),
    ],
)
async def test_spike_card_shows_only_text_written_by_the_reporter_that_it_names(
    session: AsyncSession, team: Team, first: Report, second: Report, title: str
) -> None:
    for source, caller_id, words in (first, second):
        said = Alert(source, Signal.FIRING, queue="phones", title=words)
        heard = await apply_alert(session, team, said, caller_id=caller_id, now=TUESDAY)

    assert heard
    assert heard.spike.title == title


AHEAD = 7 * MINUTE
Told = tuple[str, int, int]
"""A signal, the minute of its timestamp, and the minute of its delivery."""


@pytest.mark.parametrize("skew", [timedelta(0), -AHEAD, AHEAD, timedelta(hours=2), timedelta(microseconds=3)])
@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([("fire:a", 0, 0), ("calm:a", 0, 0)], ["opened", "calming"]),
        ([("fire:a", 0, 0), ("calm:a", 0, 3)], ["opened", "calming"]),
        ([("fire:a", 0, 0), ("fire:a", 0, 1), ("calm:a", 0, 1)], ["opened", "still", "calming"]),
        ([("fire:a", 0, 0), ("calm:a", 0, 1), ("fire:a", 0, 2)], ["opened", "calming", None]),
        ([("fire:a", 0, 0), ("calm:a", 1, 1), ("fire:a", 0, 1), ("fire:a", 0, 9)], ["opened", "calming", None, None]),
        ([("fire:a", 0, 0), ("calm:a", 1, 1), ("fire:a", 2, 2)], ["opened", "calming", "still"]),
        ([("fire:a", 0, 0), ("calm:person", 0, 1), ("fire:a", 0, 2)], ["opened", "ended", None]),
        ([("fire:a", 0, 0), ("calm:person", 0, 1), ("fire:a", 0, 61)], ["opened", "ended", None]),
        ([("fire:a", 5, 5), ("fire:a", 4, 6), ("calm:a", 5, 7)], ["opened", None, "calming"]),
    ],
)  # fmt: skip
async def test_alert_timestamps_are_compared_only_with_those_of_the_same_sender(
    session: AsyncSession, team: Team, skew: timedelta, told: list[Told], expected: list[str | None]
) -> None:
    """Whether a spike ends does not depend on how far the sender's clock is ahead of or behind ours."""
    news = []
    for said, at, comes in told:
        source = said.replace(":", ":grafana:") if "person" not in said else said
        occurred_at = None if "person" in said else TUESDAY + at * MINUTE + skew
        heard = await apply_alert(session, team, alert(source, at=occurred_at), now=TUESDAY + comes * MINUTE)
        news.append(heard.news if heard else None)

    assert news == expected


@pytest.mark.parametrize("order", [(40, 100), (100, 40), (40, 100, 40), (7, 7.5, 7)])
async def test_last_delivered_of_several_alerts_with_the_same_timestamp_counts(
    session: AsyncSession, team: Team, order: tuple[float, ...]
) -> None:
    for nth, value in enumerate(order):
        said = alert("fire:grafana:a", at=TUESDAY, value=value)
        heard = await apply_alert(session, team, said, now=TUESDAY + nth * timedelta(seconds=1))

    assert heard
    assert (heard.spike.value, heard.spike.peak) == (order[-1], max(order))


@pytest.mark.parametrize("occurred", [0, -1, -30, 1])
async def test_every_repeat_of_a_firing_alert_keeps_its_spike_open(
    session: AsyncSession, team: Team, occurred: int
) -> None:
    first = await apply_alert(session, team, alert("fire:grafana:a", at=TUESDAY), now=TUESDAY)
    late = alert("fire:grafana:a", at=TUESDAY + occurred * MINUTE)
    await apply_alert(session, team, late, now=TUESDAY + 90 * MINUTE)

    assert first
    assert first.spike.heard_at == TUESDAY + 90 * MINUTE


async def test_resolved_alert_counts_after_the_senders_clock_was_set_back(session: AsyncSession, team: Team) -> None:
    await apply_alert(session, team, alert("fire:grafana:a", at=TUESDAY + AHEAD), now=TUESDAY)
    calm = await apply_alert(session, team, alert("calm:grafana:a", at=TUESDAY + MINUTE), now=TUESDAY + MINUTE)

    assert calm
    assert calm.news == "calming"


@pytest.mark.parametrize(
    ("said", "value", "peak"),
    [
        ("fire:a:40 fire:b:100", 100, 100),
        ("fire:b:100 fire:a:40", 100, 100),
        ("fire:a:40 fire:b:100 calm:b", 40, 100),
        ("fire:a:40 fire:b:100 fire:b:30", 40, 100),
        ("fire:a:40 fire:b:100 calm:b fire:b", 40, 100),
        ("fire:a:40 fire:b calm:a", None, 40),
        ("fire:a:40 fire:a", 40, 40),
        ("fire:a:40 calm:a:3", 40, 40),
        ("fire:a:40 fire:b:20 calm:a:3 calm:b:2", 20, 40),
    ],
)
async def test_each_cause_of_a_spike_keeps_its_own_value(
    session: AsyncSession, team: Team, said: str, value: float | None, peak: float
) -> None:
    for nth, each in enumerate(said.split()):
        what, key, number = f"{each}:".split(":")[:3]
        told = alert(f"{what}:grafana:{key}", value=float(number) if number else None)
        await apply_alert(session, team, told, now=TUESDAY + nth * MINUTE)
    found = await signals.lock_latest_spike(session, team, "phones")

    assert found
    assert (found.value, found.peak) == (value, peak)


async def test_spike_is_updated_when_one_of_its_two_causes_ends(session: AsyncSession, team: Team) -> None:
    for key, value in (("a", 40), ("b", 100)):
        await apply_alert(session, team, alert(f"fire:grafana:{key}", value=value), now=TUESDAY)
    ended = await apply_alert(session, team, alert("calm:grafana:b"), now=TUESDAY + MINUTE)

    assert ended
    assert (ended.news, ended.spike.value, ended.spike.calm_at) == ("still", 40, None)


@pytest.mark.parametrize(
    ("said", "is_held"),
    [
        (["fire:alertmanager:a"], True),
        (["fire:pagerduty:a"], True),
        (["fire:tickets"], True),
        (["fire:generic:a"], False),
        (["fire:message:a"], False),
        (["fire:person"], False),
        (["fire:person", "fire:grafana:a"], True),
        (["fire:grafana:a", "calm:grafana:a"], False),
        (["fire:grafana:a", "fire:message:a", "calm:grafana:a"], False),
        (["fire:generic:a", "calm:generic:a", "fire:generic:a"], True),
        (["fire:message:b", "calm:message:b", "fire:message:a"], True),
        (["fire:message:a", "calm:person", "fire:message:a"], False),
        (["fire:person", "calm:person", "fire:person"], False),
        (["fire:generic:a", "calm:generic", "fire:message:a"], False),
    ],
)
async def test_spike_waits_for_the_resolved_alert_of_a_source_that_sends_them(
    session: AsyncSession, team: Team, said: list[str], is_held: bool
) -> None:
    await play(session, team, *said)
    spike = await signals.lock_latest_spike(session, team, "phones")

    assert spike
    assert await causes.awaits_resolved_alert(session, team, spike) is is_held


@pytest.mark.parametrize(
    "said", ["<@U0BEN00000> is on it", "see <#C1|general>", "<!channel> help", "<!subteam^S1|@all>", "a <@W1>|<@U2> b"]
)
@pytest.mark.parametrize("source", ["grafana", "message", "tickets", "person"])
async def test_mentions_are_removed_from_the_texts_of_alerts_that_tools_send(
    session: AsyncSession, team: Team, source: str, said: str
) -> None:
    """Mentions in a person's text are kept."""
    heard = await apply_alert(session, team, Alert(source, Signal.FIRING, queue=said, title=said), now=TUESDAY)

    assert heard
    assert "<" not in heard.spike.queue
    assert (heard.spike.title == said) == (source == "person")
    assert ("<" in heard.spike.title) == (source == "person")
