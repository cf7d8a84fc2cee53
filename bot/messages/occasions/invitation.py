"""The invitation, on somebody's Home, to enter their birthday and work anniversary."""

from slackblocks import ActionsBlock, Block, Button, SectionBlock

from bot.features.occasions.settings import Own
from bot.messages.settings import OPEN_OWN

DECLINE = "occasions:decline"


def invitation() -> list[Block]:
    text = (
        "*Your birthday and work anniversary*\nEnter them if you'd like them remembered: in your team's channel, or in "
        "a note that only you see. I never ask for the year of your birth."
    )
    enter = Button("Enter my days", action_id=f"{OPEN_OWN}:{Own.feature}", value=Own.feature, style="primary")
    no = Button("No thanks", action_id=DECLINE, value=DECLINE)
    return [SectionBlock(text, block_id="days"), ActionsBlock([enter, no], block_id="days_answers")]
