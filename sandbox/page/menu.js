// Menus and popups next to their anchor; arrow keys move, Escape closes and restores the focus.

import { el } from "./dom.js";

let open = null;

export function close() {
  if (!open) return;
  const { box, anchor, hadFocus } = open;
  open = null;
  const isInside = box.contains(document.activeElement);
  box.remove();
  anchor.setAttribute("aria-expanded", "false");
  if (isInside && hadFocus.isConnected) hadFocus.focus();
}

export function popup(anchor, content, properties = {}) {
  const wasMine = open?.anchor === anchor;
  close();
  if (wasMine) return null;
  const box = el("div", { class: "popup", ...properties }, content);
  (anchor.closest("dialog") ?? document.body).append(box);
  open = { box, anchor, hadFocus: anchor };
  anchor.setAttribute("aria-expanded", "true");
  settle(box, anchor);
  return box;
}

function settle(box, anchor) {
  const at = anchor.getBoundingClientRect();
  const { width, height } = box.getBoundingClientRect();
  const below = at.bottom + 4 + height <= innerHeight;
  box.style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
  box.style.top = `${below ? at.bottom + 4 : Math.max(8, at.top - height - 4)}px`;
}

// An item is {label, hint, sign, do, isOn}, or a string: the heading of the items after it.
export function menu(anchor, label, items) {
  const shown = items.map((item) =>
    typeof item === "string" ? el("div", { class: "menu-head", role: "presentation" }, item) : choice(item),
  );
  const box = popup(anchor, shown, { role: "menu", "aria-label": label, class: "popup menu" });
  if (!box) return;
  box.addEventListener("keydown", (event) => rove(event, [...box.querySelectorAll("[role^=menuitem]")]));
  (box.querySelector("[aria-checked=true]") ?? box.querySelector("[role^=menuitem]"))?.focus();
}

function choice({ label, hint, sign, do: deed, isOn, isDanger }) {
  const role = isOn === undefined ? "menuitem" : "menuitemradio";
  const properties = { role, type: "button", tabindex: "-1", "aria-checked": isOn === undefined ? null : String(isOn) };
  const words = el(
    "span",
    { class: "menu-words" },
    el("span", {}, label),
    hint && el("span", { class: "menu-hint" }, hint),
  );
  const onclick = () => (close(), deed());
  return el("button", { ...properties, class: isDanger ? "danger" : null, onclick }, sign ?? null, words);
}

export function rove(event, all, keys = ["ArrowUp", "ArrowDown"]) {
  const at = all.indexOf(document.activeElement);
  const to = { [keys[0]]: at - 1, [keys[1]]: at + 1, Home: 0, End: all.length - 1 }[event.key];
  if (to === undefined || !all.length) return;
  event.preventDefault();
  all[(to + all.length) % all.length].focus();
}

addEventListener(
  "keydown",
  (event) => {
    if (!open || (event.key !== "Escape" && event.key !== "Tab")) return;
    if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
    }
    if (event.key === "Escape" || open.box.role === "menu") close();
  },
  true,
);

addEventListener(
  "pointerdown",
  (event) => {
    if (open && !open.box.contains(event.target) && !open.anchor.contains(event.target)) close();
  },
  true,
);
