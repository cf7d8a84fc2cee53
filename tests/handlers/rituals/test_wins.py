"""Tests of the weekly summary and the ritual Friday wins, which share a post if they are due at the same time."""

import pytest

from bot.features.rituals.models import RunState
from tests.handlers.rituals.drivers import channel, ritual_runs, said, until
from tests.handlers.spikes.drivers import FIRING, RESOLVED, signal
from tests.harness import World


async def test_weekly_summary_and_friday_wins_share_one_post(sunday: World) -> None:
    await sunday.slack.command("maya", "@ana for a calm hour")
    await until(sunday, "8 March 12:00")

    ((at, post),) = [each for each in await said(sunday) if "Friday wins" in str(each)]
    assert at == "Fri 7 15:00"
    assert post["text"].index(":raised_hands: *This week's") < post["text"].index("Friday wins")
    assert "a calm hour" in str(post["blocks"])
    assert "Hosted by" in str(post["blocks"][-1])
    assert len(await channel(sunday, ":raised_hands: *This week's")) == 1
    (state,) = [each.state for ritual, each in await ritual_runs(sunday) if ritual.slug == "wins"]
    assert state == RunState.SAID


@pytest.mark.long
async def test_open_spike_postpones_friday_wins_but_not_the_weekly_summary(sunday: World) -> None:
    await sunday.slack.command("maya", "@ana for a calm hour")
    await until(sunday, "7 March 14:50")
    await signal(sunday, FIRING, 42)
    await until(sunday, "7 March 15:10")
    assert len(await channel(sunday, ":raised_hands: *This week's")) == 1
    assert len(await channel(sunday, "*Friday wins*: on hold during the spike")) == 1

    await signal(sunday, RESOLVED)
    await until(sunday, "7 March 17:00")

    assert [at for at, each in await said(sunday) if "Friday wins" in str(each)] == ["Fri 7 15:31"]
