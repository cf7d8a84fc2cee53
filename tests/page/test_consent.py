"""Tests of the consent page, on which a person installs the app."""

from urllib.parse import urlencode

import pytest
from playwright.async_api import Page, expect

from sandbox.sandbox import Sandbox
from tests.page import axe
from tests.page.conftest import Open

pytestmark = pytest.mark.asyncio(loop_scope="session")


def link(sandbox: Sandbox, back: str, **more: str) -> str:
    asked = {"client_id": sandbox.client_id, "scope": "chat:write,users:read", "state": "s1", "redirect_uri": back}
    return f"{sandbox.url}/oauth/v2/authorize?{urlencode(asked | more)}"


async def left(page: Page) -> str:
    """Wait until the page has led back to the app, and return the address."""
    await page.wait_for_url("**/back*")
    return page.url


@pytest.mark.parametrize(("wide", "scheme"), [(1280, "light"), (390, "dark")])
async def test_person_allows_the_app_with_the_keyboard(
    sandbox: Sandbox, look: Open, axe_script: str, wide: int, scheme: str
) -> None:
    back = f"{sandbox.url}/page/back"
    page = await look(link(sandbox, back), wide=wide, color_scheme=scheme)
    await expect(page.locator("h1")).to_have_text("Helper is requesting permission to access Harbour")
    await expect(page.get_by_role("listitem")).to_have_text(
        ["Send messages as the appchat:write", "See people in the workspaceusers:read"]
    )
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await axe.violations(page, axe_script) == []
    await page.get_by_label("You are").select_option("Tom Okafor")
    await page.get_by_label("You are").focus()
    for _ in ("Cancel", "Allow"):
        await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")
    address = await left(page)

    assert "state=s1" in address
    assert "code=" in address


async def test_cancel_leads_back_with_an_error(sandbox: Sandbox, look: Open) -> None:
    page = await look(link(sandbox, f"{sandbox.url}/page/back"))
    await page.get_by_role("button", name="Cancel").click()

    assert "error=access_denied&state=s1" in await left(page)


async def test_wrong_client_id_is_explained(sandbox: Sandbox, look: Open) -> None:
    page = await look(link(sandbox, f"{sandbox.url}/page/back", client_id="1.2"))

    await expect(page.locator("#consent")).to_contain_text("The client id is not the app's.")
    await expect(page.get_by_role("button")).to_have_count(0)
