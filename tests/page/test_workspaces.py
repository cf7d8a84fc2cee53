"""Tests of the page's menu of workspaces: switching and adding them, and installing and uninstalling the app there."""

import re

import pytest
from playwright.async_api import Page, expect

from sandbox.sandbox import Sandbox
from tests.page import axe
from tests.page.conftest import Open
from tests.page.drivers import messages, say
from tests.sandbox.conftest import Person
from tests.sandbox.test_oauth import error_of

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def open_menu(page: Page) -> None:
    if not await page.locator(".team").is_visible():
        await page.locator("#fold").click()
    await page.locator(".team").click()
    await page.get_by_role("menu", name="Workspaces and installs").wait_for()


async def pick(page: Page, item: str) -> None:
    await open_menu(page)
    await page.locator("[role^=menuitem]", has_text=item).first.click()


async def test_person_adds_a_workspace_and_writes_there(sandbox: Sandbox, look: Open, person: Person) -> None:
    page = await look(f"{sandbox.url}/?as=ana&in=harbour-support")
    await pick(page, "Add a workspace…")
    await page.get_by_label("Name").fill("Lighthouse")
    await page.keyboard.press("Enter")
    await page.locator("body[data-ready]").wait_for()
    await expect(page.locator(".team")).to_contain_text("Lighthouse")
    await page.goto(f"{sandbox.url}/?workspace=lighthouse&as=ana&in=harbour-support")
    await say(page, "First words here")
    await expect(messages(page)).to_have_count(1)
    there = await person.reads("harbour-support", "ana", workspace="lighthouse")
    await pick(page, "Harbour")
    await expect(page.locator(".team")).to_contain_text("Harbour")

    assert [each["text"] for each in there] == ["First words here"]
    assert "workspace=" not in page.url


async def test_messages_of_another_workspace_do_not_appear_here(sandbox: Sandbox, look: Open, person: Person) -> None:
    await person.does("workspaces", name="Lighthouse")
    page = await look(f"{sandbox.url}/?workspace=lighthouse&as=ana&in=harbour-support")
    for workspace in ("harbour", "lighthouse"):
        await person.does(
            "messages", user="ben", channel="harbour-support", text=f"in {workspace}", workspace=workspace
        )

    await expect(messages(page)).to_have_count(1)
    await expect(messages(page)).to_contain_text("in lighthouse")


async def test_person_installs_the_app_and_gets_its_token_and_uninstalls_it(
    sandbox: Sandbox, look: Open, person: Person
) -> None:
    await person.does("workspaces", name="Lighthouse")
    page = await look(f"{sandbox.url}/?workspace=lighthouse&as=tom")
    await pick(page, "Install Helper…")
    await expect(page.locator("h1")).to_have_text("Helper is requesting permission to access Lighthouse")
    await expect(page.locator("#consent-user option:checked")).to_have_text("Tom Okafor")
    await page.get_by_role("button", name="Allow").click()
    await expect(page.locator("h1")).to_have_text("The app is installed in Lighthouse")
    await expect(page.locator(".consent-token")).to_contain_text("SLACK_BOT_TOKEN=xoxb-")
    installed = (await person.sees("workspaces"))["workspaces"][1]
    await page.get_by_role("link", name="Go to the workspace").click()
    await page.locator("body[data-ready]").wait_for()
    await expect(page.locator(".team")).to_contain_text("Lighthouse")
    await pick(page, "Uninstall Helper…")
    await page.get_by_role("button", name="Uninstall", exact=True).click()
    await expect(page.locator(".notice")).to_have_text("Helper is uninstalled from Lighthouse.")

    assert installed["is_installed"]
    assert not (await person.sees("workspaces"))["workspaces"][1]["is_installed"]


async def test_person_installs_the_app_on_an_organization_and_grants_a_workspace(
    sandbox: Sandbox, look: Open, person: Person
) -> None:
    await person.does("workspaces", name="North", enterprise="Acme")
    page = await look(f"{sandbox.url}/?workspace=north&as=maya")
    await pick(page, "Install Helper on Acme…")
    await page.get_by_role("button", name="Allow").click()
    await expect(page.locator("h1")).to_have_text("The app is installed in Acme")
    await page.goto(f"{sandbox.url}/?workspace=north&as=maya")
    await page.locator("body[data-ready]").wait_for()
    await pick(page, "Access to North")
    await expect(page.locator(".notice")).to_have_text("Helper can access North.")

    assert (await person.sees("workspaces"))["enterprises"][0]["granted"] == ["T0NORTH"]


async def test_person_turns_token_rotation_on(sandbox: Sandbox, look: Open, person: Person) -> None:
    page = await look(sandbox.url)
    await pick(page, "Turn on token rotation")
    await expect(page.locator(".notice")).to_contain_text("Token rotation is on")

    assert (await person.sees("workspaces"))["token_rotation"]


@pytest.mark.parametrize(("wide", "scheme"), [(1280, "light"), (390, "dark")])
async def test_menu_works_with_the_keyboard_and_on_a_phone(
    sandbox: Sandbox, look: Open, person: Person, axe_script: str, wide: int, scheme: str
) -> None:
    for name in ("North", "South"):
        await person.does("workspaces", name=name, enterprise="Acme")
    page = await look(f"{sandbox.url}/?workspace=north", wide=wide, color_scheme=scheme)
    if wide < 900:
        await page.locator("#fold").click()
    await page.locator(".team").focus()
    await page.keyboard.press("Enter")
    menu = page.get_by_role("menu", name="Workspaces and installs")
    await menu.wait_for()
    box = await menu.bounding_box()
    assert await axe.violations(page, axe_script) == []
    await expect(page.locator(":focus")).to_contain_text("North")
    await page.keyboard.press("ArrowDown")
    await expect(page.locator(":focus")).to_contain_text("South")
    await person.does("channels", channel="redraws-the-sidebar", workspace="north")
    await expect(page.locator("#side")).to_contain_text("redraws-the-sidebar")
    await page.keyboard.press("Escape")
    await expect(page.locator(".team")).to_be_focused()

    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= wide


async def test_inspector_names_the_workspace_of_each_call(sandbox: Sandbox, look: Open, person: Person) -> None:
    await person.does("workspaces", name="Lighthouse")
    await error_of(sandbox, sandbox.bot_token)
    await error_of(sandbox, "xoxb-unknown")
    page = await look(f"{sandbox.url}/?workspace=lighthouse")
    await page.get_by_role("button", name="Inspector").click()
    await page.get_by_role("tab", name="Web API calls").click()

    await expect(page.locator("#inspector details")).to_have_text(
        [re.compile("auth.test.*invalid_auth.*no workspace"), re.compile("auth.test.*ok.*Harbour")]
    )


async def test_unknown_workspace_leads_to_the_first_one(sandbox: Sandbox, look: Open) -> None:
    page = await look(f"{sandbox.url}/?workspace=nowhere")

    await expect(page.locator(".team")).to_contain_text("Harbour")
