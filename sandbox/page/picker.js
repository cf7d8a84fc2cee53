// The emoji picker: search by name, or move through the grid with the arrow keys.

import { el } from "./dom.js";
import { EMOJI } from "./emoji.js";
import { close, popup } from "./menu.js";

const SHOWN = 72;
const LIKED = [
  "raised_hands",
  "+1",
  "heart",
  "tada",
  "eyes",
  "white_check_mark",
  "joy",
  "pray",
  "clap",
  "fire",
  "rocket",
  "100",
];

export function findEmoji(part, most = SHOWN) {
  const names = Object.keys(EMOJI);
  if (!part) return [...new Set([...LIKED.filter((name) => EMOJI[name]), ...names])].slice(0, most);
  const starts = names.filter((name) => name.startsWith(part));
  return [...new Set([...starts, ...names.filter((name) => name.includes(part))])].slice(0, most);
}

export function pickEmoji(anchor, picked) {
  const grid = el("div", { class: "emoji-grid" });
  const search = el("input", { type: "search", "aria-label": "Find an emoji", placeholder: "Find an emoji" });
  const fill = () => grid.replaceChildren(...findEmoji(search.value.trim().toLowerCase()).map(choice));
  const choice = (name) =>
    el(
      "button",
      {
        type: "button",
        "aria-label": name.replaceAll("_", " "),
        title: `:${name}:`,
        onclick: () => (close(), picked(name)),
      },
      EMOJI[name],
    );
  search.addEventListener("input", fill);
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter") grid.firstElementChild?.click();
    if (event.key === "ArrowDown") grid.firstElementChild?.focus();
  });
  grid.addEventListener("keydown", (event) => walk(event, grid));
  fill();
  if (popup(anchor, [search, grid], { role: "dialog", "aria-label": "Emoji", class: "popup picker" })) search.focus();
}

function walk(event, grid) {
  const all = [...grid.children];
  const columns = getComputedStyle(grid).gridTemplateColumns.split(" ").length;
  const by = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -columns, ArrowDown: columns }[event.key];
  if (!by) return;
  event.preventDefault();
  all[all.indexOf(document.activeElement) + by]?.focus();
}
