"""Crawl of the bot's interface: it presses every button and fills in every form that the bot shows, without errors.

A team's first weeks are simulated. At several points, people try everything that they can do with what they see, each
time starting from a snapshot. The crawl also fails if it does not reach a listener: a new button needs no test here,
but it has to appear in the simulated weeks.
"""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from bot.slack.dispatcher import Kind
from tests.handlers.crawl import faults
from tests.handlers.crawl.crawler import Crawler
from tests.handlers.crawl.harness import Snapshots, opened
from tests.handlers.crawl.roles import ROLES, change_roles, take_roles
from tests.handlers.crawl.simulation import SimulatedWeeks

KINDS = (Kind.COMMAND, Kind.ACTION, Kind.VIEW, Kind.SHORTCUT, Kind.OPTIONS)
UNSEEN = {
    "action balance:yes": "nobody spends a day only on strategy or four hours in the queue",
    **dict.fromkeys(
        (
            "action voice:comment",
            "view voice:comment_form",
            "action voice:choose",
            "view voice:choose_form",
            "action voice:show",
            "action voice:leave_out",
            "action voice:put_back",
            "action voice:quote",
            "action voice:change",
            "view voice:change_form",
            "action voice:withdraw",
        ),
        "no month ends in these weeks",
    ),
    "action voice:stop": "nobody agrees to be quoted",
    "view erasures:form": "nobody types the word that confirms an erase",
    "action my_data:stop:listen": "for a team that has turned *Listen for thanks* on",
    "action my_data:stop:anniversary": "nobody enters their first day",
    "action shoutouts:thank": "everybody has been thanked when a week closes",
    "action followups:hand_back": "in a menu whose first steps are taken before",
    "action followups:me_too": "nobody but the author and leaders reads a roadblock's card in these weeks",
    "action followups:merge": "there is one idea at a time",
    "view followups:merge_form": "there is one idea at a time",
    "action followups:split": "there is one idea at a time",
    "view followups:split_form": "there is one idea at a time",
    "view followups:accept_form": "nobody suggests a promise",
    "shortcut promises:message": "nobody uses it on a message",
    "action promises:make": "for a team that has turned *Listen for promises* on",
    "action ideas:accept": "nobody saves somebody else's message as an idea",
    "action ideas:refuse": "nobody saves somebody else's message as an idea",
    "action ideas:more": "there are fewer than ten ideas",
    "action ideas:same": "no idea resembles another",
    "action roadblocks:back": "no roadblock resembles a closed one",
    "action roadblocks:same": "no roadblock resembles an open one",
    "action roadblocks:yes": "nobody logs somebody else's message as a roadblock",
    "action roadblocks:yes_named": "nobody logs somebody else's message as a roadblock",
    "action one_on_ones:followed": "nobody gives a note a day to come back to it",
    "action rituals:answer:3": "the questions of these weeks have three answers",
    "action rituals:fine": "the one pack comes in October, and leaders hear of it two weeks ahead",
    "action shoutouts:make": "for a team that has turned *Listen for thanks* on",
    "action tank:yes": "the tank stays above 30",
}
"""Listeners whose buttons and forms never appear in these weeks, with reasons."""


@pytest.mark.heavy
async def test_crawl_as_agent_and_leader_finds_no_errors_and_reaches_every_listener(tmp_path: Path) -> None:
    crawler = await run_crawl(tmp_path, None, ["maya", "ana"])

    assert not crawler.faults, "\n".join(crawler.faults)
    assert not (left := unreached(crawler)), "\n".join(left)
    assert not (seen := UNSEEN.keys() & {f"{kind} {name}" for kind, name in crawler.reached}), "\n".join(seen)


@pytest.mark.long
@pytest.mark.heavy
async def test_crawl_in_every_role_finds_no_errors_and_reaches_every_listener(
    tmp_path: Path, database_url: str | None
) -> None:
    crawler = await run_crawl(tmp_path, database_url, ROLES)

    assert not crawler.faults, "\n".join(crawler.faults)
    assert not (left := unreached(crawler)), "\n".join(left)


async def run_crawl(folder: Path, url: str | None, roles: list[str]) -> Crawler:
    with faults.diary() as diary:
        async with opened(folder, url) as world:
            await take_roles(world, roles)
            with closing(Snapshots(folder, url)) as states:
                crawler = Crawler(world, states, diary)
                async for moment in SimulatedWeeks(crawler).run():
                    await change_roles(world, roles, moment)
                    for who in roles:
                        await crawler.crawl(who)
            crawler.faults += sorted(world.steward.listeners.unacked)
    return crawler


def unreached(crawler: Crawler) -> list[str]:
    """Return the listeners that the crawl has not reached, or only with a refusal."""
    listeners = crawler.world.steward.listeners
    left = [f"{kind} {name}" for kind in KINDS for name in listeners.names(kind) if (kind, name) not in crawler.reached]
    return [each for each in left if each not in UNSEEN]


DONE = {"ok": True}
REFUSED = {
    "event": "listener_refused",
    "level": "info",
    "kind": "action",
    "name": "a",
    "error": "Refusal",
    "field": None,
}


@pytest.mark.parametrize(
    ("answer", "entry"),
    [
        pytest.param({"ok": False, "error": "invalid_blocks"}, {}, id="blocks that Slack refuses"),
        pytest.param({"ok": False, "error": "operation_timeout"}, {}, id="no ack in time"),
        pytest.param({"ok": False, "error": "action_not_found"}, {}, id="a button that is not there"),
        pytest.param(DONE, {"event": "listener_failed", "level": "error"}, id="an exception"),
        pytest.param(DONE, {"event": "listener_did_not_ack", "level": "error"}, id="no ack"),
        pytest.param(
            DONE, {"event": "message_failed", "level": "error", "reason": "msg_too_long"}, id="a message refused"
        ),
        pytest.param(DONE, REFUSED | {"error": "AnswerTooLate"}, id="a button that is over"),
        pytest.param(DONE, REFUSED | {"field": "time"}, id="a button that offers what cannot be"),
    ],
)
def test_crawl_reports_faults_in_answers_and_logs(answer: dict[str, Any], entry: dict[str, Any]) -> None:
    assert list(faults.of(answer, [entry] if entry else []))


@pytest.mark.parametrize(
    ("answer", "entry"),
    [
        pytest.param(DONE, {}, id="an ack"),
        pytest.param({"ok": False, "error": "required_field"}, {}, id="an empty field that Slack itself refuses"),
        pytest.param(DONE, REFUSED, id="a refusal"),
        pytest.param(DONE, REFUSED | {"kind": "view", "field": "time"}, id="a refusal at a field of a form"),
        pytest.param(DONE, REFUSED | {"kind": "view", "error": "AnswerTooLate"}, id="a form that was open too long"),
    ],
)
def test_crawl_finds_no_fault_in_acks_and_refusals(answer: dict[str, Any], entry: dict[str, Any]) -> None:
    assert not list(faults.of(answer, [entry] if entry else []))
