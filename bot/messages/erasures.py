"""*Erase my data*: the form, which says what goes and what stays, the receipt, and the last line."""

from slackblocks import (
    Block,
    Button,
    CheckboxGroup,
    DividerBlock,
    InputBlock,
    ModalView,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
)

from bot.slack.mrkdwn import count_noun
from bot.slack.post import Post, modal, option

OPEN, FORM = "erasures:open", "erasures:form"
TEAM, WORDS, TYPED = "team", "words", "typed"
STAY, LEAVE, TOO = "stay", "leave", "too"
WORD = "erase"
"""What somebody types to confirm."""
GOES = (
    "*What I erase*\n"
    "• Your name, time zone, preferences, absences, birthday and roles. If you lead or sponsor a team, you no longer "
    "will.\n"
    "• Your one-on-ones, topics, notes, visits, hand-ups, breaks, votes, reminders and time\n"
    "• The words of roadblocks, ideas and promises that you wrote, and of thanks that only you got\n"
    "• Cards about all this in Slack, and files that I sent you"
)
STAYS = (
    "*What stays*\n"
    "• Without your name: thanks you gave, good news you shared, change notices and launches you posted, your part in "
    "rituals and queue spikes, and quotes that the sponsor has read\n"
    "• What colleagues wrote about you. Your name is removed; colleagues may still recognise some things.\n"
    "• Messages in Slack that I can't edit, and files that others have\n"
    "• Backups, until whoever runs me deletes them. If one is restored, your data is erased again.\n"
    "• A code made from your ID, and today's date, so that I can do that\n"
    "• What I read from Slack again while you're in this workspace: your name, time zone and Do Not Disturb hours"
)
STARTED = (
    "I'm erasing your data. You'll get a message when that's done, usually within a few minutes. Nothing else reaches "
    "you from me until then."
)
OLD_BYTES = "Free space of my database may hold old bytes until it's reused."


def offer() -> list[Block]:
    """Build the end of `/steward me`."""
    button = Button("Erase my data", action_id=OPEN, value="me", style="danger")
    text = "*Erase your data*\nBefore anything is erased, I show you what goes and what stays."
    return [SectionBlock(text, block_id="erase", accessory=button)]


def form() -> ModalView:
    """Build the form: what goes, what stays, two choices, and a word to type."""
    team = RadioButtonGroup(
        action_id=TEAM,
        options=[option("Stay in the team", STAY), option("Leave the team, too", LEAVE)],
        initial_option=option("Stay in the team", STAY),
    )
    words = CheckboxGroup(
        action_id=WORDS, options=[option("Delete my words in thanks I gave and good news I shared, too", TOO)]
    )
    blocks: list[Block] = [
        SectionBlock(GOES, block_id="goes"),
        SectionBlock(STAYS, block_id="stays"),
        DividerBlock(),
        InputBlock(
            "Your team", team, block_id=TEAM,
            hint="If you leave, I won't add you again until you rejoin the channel. If you stay, you start afresh.",
        ),
        InputBlock("Your words", words, block_id=WORDS, optional=True),
        InputBlock(f"Type “{WORD}” to confirm", PlainTextInput(TYPED, max_length=20), block_id=TYPED),
    ]  # fmt: skip
    return modal("Erase my data", FORM, blocks, submit="Erase my data")


def started() -> ModalView:
    """Build what the form becomes once it is sent."""
    return modal(
        "Erase my data", "erasures:started", [SectionBlock(STARTED, block_id="started")], submit=None, close="Close"
    )


def receipt(waiting: int, *, words_stay: bool, may_hold_bytes: bool) -> Post:
    """Tell somebody that their data is erased, what is left, and how many cards are still being edited."""
    thanks = "thanks you gave, good news you shared, " if words_stay else ""
    left = (
        f"What's left, without your name: {thanks}change notices and launches you posted, your part in rituals and "
        "queue spikes, and quotes the sponsor has read. What colleagues wrote about you stays, and so do messages "
        "in Slack that I can't edit, files that others have, and backups until they're deleted."
    )
    cards = (
        f"{count_noun(waiting, 'card')} in Slack {'is' if waiting == 1 else 'are'} still being edited; I'll tell you "
        "when that's done."
        if waiting
        else "There's nothing left to edit in Slack."
    )
    return Post(" ".join(["I've erased your data.", cards, left, *([OLD_BYTES] if may_hold_bytes else [])]))


def last_line() -> Post:
    return Post("The cards in Slack are edited, too. That was the last of it.")
