"""Tests that a leader's Home tab, and the messages of a busy day, fit on the screen of a phone.

The days are from two simulated weeks, with the whole bot and the sandbox's page.
"""

import heapq
from collections import Counter
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, expect

from benchmarks.simulate.harness import Harness, Json, open_harness
from benchmarks.simulate.personas import LISBON, ONE_DAY, all_personas
from benchmarks.simulate.run import FIRST
from benchmarks.simulate.year import Act, Year
from bot.org.availability.working_hours import Day
from sandbox.server import LOOPBACK, Server
from tests.page.conftest import SESSION

SCREEN = {"width": 390, "height": 844}
MOST_SCREENS = 2
"""How many screens Home or a day's messages may take when the team also uses follow-ups, hand-ups and breaks."""
DAYS, BUSIEST = 14, 2
MORNING, EVENING = time(9, 30), time(18)
LEADER = next(each for each in all_personas() if each.mood == "answers all")
MESSAGES = """() => {
  const items = [...document.querySelectorAll('#main .message')];
  for (const item of items) item.style.contentVisibility = 'visible';
  const today = items.findLast((item) => item.querySelector(':scope > .day'));
  const list = document.querySelector('#main .messages').getBoundingClientRect();
  const bars = innerHeight - document.querySelector('#main .scroller').clientHeight;
  return bars + list.bottom - today.getBoundingClientRect().top;
}"""
"""A script that returns the height of the newest day's messages, including the bars above and below them."""
HOME = """() => {
  const tab = document.querySelector('.home');
  const { paddingTop, paddingBottom } = getComputedStyle(tab);
  const content = document.querySelector('.home-page').offsetHeight;
  return innerHeight - tab.clientHeight + parseFloat(paddingTop) + content + parseFloat(paddingBottom);
}"""
"""A script that returns the height of the Home tab's content, including the bars above it."""


class Screen(NamedTuple):
    """What the leader sees at one instant, with heights in pixels."""

    at: datetime
    messages: float
    home: float


class Fortnight(Year):
    """Two simulated weeks in which the leader opens the page mornings and evenings, on days with messages."""

    def __init__(
        self, world: Harness, page: Page, url: str, *, has_requests: bool, pictures: Path | None = None
    ) -> None:
        super().__init__(world, {each.id: each for each in all_personas()}, 1, FIRST, DAYS, has_requests=has_requests)
        self.screens: list[Screen] = []
        self.heard: Counter[date] = Counter()
        self._page, self._url, self._pictures = page, url, pictures
        for day in filter(LEADER.works_on, (FIRST + number * ONE_DAY for number in range(DAYS))):
            for clock in (MORNING, EVENING):
                at = LEADER.at(day, clock)
                # Not `plan`, which would change the dice and thereby the two weeks.
                act: Act = partial(self._look, at)
                heapq.heappush(self._queue, (at.astimezone(UTC), -1, act))

    def _hear(self, channel: str, message: Json) -> None:
        if channel == f"D{LEADER.id[1:]}":
            self.heard[LEADER.local(datetime.fromtimestamp(float(message["ts"]), UTC)).date()] += 1
        super()._hear(channel, message)

    async def _look(self, at: datetime) -> None:
        if not self.heard[at.date()]:
            return
        await self.world.do("home/open", user=LEADER.id)
        await self.settle()
        await self._page.goto(f"{self._url}/?as={LEADER.name}&in=bot&tab=messages")
        await expect(self._page.locator("#main .message").last).to_be_visible()
        messages = await self._page.evaluate(MESSAGES)
        await self._picture(at, "messages")
        await self._page.get_by_role("button", name="Home", exact=True).click()
        await expect(self._page.locator(".home .bk-block").first).to_be_visible()
        self.screens.append(Screen(at, messages, await self._page.evaluate(HOME)))
        await self._picture(at, "home")
        await self._page.goto("about:blank")
        await self.settle()

    async def _picture(self, at: datetime, of: str) -> None:
        if self._pictures:
            await self._page.screenshot(path=self._pictures / f"{at:%m-%d-%H}-{of}.png")


async def live(browser: Browser, folder: Path, *, has_requests: bool) -> Fortnight:
    """Simulate two weeks; with `has_requests`, people also use roadblocks, ideas, promises, hand-ups and breaks."""
    server, context = Server(), await browser.new_context(viewport=SCREEN, timezone_id=LISBON)  # type: ignore[arg-type]
    async with open_harness(folder, datetime.combine(FIRST - 3 * ONE_DAY, time(12), UTC)) as world:
        url = f"http://{LOOPBACK}:{server.listen(0)}"
        await server.start(world.slack.web)
        lived = Fortnight(world, await context.new_page(), url, has_requests=has_requests)
        await lived.live()
        await context.close()
        await server.stop()
    return lived


@pytest_asyncio.fixture(scope="module", loop_scope=SESSION)
async def fortnight(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Fortnight:
    return await live(browser, tmp_path_factory.mktemp("fortnight"), has_requests=False)


def busiest(fortnight: Fortnight) -> list[Screen]:
    """Return the screens of the days with the most messages."""
    days = {day for day, _ in fortnight.heard.most_common(BUSIEST)}
    return [each for each in fortnight.screens if each.at.date() in days]


@pytest.mark.heavy
async def test_messages_of_a_simulated_day_fit_on_a_phone_screen_except_when_the_week_closes(
    fortnight: Fortnight,
) -> None:
    """On Fridays, the leader's week follows what was said about one-on-ones before."""
    heights = [each.messages for each in fortnight.screens if each.at.weekday() != Day.FRIDAY]
    assert len(busiest(fortnight)) >= BUSIEST
    assert max(heights) <= SCREEN["height"]
    assert max(each.messages for each in fortnight.screens) <= 2 * SCREEN["height"]


@pytest.mark.heavy
async def test_home_tab_fits_on_a_phone_screen_on_each_simulated_day(fortnight: Fortnight) -> None:
    assert max(each.home for each in fortnight.screens) <= SCREEN["height"]


@pytest.mark.long
async def test_busiest_days_with_follow_ups_and_hand_ups_fit_on_two_phone_screens(
    browser: Browser, tmp_path: Path
) -> None:
    lived = await live(browser, tmp_path, has_requests=True)
    assert max(each.messages for each in busiest(lived)) <= MOST_SCREENS * SCREEN["height"]
    assert max(each.home for each in lived.screens) <= MOST_SCREENS * SCREEN["height"]
