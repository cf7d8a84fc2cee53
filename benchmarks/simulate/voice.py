"""The voice of the frontline in a simulated year: people agree to be quoted, leaders review quotes, writers answer."""

from typing import TYPE_CHECKING, Any

from benchmarks.simulate.judge import Json, actions
from benchmarks.simulate.personas import Human

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

COMMENT, MENU, CHANGE, WITHDRAW = "voice:comment", "voice:quote", "voice:change", "voice:withdraw"
TITLE = ":loudspeaker: *Voice of the frontline"
AGREES, NAMED = 0.3, 0.4
"""Probabilities that an author uses the form and may be quoted, and that it is with their name."""
COMMENTS, LEAVES_OUT, HANDS_BACK = 0.4, 0.1, 0.1
"""Probabilities that a leader comments on a draft, and leaves a quote out or hands it back."""
CHANGES, WITHDRAWS = 0.6, 0.2
"""Probabilities of a writer's answers to a quote that was handed back; otherwise they forget it."""


class Voice:
    def __init__(self, year: "Year") -> None:
        self.year, self.drivers = year, year.drivers
        self.seen = {"agreed": 0, "commented": 0, "left out": 0, "handed back": 0, "changed": 0, "taken back": 0}
        self.sent: list[int] = []
        """The number of quotes in each message that the sponsor got."""

    def may_quote(self, human: Human, text: str) -> bool:
        """Return whether an author writes something in the form and agrees to be quoted."""
        return self.drivers.roll(human, "may quote", text) < AGREES

    async def raise_quotable(self, human: Human, word: str, text: str) -> None:
        """Raise a roadblock or an idea in the form, which opens for a text without a word."""
        await self.drivers.type(human, f"/{word}", "?")
        is_named = self.drivers.roll(human, "named", text) < NAMED
        more = {"shown": "named" if is_named else "unnamed"} if word == "roadblock" else {}
        await self.drivers.submit_known(human, text=text, quoting="named" if is_named else "unnamed", **more)
        self.seen["agreed"] += 1

    def hear(self, message: Json) -> None:
        """Count the quotes of a message that the sponsor got."""
        if message["text"].startswith(TITLE):
            self.sent.append(message["text"].count("• “"))

    async def react(self, human: Human, ts: str) -> None:
        """Review a draft as a leader, or answer as a writer whose quote was handed back."""
        if not self.drivers.attends(human):
            return
        found = await self.year.world.slack.look("messages", channel="bot", ts=ts, **{"as": human.name})
        for message in found["messages"]:
            buttons = dict(actions(message))
            if CHANGE in buttons:
                await self._answer(human, ts, buttons)
            elif COMMENT in buttons:
                await self._review(human, ts, message, buttons[COMMENT])

    async def _answer(self, human: Human, ts: str, buttons: dict[str, str]) -> None:
        roll = self.drivers.roll(human, "handed back", ts)
        if roll < CHANGES:
            await self.drivers.press_card(human, ts, CHANGE, buttons[CHANGE])
            await self.drivers.submit(human, words="a large customer waits every morning")
            self.seen["changed"] += 1
        elif roll < CHANGES + WITHDRAWS:
            await self.drivers.press_card(human, ts, WITHDRAW, buttons[WITHDRAW])
            self.seen["taken back"] += 1

    async def _review(self, human: Human, ts: str, message: Json, month_id: str) -> None:
        for block in message["blocks"]:
            menu = block.get("accessory") or {}
            if menu.get("action_id") != MENU:
                continue
            roll, (back, out) = self.drivers.roll(human, "quote", block["block_id"]), menu["options"]
            chosen = out if roll < LEAVES_OUT else back if roll < LEAVES_OUT + HANDS_BACK else None
            if chosen:
                said = {"user": human.name, "channel": "bot", "ts": ts, "action_id": MENU, "value": chosen["value"]}
                answer = await self.year.world.do("actions", **said, block_id=block["block_id"])
                self.year.ledger.refuse(MENU, answer)
                self.seen["left out" if chosen is out else "handed back"] += 1
        if self.drivers.roll(human, "comments", ts) < COMMENTS:
            await self.drivers.press_card(human, ts, COMMENT, month_id)
            await self.drivers.submit(human, words="the macros matter most")
            self.seen["commented"] += 1

    def figures(self) -> dict[str, Any]:
        """Return how many quotes were agreed to, reviewed and sent."""
        return {**self.seen, "months sent": len(self.sent), "quotes sent": sum(self.sent)}
