"""Tests of Block Kit validation: what Slack accepts, and the errors for what it rejects."""

from typing import Any

import pytest
from slackblocks import (
    ActionsBlock,
    Button,
    ChartSegment,
    DataVisualizationBlock,
    HomeTabView,
    InputBlock,
    ModalView,
    PieChart,
    PlainTextInput,
    RawText,
    SectionBlock,
    TableBlock,
)

from sandbox.blocks import validation
from sandbox.slack_types import SlackError
from tests.sandbox import good_blocks as good
from tests.sandbox.bad_blocks import BAD_BLOCKS, BAD_HOMES, BAD_MESSAGES, BAD_VIEWS
from tests.sandbox.good_blocks import home, modal, mrkdwn

Json = dict[str, Any]


def said(reason: str, at: str) -> str:
    return f"{reason} [json-pointer:{at}]" if at else reason


@pytest.mark.parametrize("block", good.IN_MESSAGES, ids=lambda block: str(block["type"]))
def test_valid_block_is_accepted_in_messages(block: Json) -> None:
    validation.message([block])


@pytest.mark.parametrize("block", good.IN_MODALS, ids=lambda block: str(block["type"]))
def test_valid_block_is_accepted_in_modals(block: Json) -> None:
    validation.view(modal(block), is_home=False)


@pytest.mark.parametrize("block", good.ON_HOME, ids=lambda block: str(block["type"]))
def test_valid_block_is_accepted_on_the_home_tab(block: Json) -> None:
    validation.view(home(block), is_home=True)


def test_blocks_and_views_built_with_the_slackblocks_library_are_accepted() -> None:
    chart = DataVisualizationBlock("Calls", PieChart([ChartSegment("phones", 3)]))
    table = TableBlock([[RawText("queue"), RawText("waiting")]])
    made = [SectionBlock("words"), ActionsBlock([Button("Press", "press")]), chart, table]
    form = ModalView("Thanks", [InputBlock("Why", PlainTextInput("why"))], submit="Give")

    validation.message([block._resolve() for block in made])
    validation.view(form.to_dict(), is_home=False)
    validation.view(HomeTabView([SectionBlock("words")]).to_dict(), is_home=True)


@pytest.mark.parametrize(("block", "reason", "at"), BAD_BLOCKS)
def test_invalid_block_is_rejected_in_messages(block: Json, reason: str, at: str) -> None:
    with pytest.raises(SlackError) as refused:
        validation.message([block])

    assert refused.value.error == "invalid_blocks"
    assert f"[ERROR] {said(reason, at)}" in refused.value.messages
    assert said(reason, at) in refused.value.fields["errors"]


@pytest.mark.parametrize(("blocks", "reason", "at"), BAD_MESSAGES)
def test_invalid_combination_of_blocks_is_rejected_in_messages(blocks: list[Json], reason: str, at: str) -> None:
    with pytest.raises(SlackError) as refused:
        validation.message(blocks)

    assert refused.value.messages == [f"[ERROR] {said(reason, at)}"]


def test_message_may_have_one_table_and_two_charts() -> None:
    validation.message([good.TABLE, good.CHART, good.BARS])
    with pytest.raises(SlackError) as refused:
        validation.message([good.TABLE, good.DATA_TABLE])

    assert (refused.value.error, refused.value.messages) == (
        "invalid_attachments",
        ["[ERROR] only_one_table_allowed"],
    )


@pytest.mark.parametrize("blocks", ["words", {}, ["words"]])
def test_blocks_argument_must_be_a_list_of_objects(blocks: Any) -> None:
    with pytest.raises(SlackError, match="invalid_blocks_format"):
        validation.message(blocks)


@pytest.mark.parametrize(("view", "reason", "at"), BAD_VIEWS)
def test_invalid_modal_is_rejected(view: Json, reason: str, at: str) -> None:
    with pytest.raises(SlackError) as refused:
        validation.view(view, is_home=False)

    assert refused.value.error == "invalid_arguments"
    assert f"[ERROR] {said(reason, at)}" in refused.value.messages


@pytest.mark.parametrize(("view", "reason", "at"), BAD_HOMES)
def test_invalid_home_tab_view_is_rejected(view: Json, reason: str, at: str) -> None:
    with pytest.raises(SlackError) as refused:
        validation.view(view, is_home=True)

    assert f"[ERROR] {said(reason, at)}" in refused.value.messages


def test_view_above_the_size_limit_is_rejected() -> None:
    fields = [{"type": "section", "text": mrkdwn("x" * 2900)} for _ in range(90)]
    with pytest.raises(SlackError, match="view_too_large"):
        validation.view(modal(*fields), is_home=False)
