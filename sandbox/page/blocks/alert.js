// Alerts: one colored line in a modal.

import { h, spoken } from "./dom.js";
import { text } from "./text.js";

const SIGNS = { default: "ℹ", info: "ℹ", warning: "⚠", error: "⛔", success: "✓" };

function alert({ text: words, level = "default" }, { names }) {
  const known = Object.hasOwn(SIGNS, level) ? level : "default";
  return h(
    "div",
    { class: `bk-alert bk-alert-${known}`, role: "note" },
    h("span", { "aria-hidden": "true" }, SIGNS[known]),
    known !== "default" && spoken(`${known}: `),
    text(words, names),
  );
}

export const ALERTS = { alert };
