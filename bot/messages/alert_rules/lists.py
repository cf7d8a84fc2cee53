"""The list of a team's alert rules, and the confirmations when a rule is added or removed."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, ModalView, SectionBlock

from bot.features.alert_rules.models import AlertRule
from bot.features.alert_rules.presets import PRESETS
from bot.messages import errors
from bot.messages.alert_rules.forms import NEW, REMOVE, REMOVE_FORM, TITLE
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import context, modal

ABOUT = "I read alerts only from the channels and senders in this list, and I don't store the messages."

NONE_YET = "No rules yet. Add one, and I'll ask a leader to help when an alert comes in."
UNHEARD = "I'm not acting on alerts right now"


def rule_list(team: Team, kept: Sequence[AlertRule], channel_id: str) -> ModalView:
    """List a team's alert rules, each with a button to remove it; the reader asked in the channel `channel_id`."""
    blocks: list[Block] = [context(f"Alerts for *#{escape(team.name)}*. {ABOUT}", "about")]
    blocks += [*errors.closed_warning(team, UNHEARD), *(_entry(rule) for rule in kept)]
    if not kept:
        blocks.append(SectionBlock(NONE_YET, block_id="none"))
    new = Button("Add a rule", action_id=NEW, value=f"{team.id}:{channel_id}", style="primary")
    blocks.append(ActionsBlock([new], block_id="new"))
    return ModalView(title=TITLE, close="Done", blocks=blocks)


def _entry(rule: AlertRule) -> SectionBlock:
    remove = Button("Remove", action_id=REMOVE, value=f"{rule.team_id}:{rule.id}")
    return SectionBlock(_rule_text(rule), block_id=f"rule_{rule.id}", accessory=remove)


def _rule_text(rule: AlertRule) -> str:
    way = escape(shortened(rule.pattern, 200)) if rule.pattern else PRESETS[rule.way].title
    queue = f" · queue {escape(rule.queue)}" if rule.queue else ""
    return f"{_whom(rule)}\n{way}{queue} · added by {mention(rule.made_by)}"


def _whom(rule: AlertRule) -> str:
    return f"*{escape(rule.sender_name)}* in <#{rule.channel_id}>"


def remove_form(rule: AlertRule) -> ModalView:
    asked = SectionBlock(f"Stop listening to {_whom(rule)}?", block_id="asked")
    return modal(TITLE, REMOVE_FORM, [asked], submit="Remove", close="Back", metadata=f"{rule.team_id}:{rule.id}")


def added_view(team: Team, rule: AlertRule) -> ModalView:
    warning = errors.closed_warning(team, UNHEARD)
    listening = "I'll listen to" if warning else "I'm now listening to"
    return _said(f":white_check_mark: Saved. {listening} {_whom(rule)}.", warning)


def removed_view(rule: AlertRule) -> ModalView:
    return _said(f":white_check_mark: Removed. I've stopped listening to {_whom(rule)}.")


def _said(sentence: str, more: Sequence[Block] = ()) -> ModalView:
    blocks = [SectionBlock(sentence, block_id="said"), *more]
    return ModalView(title=TITLE, close="Done", blocks=blocks, clear_on_close=True)
