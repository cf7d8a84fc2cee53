"""Tests of Block Kit in a real browser: blocks show their text, and elements send values the sandbox can parse."""

from collections.abc import AsyncIterator
from itertools import pairwise
from time import monotonic
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Locator, async_playwright, expect

from sandbox.blocks import forms
from sandbox.blocks.forms import chosen, initial_values
from tests import chromium
from tests.sandbox import good_blocks as good
from tests.sandbox.page.drivers import SUGGESTED, Drawing
from tests.sandbox.page.mrkdwn_examples import DATES, INSTANT, MARKDOWN, MRKDWN, NOW

Json = dict[str, Any]
pytestmark = pytest.mark.asyncio(loop_scope="module")
KNOWN = {"U0ANA00000", "U0MAYA0000", "C0GENERAL0", "C0QUEUEALE", "D0ANA00000"}
HIDDEN = {"divider"}
MOST_MILLISECONDS = 20_000  # what takes the square of a text's length takes minutes, on any machine
UNSEEN = {"confirm", "options", "option_groups", "placeholder"}  # hidden until somebody opens a menu or clears a field


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser() -> AsyncIterator[Browser]:
    path = chromium.found()
    if not path:
        pytest.skip(chromium.MISSING)
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=path, args=chromium.OPTIONS)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def drawn(browser: Browser) -> Drawing:
    return await Drawing.on(browser)


@pytest_asyncio.fixture(loop_scope="module")
async def drawing(drawn: Drawing) -> AsyncIterator[Drawing]:
    """Yield a page that renders blocks, and fail the test if the page reports an error."""
    drawn.wrong.clear()
    yield drawn
    assert await drawn.problems() == []


def find(kind: str, ref: str) -> str:
    assert ref in KNOWN, f"{kind} knows no {ref!r}"
    return ref


def words(value: Any) -> set[str]:
    """Return the texts that a block must show: text objects, labels and names."""
    if isinstance(value, list):
        return {each for item in value for each in words(item)}
    if not isinstance(value, dict):
        return set()
    own = {value[key] for key in ("text", "title", "caption", "label") if isinstance(value.get(key), str)}
    shown = [each for key, each in value.items() if key not in UNSEEN]
    return {word.strip("* ") for word in own} | words(shown)


@pytest.mark.parametrize("surface", ["message", "modal", "home"])
async def test_every_block_shows_all_of_its_text(drawing: Drawing, surface: str) -> None:
    blocks = {"message": good.IN_MESSAGES, "modal": good.IN_MODALS, "home": good.ON_HOME}[surface]
    whole = await drawing.draw(*blocks, surface=surface)
    for block, said in zip(whole, await drawing.said(), strict=True):
        assert "could not be shown" not in said
        assert block["type"] in HIDDEN or said.strip()
        assert all(word in said for word in words(block)), (block, said)


async def test_page_shows_a_note_in_place_of_an_unknown_block_or_element(drawing: Drawing) -> None:
    strange = await drawing.draw({"type": "hologram"}, good.actions({"type": "lever"}))
    assert [await drawing.text(block) for block in strange] == [
        "The sandbox does not show “hologram”.",
        "The sandbox does not show “lever”.",
    ]


async def test_page_and_server_agree_on_the_values_of_an_untouched_form(drawing: Drawing) -> None:
    blocks = await drawing.draw(*(good.field(element) for element in [*good.SELECTS, *good.FIELDS]), surface="modal")
    state = await drawing.state()
    untouched = initial_values(blocks)
    for block, element in forms.elements(blocks):
        value = chosen(element, state[block["block_id"]], find)
        assert value == untouched[block["block_id"]][element["action_id"]]


async def pick(place: Locator, number: int, typed: str = "") -> None:
    box = place.get_by_role("combobox")
    await box.click()
    if typed:
        await box.fill(typed)
    await place.get_by_role("option").nth(number).click()
    if await box.get_attribute("aria-expanded") == "true":
        await box.press("Escape")


