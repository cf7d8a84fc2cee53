"""Tests of messages on the page: writing, editing, deleting, reactions, threads, and scrolling a long channel."""

import base64

import pytest
from playwright.async_api import expect
from slack_sdk.web.async_client import AsyncWebClient

from sandbox import socket_mode
from sandbox.sandbox import Sandbox
from tests.page.conftest import Open
from tests.page.drivers import box, message, messages, more, say, use
from tests.sandbox.conftest import Person

SUPPORT = "C0HARBOURS"
MANY = 5000
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "\u202eright to left \u0634\u0643\u0631\u0627",
    "<javascript:alert(1)|click me>",
    "```<b>not bold</b>```",
    "&lt;i&gt;said&lt;/i&gt; &amp;amp;",
]


async def test_message_is_written_edited_and_deleted(sandbox: Sandbox, look: Open) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    await box(page).fill("first line")
    await box(page).press("Shift+Enter")
    await box(page).press_sequentially("second @be")
    await box(page).press("Tab")
    await box(page).press("Enter")
    mine = message(page, "second @ben")
    await expect(mine).to_contain_text("first line")

    await box(page).press("ArrowUp")
    edit = page.get_by_role("textbox", name="Edit message")
    await expect(edit).to_have_value("first line\nsecond @ben")
    await edit.fill("said better, @ben")
    await edit.press("Enter")
    await expect(message(page, "said better, @ben")).to_contain_text("(edited)")

    await more(page, message(page, "said better"), "Delete message")
    await page.get_by_role("button", name="Delete", exact=True).click()
    await expect(message(page, "said better")).to_have_count(0)


async def test_reaction_is_added_and_removed(sandbox: Sandbox, look: Open, person: Person) -> None:
    await person.does("messages", user="ben", channel="harbour-support", text="Coffee is ready")
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    coffee = message(page, "Coffee is ready")

    await use(page, coffee, "Add reaction")
    await page.get_by_role("searchbox", name="Find an emoji").fill("coff")
    await page.keyboard.press("Enter")
    mine = coffee.get_by_role("button", name="coffee: 1 reaction, from you")
    await expect(mine).to_have_attribute("aria-pressed", "true")
    await mine.click()

    await expect(coffee.locator(".reaction")).to_have_count(0)


async def test_reply_is_written_in_the_text_box_of_its_thread(sandbox: Sandbox, look: Open) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    await say(page, "Who takes phones?")
    await use(page, message(page, "Who takes phones?"), "Reply in thread")
    reply = page.get_by_role("combobox", name="Reply…")
    await reply.fill("I do")
    await reply.press("Enter")

    await expect(page.locator("#thread .message", has_text="I do")).to_be_visible()
    await expect(message(page, "Who takes phones?")).to_contain_text("1 reply")
    await reply.press("Escape")
    await expect(page.locator("#thread")).to_be_hidden()


async def test_message_shortcut_calls_the_app(sandbox: Sandbox, look: Open, helper: AsyncWebClient) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    await say(page, "Worth keeping")
    await more(page, message(page, "Worth keeping"), "Keep this")

    await expect(message(page, "Kept: Worth keeping")).to_contain_text("Only visible to you")


async def test_slow_or_unknown_command_shows_slacks_own_error(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    monkeypatch.setattr(socket_mode, "ACK_WITHIN", 0.3)
    await say(page, "/slow")
    await expect(message(page, '/slow failed with the error "operation_timeout"')).to_contain_text("Slackbot")

    for word in ("/unknown", "/1on1"):
        await say(page, f"{word} thing")
        await expect(page.locator("#notices")).to_contain_text(f"{word} is not a valid command.")
        await expect(box(page)).to_have_value(f"{word} thing")


async def test_html_and_scripts_in_messages_and_names_are_shown_as_text(
    sandbox: Sandbox, look: Open, person: Person, helper: AsyncWebClient
) -> None:
    await person.does("users", user="mallory", real_name="<img src=x onerror=alert(1)>")
    await person.does("channels", channel="harbour-support", add=["mallory"])
    for text in HOSTILE:
        await person.does("messages", user="mallory", channel="harbour-support", text=text)
        await person.does("messages", bot_id="helper", channel="harbour-support", text=text)
    page = await look(f"{sandbox.url}/?as=mallory&in=harbour-support")
    await say(page, "/form <b>bold</b>")
    await expect(page.get_by_role("dialog")).to_contain_text("<b>bold</b>")

    await expect(page.locator("#who-switch")).to_contain_text("<img src=x onerror=alert(1)>")
    await expect(message(page, "<script>alert(1)</script>").first).to_be_attached()
    made = page.locator("#main :is(script, iframe, object), #main img[src=x], a[href^='javascript']")
    await expect(made).to_have_count(0)


async def test_long_channel_is_drawn_a_hundred_messages_at_a_time(sandbox: Sandbox, look: Open) -> None:
    store = sandbox._workspace.store
    at = int(sandbox.clock.now().timestamp())
    with store.transaction():
        for number in range(MANY):
            words = {"type": "message", "user": "U0ANA00000", "text": f"message {number}", "team": "T"}
            store.put_message(SUPPORT, words | {"ts": f"{at - 60 * (MANY - number)}.000100"})
    page = await look(f"{sandbox.url}/?as=ben&in=harbour-support")
    await expect(message(page, f"message {MANY - 1}")).to_be_in_viewport()
    await expect(messages(page)).to_have_count(100)

    for pages in range(2, 6):
        await page.locator("#main .scroller").evaluate("box => { box.scrollTop = -box.scrollHeight }")
        await expect(messages(page)).to_have_count(pages * 100)
    await expect(message(page, "New messages")).to_have_count(0)


async def test_image_uploaded_by_the_app_is_shown(
    sandbox: Sandbox, look: Open, person: Person, helper: AsyncWebClient
) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    place = await helper.files_getUploadURLExternal(filename="dot.png", length=len(PNG), alt_txt="A dot")
    await person.uploads(place["upload_url"], PNG)
    await helper.files_completeUploadExternal(files=[{"id": place["file_id"]}], channel_id=SUPPORT)
    await person.does("clock", forward="PT2S")

    picture = page.get_by_role("img", name="A dot")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 1)


async def test_person_can_join_a_channel_they_are_viewing(sandbox: Sandbox, look: Open) -> None:
    page = await look(f"{sandbox.url}/?as=grace&in=queue-alerts")
    await expect(box(page, "#queue-alerts")).to_have_count(0)

    await page.get_by_role("button", name="Join channel").click()

    await expect(message(page, "@grace has joined the channel")).to_be_visible()
    await expect(box(page, "#queue-alerts")).to_be_visible()


async def test_permalink_opens_page_with_its_message_focused(
    sandbox: Sandbox, look: Open, helper: AsyncWebClient
) -> None:
    said = await helper.chat_postMessage(channel="#harbour-support", text="Look here")
    link = await helper.chat_getPermalink(channel=SUPPORT, message_ts=said["ts"])

    page = await look(link["permalink"])

    await expect(message(page, "Look here")).to_be_focused()
