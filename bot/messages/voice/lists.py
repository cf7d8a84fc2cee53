"""The form in which leaders leave things out of the draft's lists, and put them back."""

from collections.abc import Mapping

from slackblocks import Block, Button, CheckboxGroup, InputBlock, ModalView

from bot.features.voice.models import VoiceMonth
from bot.messages.followups.report import TITLES
from bot.messages.mentions import mentions_to_names
from bot.messages.voice.account import IDEAS, ROADBLOCKS, Account, Listed, list_shown
from bot.slack.mrkdwn import shortened
from bot.slack.post import context, modal, option

CHOOSE, CHOOSE_FORM = "voice:choose", "voice:choose_form"
LONGEST_BOX = 75
MOST_BOXES = 10
"""Slack's limit of checkboxes in a group."""
PARTS = {"roadblocks": ROADBLOCKS, "ideas": IDEAS, **TITLES}
"""The titles of the lists by the names of their parts, in the order of the message."""
HOW = "The sponsor gets what's ticked. Untick what names a customer or a colleague."


def choose_button(account: Account, found: VoiceMonth) -> list[Button]:
    """Build the button that opens the form, if there is anything to choose from."""
    has_any = any(list_all(account).values())
    return [Button("Leave out or put back", action_id=CHOOSE, value=str(found.id))] if has_any else []


def count_left_out(account: Account) -> str:
    """Say how much leaders have left out of the lists; empty if nothing."""
    number = sum(map(len, account.left_out.values()))
    return f"Left out of the lists: {number}. " if number else ""


def list_all(account: Account) -> dict[str, list[Listed]]:
    """Return what the lists show and what is left out of them, by the names of their parts."""
    shown = list_shown(account)
    return {part: [*shown.get(part, ()), *account.left_out.get(part, ())] for part in PARTS}


def choose_form(account: Account, found: VoiceMonth, names: Mapping[str, str]) -> ModalView:
    """Build the form, with a tick at what is sent; `names` are those of the people whom texts mention.

    Its metadata has the month and what was ticked at first, so that what another leader changes meanwhile stays.
    """
    sent = [each.key for listed in list_shown(account).values() for each in listed]
    blocks: list[Block] = [context(HOW, "how")]
    for part, listed in list_all(account).items():
        for at in range(0, len(listed), MOST_BOXES):
            name, title = f"{part}_{at}", f"{PARTS[part]} (continued)" if at else PARTS[part]
            boxes = {each.key: option(_label(each, names), each.key) for each in listed[at : at + MOST_BOXES]}
            ticked = [box for key, box in boxes.items() if key in sent]
            group = CheckboxGroup(name, list(boxes.values()), initial_options=ticked or None)
            blocks.append(InputBlock(title, group, block_id=name, optional=True))
    return modal("What the sponsor gets", CHOOSE_FORM, blocks, submit="Save", metadata=" ".join([str(found.id), *sent]))


def _label(listed: Listed, names: Mapping[str, str]) -> str:
    return shortened(" ".join(mentions_to_names(listed.words, names).split()), LONGEST_BOX) or "…"
