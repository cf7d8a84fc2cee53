"""Tests of half-years with the real bot, cut to a week or two of the smallest team."""

import asyncio

import pytest

from benchmarks.simulate.behaviour import MODELS
from benchmarks.simulate.comparison.figures import FOLLOWUPS
from benchmarks.simulate.comparison.life import live
from benchmarks.simulate.comparison.run import ALONE, REMINDED, STEWARD, Job, gather, run
from benchmarks.simulate.comparison.table import tables
from benchmarks.simulate.ledger import FOLLOWUPS as FOLLOWUP_KINDS

pytestmark = pytest.mark.long

SMALLEST = 3
A_WEEK, TWO_WEEKS = 5, 12


def test_job_counts_every_figure_with_the_bot_with_a_reminder_and_without_either() -> None:
    found = run(Job("keener", SMALLEST, A_WEEK, reminds_followups=True))
    assert {*found.worlds} == {STEWARD, REMINDED, ALONE}
    shown = tables(gather([found]))
    assert all(name in shown for name in found.worlds[STEWARD])
    assert found.worlds[STEWARD]["nudges a leader and working day"]
    assert found.worlds[ALONE]["nudges a leader and working day"] == 0


def test_no_follow_up_is_nudged_about_when_their_reminders_are_off() -> None:
    _, reminded = asyncio.run(live(SMALLEST, MODELS["today's"], TWO_WEEKS))
    year, alone = asyncio.run(live(SMALLEST, MODELS["today's"], TWO_WEEKS, reminds_followups=False))
    assert {each.kind for each in reminded.nudges} & {*FOLLOWUP_KINDS}
    assert alone.nudges
    assert not {each.kind for each in alone.nudges} & {*FOLLOWUP_KINDS}
    assert {*alone.followups} == {*FOLLOWUPS}
    assert year.followups.courses
