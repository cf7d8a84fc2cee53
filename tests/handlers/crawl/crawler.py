"""The crawler: it performs every action that a person can perform, each from the same snapshot."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from benchmarks.simulate import in_process
from benchmarks.simulate.harness import Harness
from bot.slack.dispatcher import Kind
from bot.slack.post import menu_to_button
from tests.handlers.crawl import faults, screens
from tests.handlers.crawl.controls import Act, commands
from tests.handlers.crawl.forms import WAYS
from tests.handlers.crawl.harness import Snapshot, Snapshots, settle
from tests.harness import Json

DEEPEST = 8
"""The maximum number of steps from the point where a crawl starts."""
LIST = re.compile(r"/\S+ ?\w*")
"""Commands of one or two words, which may show something different in each crawl."""
SHOWN_AGAIN = ("plain", "long")
A_MOMENT = timedelta(seconds=1)
TEAMS_CHANNEL, NEW_CHANNEL = CHANNELS = ["harbour-support", "billing-desk"]
"""The team's channel, and a channel without a team."""
Heard = tuple[Kind, str]
Path = tuple[Act, ...]


class Crawler:
    def __init__(self, world: Harness, states: Snapshots, diary: faults.LogRecorder) -> None:
        self.world, self.states, self.diary = world, states, diary
        self.reached: set[Heard] = set()
        """The listeners that have handled a payload without a refusal."""
        self.faults: list[str] = []
        self.steps = 0
        self._done: set[tuple[str, str]] = set()
        self._heard: list[Heard] = []
        self._forms = {*world.steward.listeners.names(Kind.VIEW)}
        world.slack.reach(self._overhear(in_process.app(world.steward.bolt)))

    async def crawl(self, who: str, *, only_new: bool = False) -> None:
        """Perform every action that a person can perform now and has not performed yet, and restore the state.

        With `only_new`, start only with actions that nobody has performed yet.
        """
        start = await self.states.take(self.world)
        await self.do(who, Act("home/open", "home", {"tab": "home"}))
        here = await self.states.take(self.world)
        acts = known = await self._from_here(who)
        if only_new:
            acts = [act for act in acts if self.is_new(act)]
        else:
            self._done = {done for done in self._done if not LIST.fullmatch(done[1])}
        for act in acts:
            await self._try(who, act, here, (), {act.kind for act in known})
        await self.states.restore(self.world, start)

    def is_new(self, act: Act) -> bool:
        """Return whether an action is for a listener not yet reached, or opens a form not yet submitted."""
        if act.control != "actions":
            return False
        form = Kind.VIEW, f"{act.name}_form"
        is_form_new = form not in self.reached and form[1] in self._forms
        return (Kind.ACTION, act.name) not in self.reached or is_form_new

    async def do(self, who: str, act: Act, before: Path = ()) -> Json:
        """Perform an action, let the bot answer, and record the faults."""
        self.steps += 1
        self._heard.clear()
        self.diary.take_entries()
        self.world.slack.clock.set(self.world.now + A_MOMENT)
        said = await self._told(who, act)
        answer = await self.world.slack.do(act.control, user=who, **said)
        await settle(self.world, is_in_form="view_id" in said)
        entries = self.diary.take_entries()
        path = " > ".join([who, *(each.kind for each in before), act.kind])
        self.faults += [f"{path}: {fault}" for fault in faults.of(answer, entries)]
        if not faults.was_refused(entries):
            self.reached.update(self._heard)
        return answer

    async def _from_here(self, who: str) -> list[Act]:
        found = [*screens.typed(), screens.SET_UP, *await screens.shortcuts(self.world, who, TEAMS_CHANNEL)]
        return found + await screens.acts(self.world, who, CHANNELS)

    async def _try(self, who: str, act: Act, start: Snapshot, before: Path, known: set[str]) -> None:
        if self._is_done(who, act, before):
            return
        self._done.add((who, _name(act, before)))
        await self.states.restore(self.world, start)
        answer = await self.do(who, act, before)
        after = await self.states.take(self.world) if act.said.get("way") in SHOWN_AGAIN else None
        await self._continue(who, answer, (*before, act), known)
        if after:
            await self._reopen(who, after, (*before, act), known)

    def _is_done(self, who: str, act: Act, before: Path) -> bool:
        """Return whether an action was already performed.

        Each person fills in a form with typical values; every other way of filling it in is tried only once.
        """
        name = _name(act, before)
        if act.control == "views/submit" and act.said["way"] != "plain":
            return any(name == done for _, done in self._done)
        return (who, name) in self._done

    async def _continue(self, who: str, answer: Json, before: Path, known: set[str]) -> None:
        """Perform the actions that were impossible before this one."""
        acts = [*await screens.acts(self.world, who, CHANNELS), *screens.named(commands(answer))]
        fresh = [act for act in acts if act.kind not in known and not self._is_done(who, act, before)]
        if not fresh or len(before) > DEEPEST:
            return
        here = await self.states.take(self.world)
        for act in fresh:
            await self._try(who, act, here, before, known | {act.kind for act in fresh})

    async def _reopen(self, who: str, after: Snapshot, before: Path, known: set[str]) -> None:
        """Open again the screen that led to the form, which shows the values that were filled in."""
        await self.states.restore(self.world, after)
        for view in reversed((await self.world.slack.look("views", user=who))["views"]):
            await self.world.slack.do("views/close", user=who, view_id=view["id"])
        first = screens.ABOUT_ME if "ts" in before[0].said else before[0]
        answer = await self.do(who, first, before)
        await self._continue(who, answer, (*before, first), known)

    async def _told(self, who: str, act: Act) -> Json:
        if act.control == "commands":
            return {"channel": TEAMS_CHANNEL} | act.said
        if way := act.said.get("way"):
            view = (await self.world.slack.look("views", user=who))["views"][-1]
            return {"view_id": view["id"], "values": WAYS[way](view, self.world.now)}
        return act.said

    def _overhear(self, app: Callable[[Json], Awaitable[Any]]) -> Callable[[Json], Awaitable[Any]]:
        async def hear(payload: Json) -> Any:
            self._heard += _names(payload)
            return await app(payload)

        return hear


def _name(act: Act, before: Path) -> str:
    """Return the name by which an action is remembered.

    Filling in a form with typical values counts separately for each button or command that led to it.
    """
    if act.said.get("way") != "plain":
        return act.kind
    began = next(each for each in reversed(before) if each.control != "views/submit")
    return f"{began.kind} > {act.kind}"


def _names(payload: Json) -> list[Heard]:
    """Return the names of the listeners that handle a payload."""
    match payload.get("type"):
        case "block_actions":
            return [(Kind.ACTION, menu_to_button(payload)["actions"][0]["action_id"])]
        case "view_submission":
            return [(Kind.VIEW, payload["view"]["callback_id"])]
        case "shortcut" | "message_action":
            return [(Kind.SHORTCUT, payload["callback_id"])]
        case "block_suggestion":
            return [(Kind.OPTIONS, payload["action_id"])]
    return [(Kind.COMMAND, payload["command"])] if "command" in payload else []