async def use(place: Locator, element: Json) -> Any:
    """Use a block element as a person would, and return the value that it should send."""
    kind = element["type"]
    if kind in TYPED:
        await place.locator("input, textarea").fill(TYPED[kind])
        await place.locator("input, textarea").blur()
        return VALUES.get(kind, TYPED[kind])
    if kind in PICKED:
        number, typed, value = PICKED[kind]
        await pick(place, number, typed)
        return value
    await PRESSED[kind](place)
    return VALUES[kind]


TYPED = {
    "plain_text_input": "thanks",
    "email_text_input": "ben@harbour.example",
    "url_text_input": "https://example.com/x",
    "number_input": "7",
    "rich_text_input": "well *done*",
    "datepicker": "2026-12-01",
    "timepicker": "16:05",
    "datetimepicker": "2026-07-01T09:00",
}
VALUES: Json = {
    "rich_text_input": {
        "type": "rich_text",
        "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "well *done*"}]}],
    },
    "datetimepicker": 1782892800,  # 08:00 UTC; Lisbon is an hour ahead in summer
    "checkboxes": ["a"],
    "radio_buttons": "b",
    "overflow": "a",
    "button": "1",
    "icon_button": "2",
    "feedback_buttons": "0",
}
PICKED: dict[str, tuple[int, str, Any]] = {
    "static_select": (0, "", "a"),
    "external_select": (0, "sug", SUGGESTED),
    "users_select": (0, "ferr", "U0MAYA0000"),
    "channels_select": (0, "#queue", "C0QUEUEALE"),
    "conversations_select": (0, "gen", "C0GENERAL0"),
    "multi_static_select": (1, "", ["a"]),
    "multi_external_select": (0, "sug", [SUGGESTED]),
    "multi_users_select": (1, "", ["U0ANA00000", "U0MAYA0000"]),
    "multi_channels_select": (0, "", ["C0GENERAL0"]),
    "multi_conversations_select": (0, "ana", ["D0ANA00000"]),
}


async def open_overflow(place: Locator) -> None:
    await place.get_by_role("button", name="More actions").click()
    await place.get_by_role("menuitem").first.press("Enter")


PRESSED: dict[str, Any] = {
    "checkboxes": lambda place: place.get_by_role("checkbox").check(),
    "radio_buttons": lambda place: place.get_by_role("radio").nth(1).check(),
    "overflow": open_overflow,
    "button": lambda place: place.get_by_role("button").click(),
    "icon_button": lambda place: place.get_by_role("button").click(),
    "feedback_buttons": lambda place: place.get_by_role("button").nth(1).click(),
}


async def test_form_state_has_the_value_filled_into_each_element(drawing: Drawing) -> None:
    usable = [element for element in [*good.SELECTS, *good.FIELDS] if element["type"] != "file_input"]
    blocks = await drawing.draw(*(good.field(element) for element in usable), surface="modal")
    for block in blocks:
        value = await use(drawing.block(block), block["element"])
        state = (await drawing.state())[block["block_id"]]
        assert state == value, block
        chosen(block["element"], state, find)
    assert await drawing.acts() == []


async def test_element_used_outside_a_form_sends_its_value_to_the_app(drawing: Drawing) -> None:
    plain_button = {"type": "button", "text": good.plain(), "value": "1"}
    icon = {"type": "icon_button", "icon": "trash", "text": good.plain("Delete"), "value": "2"}
    feedback = good.IN_MESSAGES[-1]["elements"][0]
    rows = [
        good.actions(element) for element in [*good.SELECTS, plain_button, good.OTHERS[1] | {"options": good.OPTIONS}]
    ]
    others = [{"type": "context_actions", "elements": [element]} for element in (icon, feedback)]
    for block in await drawing.draw(*rows, *others):
        [element] = block["elements"]
        before = len(await drawing.acts())
        value = await use(drawing.block(block), element)
        [act] = (await drawing.acts(before + 1))[before:]
        assert act == [block["block_id"], element["action_id"], value]
        chosen(element, value, find)


async def test_buttons_inside_cards_and_containers_reach_the_app(drawing: Drawing) -> None:
    press: Json = {"type": "button", "text": good.plain("Go"), "value": "1"}
    card = {"type": "card", "title": good.plain(), "actions": [press]}
    inside = {"type": "container", "title": good.plain(), "child_blocks": [good.actions(press)]}
    blocks = await drawing.draw(card, {"type": "carousel", "elements": [card, card]}, inside)
    for button in await drawing.page.get_by_role("button").all():
        await button.click()
    held = [[block["block_id"], element["action_id"], "1"] for block, element in forms.elements(blocks)]
    assert await drawing.acts(len(held)) == held


