"""Driver that renders blocks on a test page with the JavaScript modules of the sandbox's page."""

import asyncio
import json
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Locator, Page, Route, expect

import sandbox
from sandbox.blocks.defaults import completed
from sandbox.blocks.forms import with_action_ids

expect.set_options(timeout=60_000)
Json = dict[str, Any]
ORIGIN = "http://sandbox.test"
MODULES = Path(sandbox.__file__).parent / "page"
KINDS = {".css": "text/css", ".js": "text/javascript"}
STRICT = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'"
HTML = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Blocks</title>
<link rel="stylesheet" href="/blocks.css"></head><body><main id="root"></main></body></html>"""
SUGGESTED = {"text": {"type": "plain_text", "text": "suggested", "emoji": True}, "value": "s"}

HARNESS = """
async ({ suggested }) => {
  const people = [
    { id: "U0ANA00000", name: "ana", real_name: "Ana Sousa" },
    { id: "U0MAYA0000", name: "maya", real_name: "Maya Ferreira" },
  ];
  const channels = [
    { id: "C0GENERAL0", name: "general" },
    { id: "C0QUEUEALE", name: "queue-alerts" },
    { id: "D0ANA00000", is_im: true, user: "U0ANA00000" },
  ];
  const byId = (list) => (id) => list.find((each) => each.id === id);
  const kit = { ...(await import("/blocks.js")), ...(await import("/mrkdwn.js")), violations: [] };
  document.addEventListener("securitypolicyviolation", (event) => kit.violations.push(event.violatedDirective));
  kit.names = (zone, now) => ({
    user: byId(people),
    channel: byId(channels),
    group: (id) => (id === "S0NIGHT" ? { handle: "night-shift" } : undefined),
    me: "U0MAYA0000",
    zone,
    now: () => new Date(now),
  });
  kit.draw = (blocks, surface, errors) => {
    Object.assign(kit, { state: new Map(), acts: [], fails: false });
    const ctx = {
      names: kit.names("Europe/Lisbon", "2026-11-24T10:00:00Z"),
      surface,
      channel: "C0GENERAL0",
      errors,
      state: kit.state,
      act: async (block, element, value) => {
        kit.acts.push([block.block_id, element.action_id, value ?? null]);
        if (kit.fails) throw new Error("operation_timeout");
      },
      suggest: async () => [suggested],
      people: () => people,
      channels: () => channels,
    };
    kit.ctx = ctx;
    kit.root = kit.renderBlocks(blocks, ctx);
    document.getElementById("root").replaceChildren(kit.root);
  };
  kit.sketch = (node) => {
    if (node.nodeType === Node.TEXT_NODE) return node.data.replaceAll("<", "«");
    const inside = [...node.childNodes].map(kit.sketch).join("");
    if (node.localName === "a") return `<a ${node.getAttribute("href")}>${inside}</a>`;
    if (node.localName === "span") return node.classList.contains("mention") ? `[${inside}]` : inside;
    return node.localName ? `<${node.localName}>${inside}</${node.localName}>` : inside;
  };
  window.kit = kit;
}
"""


class Drawing:
    """Blocks rendered on a page: their text, the values filled in, and the actions sent to the app."""

    def __init__(self, page: Page) -> None:
        self.page, self.wrong = page, list[str]()

    @classmethod
    async def on(cls, browser: Browser) -> "Drawing":
        drawing = cls(await browser.new_page())
        drawing.page.set_default_timeout(60_000)
        drawing.page.on("console", lambda said: drawing.wrong.append(said.text))
        drawing.page.on("pageerror", lambda error: drawing.wrong.append(str(error)))
        await drawing.page.route("**/*", drawing._serve)
        await drawing.page.goto(ORIGIN)
        await drawing.page.evaluate(HARNESS, {"suggested": SUGGESTED})
        return drawing

    async def _serve(self, route: Route) -> None:
        path = route.request.url.removeprefix(f"{ORIGIN}/")
        if not path:
            await route.fulfill(body=HTML, content_type="text/html", headers={"Content-Security-Policy": STRICT})
        elif (MODULES / path).is_file():
            await route.fulfill(path=MODULES / path, content_type=KINDS[Path(path).suffix])
        else:
            self.wrong.append(f"asked for {route.request.url}")
            await route.fulfill(status=404)

    async def draw(self, *blocks: Json, surface: str = "message", errors: Json | None = None) -> list[Json]:
        """Render copies of the blocks, and return the copies with their new IDs."""
        whole = with_action_ids(completed(json.loads(json.dumps(blocks))))
        await self.page.evaluate(
            "([blocks, surface, errors]) => kit.draw(blocks, surface, errors)", [whole, surface, errors or {}]
        )
        return whole

    def block(self, block: Json) -> Locator:
        return self.page.locator(f'[data-block="{block["block_id"]}"]')

    async def text(self, block: Json) -> str:
        return await self.block(block).inner_text()

    async def said(self) -> list[str]:
        """Return the text, the labels and the field values of each block."""
        found: list[str] = await self.page.evaluate(
            """[...kit.root.children].map((block) =>
              [block.innerText, ...[...block.querySelectorAll("[aria-label], input, textarea")]
                .map((node) => `${node.ariaLabel ?? ""} ${node.value ?? ""}`)].join(" "))"""
        )
        return found

    async def state(self) -> Json:
        found: Json = await self.page.evaluate("Object.fromEntries(kit.state)")
        return found

    async def acts(self, least: int = 0) -> list[Any]:
        """Wait until the app has received at least `least` actions, and return all of them."""
        async with asyncio.timeout(60):
            while True:
                found: list[Any] = await self.page.evaluate("kit.acts")
                if len(found) >= least:
                    return found
                await asyncio.sleep(0.01)

    async def problems(self) -> list[str]:
        """Return all errors and Content Security Policy violations that the browser reported."""
        violations: list[str] = await self.page.evaluate("kit.violations")
        return [*self.wrong, *violations]
