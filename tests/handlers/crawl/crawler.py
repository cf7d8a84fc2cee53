"""The crawl: from a snapshot, everything that a person can do is done once, each time from that snapshot."""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from benchmarks.simulate import in_process
from benchmarks.simulate.harness import Harness
from bot.slack.dispatcher import Kind
from tests.handlers.crawl import faults, screens
from tests.handlers.crawl.controls import Act, commands
from tests.handlers.crawl.forms import WAYS
from tests.handlers.crawl.harness import State, States, settle
from tests.harness import Json

DEEPEST = 8
"""The maximum number of steps from a moment."""
LIST = re.compile(r"/\S+ ?\w*")
"""Commands of one or two words, which show something else at another moment."""
SHOWN_AGAIN = ("plain", "long")
A_MOMENT = timedelta(seconds=1)
TEAMS_CHANNEL, NEW_CHANNEL = CHANNELS = ["harbour-support", "billing-desk"]
"""The team's channel, and a channel without a team."""
Heard = tuple[Kind, str]
Path = tuple[Act, ...]


class Walker:
    def __init__(self, world: Harness, states: States, diary: faults.Diary) -> None:
        self.world, self.states, self.diary = world, states, diary
        self.reached: set[Heard] = set()
        """The listeners that have handled a payload without a refusal."""
        self.faults: list[str] = []
        self.steps = 0
        self._done: set[tuple[str, str]] = set()
        self._heard: list[Heard] = []
        self._forms = {*world.steward.listeners.names(Kind.VIEW)}
        world.slack.reach(self._overhear(in_process.app(world.steward.bolt)))

    async def walk(self, who: str, *, only_new: bool = False) -> None:
        """Do everything that a person can do now and has not done yet; then restore the state.

        With `only_new`, start with what nobody has done so far.
        """
        start = await self.states.keep(self.world)
        await self.do(who, Act("home/open", "home", {"tab": "home"}))
        here = await self.states.keep(self.world)
        acts = known = await self._from_here(who)
        if only_new:
            acts = [act for act in acts if self.is_new(act)]
        else:
            self._done = {done for done in self._done if not LIST.fullmatch(done[1])}
        for act in acts:
            await self._try(who, act, here, (), {act.kind for act in known})
        await self.states.go_back(self.world, start)

    def is_new(self, act: Act) -> bool:
        """Return whether an act is for a listener that nobody has reached, or opens a form that nobody has sent."""
        if act.control != "actions":
            return False
        form = Kind.VIEW, f"{act.said['action_id']}_form"
        is_form_new = form not in self.reached and form[1] in self._forms
        return (Kind.ACTION, act.said["action_id"]) not in self.reached or is_form_new

    async def do(self, who: str, act: Act, before: Path = ()) -> Json:
        """Do an act, let the bot answer, and record the faults."""
        self.steps += 1
        self._heard.clear()
        self.diary.tear_off()
        self.world.slack.clock.set(self.world.now + A_MOMENT)
        said = await self._told(who, act)
        answer = await self.world.slack.do(act.control, user=who, **said)
        await settle(self.world, is_in_form="view_id" in said)
        entries = self.diary.tear_off()
        path = " > ".join([who, *(each.kind for each in before), act.kind])
        self.faults += [f"{path}: {fault}" for fault in faults.of(answer, entries)]
        if not faults.was_refused(entries):
            self.reached.update(self._heard)
        return answer

    async def _from_here(self, who: str) -> list[Act]:
        found = [*screens.typed(), screens.SET_UP, *await screens.shortcuts(self.world, who, TEAMS_CHANNEL)]
        return found + await screens.acts(self.world, who, CHANNELS)

    async def _try(self, who: str, act: Act, start: State, before: Path, known: set[str]) -> None:
        if self._is_done(who, act, before):
            return
        self._done.add((who, _name(act, before)))
        await self.states.go_back(self.world, start)
        answer = await self.do(who, act, before)
        after = await self.states.keep(self.world) if act.said.get("way") in SHOWN_AGAIN else None
        await self._go_on(who, answer, (*before, act), known)
        if after:
            await self._look_again(who, after, (*before, act), known)

    def _is_done(self, who: str, act: Act, before: Path) -> bool:
        """Return whether an act is done.

        The usual way of filling in a form is tried by everybody, each other way by one person.
        """
        name = _name(act, before)
        if act.control == "views/submit" and act.said["way"] != "plain":
            return any(name == done for _, done in self._done)
        return (who, name) in self._done

    async def _go_on(self, who: str, answer: Json, before: Path, known: set[str]) -> None:
        """Do what is possible only after this act."""
        acts = [*await screens.acts(self.world, who, CHANNELS), *screens.named(commands(answer))]
        fresh = [act for act in acts if act.kind not in known and not self._is_done(who, act, before)]
        if not fresh or len(before) > DEEPEST:
            return
        here = await self.states.keep(self.world)
        for act in fresh:
            await self._try(who, act, here, before, known | {act.kind for act in fresh})

    async def _look_again(self, who: str, after: State, before: Path, known: set[str]) -> None:
        """Open the screen from which the form came, which shows what was filled in."""
        await self.states.go_back(self.world, after)
        for view in reversed((await self.world.slack.look("views", user=who))["views"]):
            await self.world.slack.do("views/close", user=who, view_id=view["id"])
        first = screens.ABOUT_ME if "ts" in before[0].said else before[0]
        answer = await self.do(who, first, before)
        await self._go_on(who, answer, (*before, first), known)

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
    """Return the name of an act.

    Filling in a form as usual counts separately for each button or command that led to it.
    """
    if act.said.get("way") != "plain":
        return act.kind
    began = next(each for each in reversed(before) if each.control != "views/submit")
    return f"{began.kind} > {act.kind}"


def _names(payload: Json) -> list[Heard]:
    """Return the listeners that a payload is for."""
    match payload.get("type"):
        case "block_actions":
            return [(Kind.ACTION, payload["actions"][0]["action_id"])]
        case "view_submission":
            return [(Kind.VIEW, payload["view"]["callback_id"])]
        case "shortcut" | "message_action":
            return [(Kind.SHORTCUT, payload["callback_id"])]
        case "block_suggestion":
            return [(Kind.OPTIONS, payload["action_id"])]
    return [(Kind.COMMAND, payload["command"])] if "command" in payload else []
