"""Messages about debriefs of spikes: the question to each helper, and the form whose answers become follow-ups."""

from slackblocks import (
    ActionsBlock,
    Block,
    Button,
    InputBlock,
    ModalView,
    PlainTextInput,
    SectionBlock,
    StaticSelectMenu,
    UserMultiSelectMenu,
)

from bot.features import debriefs
from bot.features.debriefs import Debrief, Destination, State
from bot.followups.models import Kind
from bot.org.teams.models import Team
from bot.slack.mrkdwn import escape
from bot.slack.post import Post, context, modal, option

TELL = "debriefs:tell"
NOTHING = "debriefs:nothing"
FORM = "debriefs:form"

THANK = "thank"
FOR = "{}_for"
"""Template of the name of the field for an answer's area, filled in with the name of the answer's field."""
IS = "{}_is"
"""Template of the name of the field for an answer's kind."""

TITLE = "Debrief note"
ASKED = {"hurt": "What went wrong for customers?", "held": "What held agents back?"}
FIRST = {"hurt": Destination.PRODUCT, "held": Destination.SERVICE}
"""The default area of each answer, which is the most common one."""
KINDS = {"hurt": {Kind.IDEA: "An idea", Kind.ROADBLOCK: "A roadblock"}}
"""The kinds to choose from for an answer that can be either."""
WHOM_HINT = "Next, I'll open the shout-out form with their names filled in."
OPEN_TO = (
    "Only you and the leaders of <#{}> can read this. I store it encrypted, never post it in a channel, and tell you "
    "what comes of it."
)


def ask(team: Team, debrief: Debrief, queue: str) -> Post:
    """Build the card that asks for a debrief; once it is answered, the card only shows the outcome."""
    text = _answered(team, debrief, queue)
    blocks: list[Block] = [SectionBlock(text, block_id="debrief")]
    if debrief.state == State.ASKED:
        id = str(debrief.id)
        yes = Button("Write a note", action_id=TELL, value=id, style="primary")
        no = Button("Not this time", action_id=NOTHING, value=id)
        why = (
            f"I ask everyone who helped, once per spike. Only you and the leaders of <#{team.channel_id}> can read "
            "your note. To turn this off: `/steward me`, *When a queue spikes*."
        )
        blocks += [ActionsBlock([yes, no], block_id="answers"), context(why, "why")]
    return Post(text, blocks, card=f"debrief:{debrief.id}")


def _answered(team: Team, debrief: Debrief, queue: str) -> str:
    named = f"*{escape(queue)}*"
    match debrief.state:
        case State.TOLD:
            return (
                f":white_check_mark: Thanks! The leaders of <#{team.channel_id}> can read your note about {named}. "
                "I'll tell you when they answer."
            )
        case State.NOTHING:
            return f"No debrief note for {named}. Thanks for helping!"
        case _:
            return (
                f"You helped with {named}. What went wrong for customers, what held agents back, and who do you want "
                "to thank? It takes 2 minutes, and you can skip any question."
            )


def form(team: Team, debrief: Debrief) -> ModalView:
    """Build the debrief form, with three optional questions."""
    blocks: list[Block] = [SectionBlock(OPEN_TO.format(team.channel_id), block_id="told")]
    for field in debriefs.KIND_BY_FIELD:
        words = PlainTextInput(field, multiline=True, max_length=debriefs.LONGEST_NOTE)
        blocks.append(InputBlock(ASKED[field], words, block_id=field, optional=True))
        if field in KINDS:
            blocks.append(InputBlock("Save it as", _kinds(field), block_id=IS.format(field)))
        blocks.append(InputBlock("Area", _destinations(field), block_id=FOR.format(field)))
    whom = UserMultiSelectMenu(THANK)
    blocks.append(InputBlock("Who do you want to thank?", whom, block_id=THANK, optional=True, hint=WHOM_HINT))
    return modal(TITLE, FORM, blocks, submit="Save", close="Not now", metadata=str(debrief.id))


def _kinds(field: str) -> StaticSelectMenu:
    options = [option(label, str(kind)) for kind, label in KINDS[field].items()]
    return StaticSelectMenu(IS.format(field), options, initial_option=options[0])


def _destinations(field: str) -> StaticSelectMenu:
    options = {each: option(each.capitalize(), str(each)) for each in Destination}
    return StaticSelectMenu(FOR.format(field), [*options.values()], initial_option=options[FIRST[field]])


def saved_view(*, is_told: bool) -> ModalView:
    told = (
        ":white_check_mark: Saved. I'll tell you when a leader answers."
        if is_told
        else "No note this time. Thanks for helping!"
    )
    return _closing(told)


def retired_command_answer() -> Post:
    """Answer `/queue notes`, which listed the notes before they became roadblocks and ideas."""
    return Post("Debrief notes are roadblocks and ideas now: `/roadblock` and `/idea` list them.")


def _closing(said: str) -> ModalView:
    return ModalView(title=TITLE, close="Done", clear_on_close=True, blocks=[SectionBlock(said, block_id="said")])