async def test_right_to_left_text_is_aligned_right(drawing: Drawing) -> None:
    [block] = await drawing.draw(good.section(good.IMAGE) | {"text": good.mrkdwn("שלום *עולם*")})
    left, width = await drawing.block(block).evaluate(
        """node => {
          const words = node.querySelector(".mrkdwn").getBoundingClientRect();
          const room = node.querySelector(".bk-section-words").getBoundingClientRect();
          return [words.left - room.left, room.width];
        }"""
    )
    assert left > width / 2


async def test_elements_of_one_block_have_separate_state_by_action_id(drawing: Drawing) -> None:
    row = good.actions(good.SELECTS[0] | {"action_id": "one"}, good.SELECTS[3] | {"action_id": "two"})
    await drawing.draw(row, good.section(good.SELECTS[0]) | {"block_id": "alone"})
    assert await drawing.state() == {"one": "b", "two": "U0ANA00000", "alone": "b"}


async def test_form_that_is_rendered_again_keeps_typed_text(drawing: Drawing) -> None:
    [block] = await drawing.draw(good.field(good.FIELDS[1]), surface="modal")
    await drawing.block(block).get_by_role("textbox").fill("x@y.example")
    await drawing.page.evaluate(
        "block => document.getElementById('root').replaceChildren(kit.renderBlocks([block], kit.ctx))", block
    )
    await expect(drawing.block(block).get_by_role("textbox")).to_have_value("x@y.example")


async def test_select_can_default_to_the_current_conversation(drawing: Drawing) -> None:
    here = {"default_to_current_conversation": True}
    one, two = {"type": "conversations_select"} | here, {"type": "multi_conversations_select"} | here
    await drawing.draw(*(good.field(each) | {"block_id": each["type"]} for each in (one, two)), surface="modal")
    assert await drawing.state() == {one["type"]: "C0GENERAL0", two["type"]: ["C0GENERAL0"]}


async def test_combobox_can_be_used_with_the_keyboard_alone(drawing: Drawing) -> None:
    select = good.SELECTS[3] | {"placeholder": good.plain("Whom?")}
    [block] = await drawing.draw(good.field(select) | {"optional": True}, surface="modal")
    box = drawing.block(block).get_by_role("combobox")
    lit = drawing.block(block).locator(".bk-lit")
    await box.focus()
    await box.press("ArrowDown")
    await expect(box).to_have_attribute("aria-expanded", "true")
    await expect(box).to_have_attribute("aria-activedescendant", str(await lit.get_attribute("id")))
    await box.press("ArrowUp")
    await expect(lit).to_contain_text("Maya Ferreira")
    await box.press("Escape")
    await expect(box).to_have_value("Ana Sousa")
    assert await drawing.state() == {block["block_id"]: "U0ANA00000"}
    await box.fill("nobody")
    await expect(drawing.block(block).get_by_role("status")).to_have_text("Nothing found")
    await box.fill("maya")
    await box.press("Enter")
    assert await drawing.state() == {block["block_id"]: "U0MAYA0000"}
    await box.press("Tab")
    await drawing.page.keyboard.press("Enter")
    assert await drawing.state() == {block["block_id"]: None}


async def test_multi_select_chips_work_by_keyboard_up_to_the_maximum(drawing: Drawing) -> None:
    [block] = await drawing.draw(good.field(good.SELECTS[6] | {"max_selected_items": 1}), surface="modal")
    place, box = drawing.block(block), drawing.block(block).get_by_role("combobox")
    await box.focus()
    await box.press("Backspace")
    await expect(place.get_by_role("listitem")).to_have_count(1)
    await box.press("ArrowDown")
    await expect(place.get_by_role("status")).to_have_text("No more than 1 can be chosen.")
    await box.press("ArrowDown")
    await box.press("Enter")
    assert await drawing.state() == {block["block_id"]: ["a"]}
    await place.get_by_role("button", name="Remove words").click()
    assert await drawing.state() == {block["block_id"]: []}


