"""Fixtures of heads-ups' tests: without the jobs that heads-ups have nothing to do with, because days pass in them."""

import pytest

from tests.handlers.drivers import keep_only_jobs
from tests.harness import World


@pytest.fixture
async def tuesday(tuesday: World) -> World:
    """Return the world on a Tuesday at 10:30 with the jobs of heads-ups, and of what names them."""
    await keep_only_jobs(tuesday, "heads_ups", "nudges", "rituals", "spikes")
    return tuesday
