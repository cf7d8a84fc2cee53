// Overflow menus, with up to five options.

import { safe } from "../mrkdwn/angles.js";
import { h } from "./dom.js";
import { follow } from "./popup.js";
import { said } from "./text.js";

const STEPS = { ArrowDown: 1, ArrowUp: -1 };

function overflow(use) {
  const menu = h("div", { class: "bk-menu", role: "menu", popover: "auto", onkeydown: (event) => walk(event, menu) });
  const opener = h(
    "button",
    {
      type: "button",
      class: "bk-button bk-overflow",
      "aria-label": "More actions",
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    "⋯",
  );
  opener.popoverTargetElement = menu;
  menu.append(...use.element.options.map((option) => item(use, option, menu, opener)));
  let stop = () => {};
  menu.addEventListener("toggle", ({ newState }) => {
    stop();
    opener.setAttribute("aria-expanded", String(newState === "open"));
    if (newState !== "open") return;
    stop = follow(menu, opener);
    menu.firstElementChild.focus();
  });
  return h("span", { class: "bk-overflow-place" }, opener, menu);
}

function item(use, option, menu, opener) {
  const href = option.url && safe(option.url);
  const pick = async () => {
    menu.hidePopover();
    opener.focus();
    if (!(await use.isAgreed())) return;
    if (href) window.open(href, "_blank", "noopener,noreferrer");
    await use.act(option.value, opener);
  };
  const note = option.description && h("small", {}, said(option.description, use.names));
  return h(
    "button",
    { type: "button", role: "menuitem", tabindex: -1, class: "bk-option", onclick: pick },
    said(option.text, use.names),
    note,
  );
}

function walk(event, menu) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  const ends = { Home: 0, End: items.length - 1 };
  const to = ends[event.key] ?? (STEPS[event.key] && (at + STEPS[event.key] + items.length) % items.length);
  if (event.key === "Tab") menu.hidePopover();
  if (to === undefined) return;
  event.preventDefault();
  items[to].focus();
}

export const OVERFLOW = { overflow };