async def test_suggestions_appear_after_the_minimum_query_length(drawing: Drawing) -> None:
    [block] = await drawing.draw(good.field({"type": "external_select", "min_query_length": 2}), surface="modal")
    place, box = drawing.block(block), drawing.block(block).get_by_role("combobox")
    await box.fill("s")
    await expect(place.get_by_role("status")).to_have_text("Type at least 2 characters")
    await box.fill("su")
    await place.get_by_role("option", name="suggested").wait_for()
    await box.press("Enter")
    await expect(box).to_have_value("suggested")
    assert await drawing.state() == {block["block_id"]: SUGGESTED}


async def test_button_with_a_confirmation_dialog_acts_only_after_confirmation(drawing: Drawing) -> None:
    [block] = await drawing.draw(good.actions(good.BUTTON))
    press = drawing.block(block).get_by_role("button")
    dialog = drawing.page.get_by_role("alertdialog", name="words")
    await press.click()
    await dialog.get_by_role("button").first.click()
    await press.click()
    await drawing.page.keyboard.press("Escape")
    assert await drawing.acts() == []
    await press.click()
    await dialog.get_by_role("button").last.click()
    assert [value for *_, value in await drawing.acts(1)] == ["1"]


async def test_choice_is_reverted_when_its_confirmation_is_denied(drawing: Drawing) -> None:
    select = good.SELECTS[0] | {"confirm": good.CONFIRM, "options": [good.option("a", "A"), good.option("b", "B")]}
    [block] = await drawing.draw(good.actions(select))
    await pick(drawing.block(block), 0)
    await drawing.page.keyboard.press("Escape")
    await expect(drawing.page.get_by_role("alertdialog")).to_have_count(0)
    await expect(drawing.block(block).get_by_role("combobox")).to_have_value("B")
    assert await drawing.acts() == []


async def test_error_of_a_failed_press_is_shown_beside_the_button(drawing: Drawing) -> None:
    [block] = await drawing.draw(good.actions({"type": "button", "text": good.plain()}))
    await drawing.page.evaluate("kit.fails = true")
    await drawing.block(block).get_by_role("button").click()
    await expect(drawing.block(block).get_by_role("alert")).to_have_text("Something went wrong: operation_timeout")


async def test_field_with_dispatch_action_sends_its_value_on_enter(drawing: Drawing) -> None:
    block = good.field({"type": "plain_text_input", "action_id": "name"}) | {"dispatch_action": True, "block_id": "b"}
    await drawing.draw(block, surface="modal")
    await drawing.page.get_by_role("textbox").fill("words")
    assert await drawing.acts() == []
    await drawing.page.get_by_role("textbox").press("Enter")
    assert await drawing.acts(1) == [["b", "name", "words"]]


async def test_error_is_shown_at_its_field_and_marks_it_invalid(drawing: Drawing) -> None:
    name = good.field(good.FIELDS[0]) | {"block_id": "name", "hint": good.plain("A hint")}
    await drawing.draw(
        name, good.field(good.SELECTS[11]) | {"block_id": "boxes"}, surface="modal", errors={"name": "Too short"}
    )
    box = drawing.page.get_by_role("textbox")
    await expect(box).to_have_accessible_description("A hint Too short 0 / 9")
    await expect(box).to_have_attribute("aria-invalid", "true")
    await drawing.page.evaluate("kit.showErrors(kit.root, {boxes: 'Choose one'})")
    await expect(box).not_to_have_attribute("aria-invalid", "true")
    await expect(drawing.page.get_by_role("checkbox")).to_have_attribute("aria-invalid", "true")
    await expect(drawing.page.locator("body")).to_contain_text("Choose one")


