"""Forms of ideas: raise one, and take the steps that need a text, a day or a choice."""

from collections.abc import Mapping, Sequence

from slackblocks import (
    Block,
    CheckboxGroup,
    DatePicker,
    InputBlock,
    ModalView,
    PlainTextInput,
    RadioButtonGroup,
    SectionBlock,
    StaticSelectMenu,
)

from bot.features.visits.themes import THEMES
from bot.followups.models import Followup, Reason
from bot.followups.rules import Step
from bot.messages.errors import fit_to_section
from bot.messages.followups.forms import (
    DONE,
    LONGEST_REASON,
    TEAM,
    TEXT,
    WHO,
    WHY,
    WITHOUT_NAME,
    ask,
    form,
    quoting_fields,
)
from bot.messages.mentions import NO_NAMES, field
from bot.org.teams.models import Team
from bot.slack.mrkdwn import shortened, unescape_entities
from bot.slack.post import Post, modal, option

FORM = "ideas:form"
TITLE = "Idea"
LONGEST_IDEA = 600
LONGEST_OPTION = 75
LONGEST_LABEL = 2000
MOST_OPTIONS = 100
THEME, HIDDEN = "theme", "hidden"
REASON, AGAIN, ENDS, QUESTION, OTHER = "reason", "again", "ends", "question", "other"
REASONS = {
    Reason.DONE: "Done",
    Reason.DECLINED: "Declined",
    Reason.NOT_NOW: "Not now, ask again later",
}
LESSONS = {
    Reason.DONE: "We're keeping it",
    Reason.DECLINED: "We're not keeping it",
    Reason.NOT_NOW: "Not now, ask again later",
}


def idea_form(
    teams: Sequence[Team], *, text: str = "", names: Mapping[str, str] = NO_NAMES, source: str = "", refusal: str = ""
) -> ModalView:
    """Build the form for a new idea; `refusal` says what was wrong with the typed text."""
    words = field(TEXT, text, names, longest=LONGEST_IDEA, multiline=True)
    hide = CheckboxGroup(action_id=HIDDEN, options=[option("Hide my name", HIDDEN)])
    themes = StaticSelectMenu(THEME, options=[option(title, key) for key, title in THEMES.items()])
    blocks: list[Block] = [SectionBlock(fit_to_section(refusal), block_id="refusal")] if refusal else []
    blocks.append(InputBlock("What could be better?", words, block_id=TEXT))
    if len(teams) > 1:
        options = [option(shortened(f"#{team.name}", LONGEST_OPTION), str(team.id)) for team in teams[:MOST_OPTIONS]]
        blocks.append(InputBlock("Team", StaticSelectMenu(TEAM, options=options), block_id=TEAM))
    blocks += [
        InputBlock("What is it about?", themes, block_id=THEME, optional=True),
        InputBlock("Your name", hide, block_id=HIDDEN, optional=True, hint=WITHOUT_NAME),
        *quoting_fields(teams),
    ]
    return modal(TITLE, FORM, blocks, submit="Post", metadata=f"{teams[0].id}:{source}")


def close_form(this: Followup) -> ModalView:
    """Build the form that answers an idea, or shares what an experiment showed."""
    is_tried = bool(this.experiment_ends_on)
    labels = LESSONS if is_tried else REASONS
    choice = RadioButtonGroup(action_id=REASON, options=[option(words, reason) for reason, words in labels.items()])
    why = PlainTextInput(WHY, multiline=True, max_length=LONGEST_REASON)
    question = "What was done, or why not? (one sentence)"
    if is_tried:
        question = f"You wanted to know: {this.question} What did you learn?"
    hint = "I'll tell whoever had the idea and everyone who voted for it, and show it on the card."
    again_hint = "Only for “Not now”. I'll reopen the idea on that day, or on the next working day."
    blocks = [
        InputBlock("What happens with the idea?" if is_tried else "What's the answer?", choice, block_id=REASON),
        InputBlock(shortened(unescape_entities(question), LONGEST_LABEL), why, block_id=WHY, hint=hint),
        InputBlock("Ask the leaders again on", DatePicker(AGAIN), block_id=AGAIN, optional=True, hint=again_hint),
    ]
    title, submit = ("Share the lesson", "Share") if is_tried else ("Answer an idea", "Answer")
    return modal(title, form(Step.CLOSE), blocks, submit=submit, metadata=str(this.id))


def start_form(this: Followup) -> ModalView:
    """Build the form that starts work on an idea, as an experiment if an end date and a question are entered."""
    question = PlainTextInput(QUESTION, max_length=LONGEST_REASON)
    blocks = [
        SectionBlock("If it's an experiment, give it an end date and a question to answer.", block_id="before"),
        InputBlock("End date", DatePicker(ENDS), block_id=ENDS, optional=True),
        InputBlock("Question to answer", question, block_id=QUESTION, optional=True),
    ]
    return modal("Start on an idea", form(Step.START), blocks, submit="Start", metadata=str(this.id))


def hand_on_form(this: Followup, leaders: Mapping[str, str]) -> ModalView:
    """Build the form that hands an idea on to another leader; `leaders` has their names by id."""
    options = [option(shortened(name, LONGEST_OPTION), id) for id, name in leaders.items()][:MOST_OPTIONS]
    blocks = [InputBlock("Which leader should take it over?", StaticSelectMenu(WHO, options=options), block_id=WHO)]
    return modal("Hand over an idea", form(Step.HAND_ON), blocks, submit="Hand it over", metadata=str(this.id))


def merge_form(this: Followup, others: Sequence[Followup]) -> ModalView:
    """Build the form that merges an idea into another open one."""
    options = [option(shortened(each.text, LONGEST_OPTION), str(each.id)) for each in others][:MOST_OPTIONS]
    hint = "Votes are added up, and each person counts once. You can undo this."
    blocks = [InputBlock("Merge it into", StaticSelectMenu(OTHER, options=options), block_id=OTHER, hint=hint)]
    return modal("Merge ideas", form(Step.MERGE), blocks, submit="Merge", metadata=str(this.id))


def split_form(this: Followup) -> ModalView:
    """Build the form that asks whether to undo a merge."""
    told = "This idea will be open again, and each of the two will have its own votes."
    return ask(Step.SPLIT, this.id, "Undo the merge", "Undo it", before=told)


def closing_form(post: Post) -> ModalView:
    """Build the view that replaces the form: the answer to the author, with buttons that work for ten minutes."""
    return ModalView(title=TITLE, close="Done", callback_id=DONE, blocks=[*post.blocks])
