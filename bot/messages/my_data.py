"""The end of `/steward me`: what a person has agreed to, each with *Stop*, and the export of their data."""

from collections.abc import Mapping, Sequence

from slackblocks import Block, Button, SectionBlock

from bot.slack.mrkdwn import escape
from bot.slack.post import Post, button_rows

STOP = "my_data:stop"
EXPORT = "my_data:export"
BIRTHDAY, ANNIVERSARY, VISITS, THANKS, LISTEN, HOST, COFFEE, HOURS = (
    "birthday", "anniversary", "visits", "thanks", "listen", "host", "coffee", "hours",
)  # fmt: skip
AGREED = {
    BIRTHDAY: "I mark your birthday",
    ANNIVERSARY: "I mark your work anniversary",
    VISITS: "Leaders and the sponsor can ask to sit with you",
    THANKS: "Shout-outs name you in the channel",
    LISTEN: "I offer to turn thanks and promises in your messages into shout-outs and promises",
    HOST: "I ask you to host rituals",
    COFFEE: "I pair you for coffee",
    HOURS: "I send your reminders when you usually answer, and keep how often you answered in each hour of the day",
}
"""What a person agrees to, as a sentence."""
BUTTONS = {
    BIRTHDAY: "Stop my birthday",
    ANNIVERSARY: "Stop my anniversary",
    VISITS: "Stop visits",
    THANKS: "Stop naming me",
    LISTEN: "Stop listening",
    HOST: "Stop hosting",
    COFFEE: "Stop coffee",
    HOURS: "Stop counting hours",
}
STOPPED = {
    BIRTHDAY: "I won't mark your birthday. The date stays stored; you can remove it in `/steward me`.",
    ANNIVERSARY: "I won't mark your work anniversary. The date stays stored; you can remove it in `/steward me`.",
    VISITS: "I won't ask you about shadowing or visits, and I tell nobody why.",
    THANKS: "New shout-outs won't name you in the channel. You still get a note.",
    LISTEN: "I won't offer to make shout-outs or promises of your messages.",
    HOST: "I won't ask you to host rituals.",
    COFFEE: "I won't pair you for coffee.",
    HOURS: "Your reminders come when your working day starts. I've deleted the count of your answers by hour.",
}
"""The answers to *Stop*."""


def build_blocks(agreed: Mapping[str, str]) -> list[Block]:
    """List what a person has agreed to, by name with who sees it (or an empty text), and offer the export."""
    blocks: list[Block] = []
    if agreed:
        lines = [f"• {AGREED[name]}{f' ({escape(detail)})' if detail else ''}" for name, detail in agreed.items()]
        text = "\n".join(["*What's switched on for you*", *lines, "Stopping one changes nothing else."])
        stops = [Button(BUTTONS[name], action_id=f"{STOP}:{name}", value=name) for name in agreed]
        blocks += [SectionBlock(text, block_id="agreed"), *button_rows(stops, "agreed_stop")]
    title = "*Your data as a file*"
    offer = f"{title}\nI'll send you what I keep about you, including what's encrypted. You can ask once a day."
    button = Button("Export my data", action_id=EXPORT, value="export")
    return [*blocks, SectionBlock(offer, block_id="my_data", accessory=button)]


def stopped(name: str) -> Post:
    return Post(STOPPED[name])


def names() -> Sequence[str]:
    """Return the names of everything that a person can agree to."""
    return [*AGREED]