async def test_invalid_fields_are_found_before_the_form_is_submitted(drawing: Drawing) -> None:
    fields = {str(element["type"]): good.field(element) | {"block_id": element["type"]} for element in good.FIELDS}
    blocks = await drawing.draw(*fields.values(), good.field(good.SELECTS[1]) | {"optional": True}, surface="modal")
    await drawing.page.evaluate(
        "typed => Object.entries(typed).forEach(([key, value]) => kit.state.set(key, value))",
        {"plain_text_input": "0123456789", "email_text_input": "ana", "url_text_input": "x", "number_input": "10"},
    )
    assert await drawing.page.evaluate("(blocks) => kit.problems(blocks, kit.state)", blocks) == {
        "plain_text_input": "Please enter no more than 9 characters.",
        "email_text_input": "Please enter a valid email address.",
        "url_text_input": "Please enter a valid URL.",
        "number_input": "Please enter a number of at most 9.",
        "file_input": "Please complete this required field.",
    }


async def test_charts_have_a_table_with_their_numbers(drawing: Drawing) -> None:
    bars, pie = await drawing.draw(good.BARS, good.CHART)
    rows = [await drawing.block(block).locator("tr").all_inner_texts() for block in (bars, pie)]
    assert rows == [["day\tcalls", "Mon\t1", "Tue\t2.5"], ["\tValue", "phones\t3"]]
    drawing_of = drawing.block(bars).get_by_role("img")
    assert await drawing_of.get_attribute("aria-label") == "Calls: bar chart of calls, Mon to Tue, across: day"
    heights = await drawing_of.locator("rect").evaluate_all("nodes => nodes.map((node) => node.height.baseVal.value)")
    assert heights[1] == pytest.approx(2.5 * heights[0])


@pytest.mark.parametrize("kind", ["bar", "line", "area"])
async def test_charts_draw_negative_values_of_every_series(drawing: Drawing, kind: str) -> None:
    series = [{"name": name, "data": [{"label": "Mon", "value": value}]} for name, value in (("a", -3), ("b", 5))]
    chart = {"type": kind, "series": series, "axis_config": {"categories": ["Mon"]}}
    [block] = await drawing.draw({"type": "data_visualization", "title": "Calls", "chart": chart})
    shapes = drawing.block(block).locator("svg :is(rect, circle)")
    tops = await shapes.evaluate_all("nodes => nodes.map((node) => node.getBoundingClientRect().top)")
    assert len(tops) == 2
    assert tops[1] < tops[0]
    assert "NaN" not in await drawing.block(block).inner_html()


HOURS = [f"{hour:02}–{hour + 2:02}" for hour in range(0, 24, 2)]
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


@pytest.mark.parametrize(("categories", "most"), [(HOURS, 2), (DAYS, 1), (DAYS, 9), (["Mon", "Tue"], 9)])
async def test_chart_labels_do_not_overlap_and_ticks_of_counts_are_integers(
    drawing: Drawing, categories: list[str], most: int
) -> None:
    data = [{"label": each, "value": most} for each in categories]
    chart = {"type": "bar", "series": [{"name": "a", "data": data}], "axis_config": {"categories": categories}}
    [block] = await drawing.draw({"type": "data_visualization", "title": "Spikes", "chart": chart})
    ticks = drawing.block(block).locator("svg text.bk-tick")
    steps = [each for each in await ticks.all_text_contents() if each not in categories and "…" not in each]
    upright = ticks.and_(drawing.page.locator("text:not(.bk-end)"))
    edges = await upright.evaluate_all("ns => ns.map(n => [n.getBBox().x, n.getBBox().x + n.getBBox().width])")

    boxes = "ns => ns.map(n => [n, n.closest('svg')].map(e => e.getBoundingClientRect().bottom))"
    bottoms = await ticks.evaluate_all(boxes)

    assert [pair for pair in bottoms if pair[0] > pair[1]] == []
    assert steps
    assert all(float(each).is_integer() for each in steps)
    assert all(one[1] < other[0] for one, other in pairwise(edges))


async def test_data_table_can_be_sorted_and_paged(drawing: Drawing) -> None:
    numbers = [{"type": "raw_number", "value": value, "text": f"{value} calls"} for value in (30, 4, 200)]
    rows = [[{"type": "raw_text", "text": "Calls"}], *([number] for number in numbers)]
    [block] = await drawing.draw({"type": "data_table", "caption": "Calls", "page_size": 2, "rows": rows})
    place, body = drawing.block(block), drawing.block(block).locator("tbody tr")
    await expect(body).to_have_text(["30 calls", "4 calls"])
    await place.get_by_role("button", name="Calls").press("Enter")
    await expect(body).to_have_text(["4 calls", "30 calls"])
    await expect(place.get_by_role("columnheader")).to_have_attribute("aria-sort", "ascending")
    await place.get_by_role("button", name="Next").press("Enter")
    await expect(body).to_have_text(["200 calls"])
    await expect(place.get_by_role("status")).to_have_text("3–3 of 3")
    await expect(place.get_by_role("button", name="Previous")).to_be_focused()


