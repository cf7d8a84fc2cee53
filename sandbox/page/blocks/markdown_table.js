// Markdown tables: a header row, a delimiter row, and data rows.

import { h } from "./dom.js";
import { inline } from "./markdown_inline.js";

const DASHES = /^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$/;

/** Removes and returns the leading lines for which `holds` is true. */
export function taken(left, holds) {
  const end = left.findIndex((line) => !holds(line));
  return left.splice(0, end < 0 ? left.length : end);
}

export function table(left, names) {
  if (!left[0].includes("|") || !DASHES.test(left[1] ?? "")) return undefined;
  const [head, dashes, ...rows] = taken(left, (line) => line.includes("|"));
  const looks = cells(dashes).map((cell) => `bk-${alignment(cell)}`);
  const row = (line, tag) =>
    h(
      "tr",
      {},
      cells(line).map((words, at) => cell(tag, looks[at], words, names)),
    );
  return h(
    "div",
    { class: "bk-scroll", tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      { class: "bk-table" },
      h("thead", {}, row(head, "th")),
      h(
        "tbody",
        {},
        rows.map((line) => row(line, "td")),
      ),
    ),
  );
}

const cell = (tag, look, words, names) =>
  h(tag, { class: look, scope: tag === "th" ? "col" : null }, inline(words, names));

function cells(line) {
  const bare = line.trim().replace(/^\||(?<!\\)\|$/g, "");
  return bare.split(/(?<!\\)\|/).map((words) => words.trim().replaceAll("\\|", "|"));
}

function alignment(dashes) {
  if (dashes.endsWith(":")) return dashes.startsWith(":") ? "center" : "right";
  return "left";
}
