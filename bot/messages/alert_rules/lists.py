"""The rules that a team has, and what is said when one is made or removed."""

from collections.abc import Sequence

from slackblocks import ActionsBlock, Block, Button, ModalView, SectionBlock

from bot.features.alert_rules.models import AlertRule
from bot.features.alert_rules.presets import PRESETS
from bot.messages import errors
from bot.messages.alert_rules.forms import NEW, REMOVE, REMOVE_FORM, TITLE
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape, mention, shortened
from bot.slack.post import context, modal

ABOUT = (
    "I read an alert from a message only where a rule names its channel and who writes it. "
    "Nothing of what stands there is kept."
)

UNHEARD = "I don't act on alerts at the moment"


def listing(team: Team, kept: Sequence[AlertRule], channel_id: str) -> ModalView:
    """What I listen to, each with its way out; `channel_id` is where somebody asked."""
    blocks: list[Block] = [context(f"The team of *#{escape(team.name)}*. {ABOUT}", "about")]
    blocks += [*errors.closed_warning(team, UNHEARD), *(_entry(rule) for rule in kept)]
    if not kept:
        blocks.append(SectionBlock("No rule yet. With one, a queue's alert calls for help by itself.", block_id="none"))
    new = Button("New rule", action_id=NEW, value=f"{team.id}:{channel_id}", style="primary")
    blocks.append(ActionsBlock([new], block_id="new"))
    return ModalView(title=TITLE, close="Done", blocks=blocks)


def _entry(rule: AlertRule) -> SectionBlock:
    remove = Button("Remove", action_id=REMOVE, value=f"{rule.team_id}:{rule.id}")
    return SectionBlock(_told(rule), block_id=f"rule_{rule.id}", accessory=remove)


def _told(rule: AlertRule) -> str:
    way = escape(shortened(rule.pattern, 200)) if rule.pattern else PRESETS[rule.way].title
    queue = f" · queue {escape(rule.queue)}" if rule.queue else ""
    return f"{_whom(rule)}\n{way}{queue} · made by {mention(rule.made_by)}"


def _whom(rule: AlertRule) -> str:
    return f"*{escape(rule.sender_name)}* in <#{rule.channel_id}>"


def remove_form(rule: AlertRule) -> ModalView:
    asked = SectionBlock(f"Shall I stop listening to {_whom(rule)}?", block_id="asked")
    return modal(TITLE, REMOVE_FORM, [asked], submit="Remove", close="Back", metadata=f"{rule.team_id}:{rule.id}")


def kept(team: Team, rule: AlertRule) -> ModalView:
    warning = errors.closed_warning(team, UNHEARD)
    return _said(f":white_check_mark: Saved. {'' if warning else 'From now on '}I listen to {_whom(rule)}.", warning)


def removed(rule: AlertRule) -> ModalView:
    return _said(f":white_check_mark: Removed. I no longer listen to {_whom(rule)}.")


def _said(sentence: str, more: Sequence[Block] = ()) -> ModalView:
    blocks = [SectionBlock(sentence, block_id="said"), *more]
    return ModalView(title=TITLE, close="Done", blocks=blocks, clear_on_close=True)