async def test_mrkdwn_is_rendered_as_in_slack(drawing: Drawing) -> None:
    sketches = await drawing.page.evaluate(
        "texts => texts.map((text) => kit.sketch(kit.mrkdwn(text, kit.names('Europe/Lisbon', 0))))", list(MRKDWN)
    )
    assert dict(zip(MRKDWN, sketches, strict=True)) == MRKDWN


async def test_markdown_is_rendered_as_in_slack(drawing: Drawing) -> None:
    blocks = await drawing.draw(*({"type": "markdown", "text": text} for text in MARKDOWN))
    drawn = [await drawing.block(block).evaluate("node => kit.sketch(node.firstChild)") for block in blocks]
    assert dict(zip(MARKDOWN, drawn, strict=True)) == {text: f"<div>{seen}</div>" for text, seen in MARKDOWN.items()}


async def test_links_open_in_a_new_tab_without_referrer(drawing: Drawing) -> None:
    [block] = await drawing.draw(good.section(good.IMAGE) | {"text": good.mrkdwn("<https://example.com|x>")})
    link = drawing.block(block).get_by_role("link")
    assert (await link.get_attribute("rel"), await link.get_attribute("target")) == ("noopener noreferrer", "_blank")


async def test_notification_text_contains_no_markup(drawing: Drawing) -> None:
    text = "*Hi* <@U0ANA00000> &amp; all :tada:\n> quoted\n```code```"
    said = await drawing.page.evaluate("text => kit.plain(text, kit.names('Europe/Lisbon', 0))", text)
    assert said == "Hi @ana & all 🎉\nquoted\ncode"


async def test_dates_are_shown_in_the_readers_time_zone(drawing: Drawing) -> None:
    say = "([texts, zone, now]) => texts.map((text) => kit.plain(text, kit.names(zone, now)))"
    texts = [f"x <!date^{INSTANT}^{form}|fallback>" for form in DATES]
    said = await drawing.page.evaluate(say, [texts, "Europe/Lisbon", NOW])
    assert dict(zip(DATES, said, strict=True)) == {form: f"x {words}" for form, words in DATES.items()}
    pretty = f"<!date^{INSTANT}^{{date_pretty}} {{time}}|x>"
    assert await drawing.page.evaluate(say, [[pretty], "Asia/Kolkata", "2026-11-24T12:00:00Z"]) == ["Tomorrow 3:16 PM"]
    assert await drawing.page.evaluate(say, [[pretty], "America/New_York", "2027-11-24T12:00:00Z"]) == [
        "November 25th, 2026 4:46 AM"
    ]


@pytest.mark.long
async def test_text_with_thousands_of_unclosed_formatting_marks_is_rendered_quickly(drawing: Drawing) -> None:
    """Thousands of unclosed marks are the worst case that fits in a message."""
    hostile = ["*a " * 13_000, "<" * 40_000, "`a" * 20_000, "*_~" * 13_000, "&gt;" * 10_000, "```" * 13_000]
    spent = await drawing.page.evaluate(
        """texts => texts.map((text) => {
          const from = performance.now();
          kit.mrkdwn(text, kit.names("Europe/Lisbon", 0));
          return performance.now() - from;
        })""",
        hostile,
    )
    assert max(spent) < MOST_MILLISECONDS, spent
    markdown = ["**a " * 3_000, "[" * 12_000, "``a" * 4_000, ">" * 12_000, "| " * 6_000, "*_" * 6_000]
    start = monotonic()
    await drawing.draw(*({"type": "markdown", "text": text} for text in markdown))
    assert monotonic() - start < MOST_MILLISECONDS / 1000
    drawing.wrong.clear()  # blocks nested too deep to be rendered only log a note
