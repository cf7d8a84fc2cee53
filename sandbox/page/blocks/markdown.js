// The markdown block: headings, lists, quotes, code and tables of CommonMark.

import { h } from "./dom.js";
import { inline } from "./markdown_inline.js";
import { table, taken } from "./markdown_table.js";

const HEADING = /^(#{1,6})\s+(.*?)\s*#*$/;
const FENCE = /^\s*(```|~~~)/;
const RULE = /^\s*([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const QUOTE = /^\s*> ?/;

export function markdown({ text }, { names }) {
  return h("div", { class: "bk-markdown" }, blocksOf(text.split("\n"), names));
}

/** Each reader consumes the lines it recognizes from the front and returns their node. */
function blocksOf(lines, names) {
  const left = [...lines];
  const nodes = [];
  while (left.length) {
    if (left[0].trim()) nodes.push(next(left, names));
    else left.shift();
  }
  return nodes;
}

function next(left, names) {
  for (const read of [heading, fence, rule, quote, list, table]) {
    const node = read(left, names);
    if (node) return node;
  }
  return paragraph(left, names);
}

/** Parses a heading. Levels are shifted by two, to h3–h6, below the page's own headings. */
function heading(left, names) {
  const [, marks, words] = HEADING.exec(left[0]) ?? [];
  if (!marks) return undefined;
  left.shift();
  return h(`h${Math.min(marks.length + 2, 6)}`, {}, inline(words, names));
}

function fence(left) {
  const mark = FENCE.exec(left[0])?.[1];
  if (!mark) return undefined;
  left.shift();
  const lines = taken(left, (line) => !line.trim().startsWith(mark));
  left.shift();
  return h("pre", { class: "mrkdwn-pre" }, lines.join("\n"));
}

function rule(left) {
  if (!RULE.test(left[0])) return undefined;
  left.shift();
  return h("hr", { class: "bk-divider" });
}

function quote(left, names) {
  if (!QUOTE.test(left[0])) return undefined;
  const lines = taken(left, (line) => QUOTE.test(line)).map((line) => line.replace(QUOTE, ""));
  return h("blockquote", { class: "mrkdwn-quote" }, blocksOf(lines, names));
}

function list(left, names) {
  if (!ITEM.test(left[0])) return undefined;
  const [, indent, mark] = ITEM.exec(left[0]);
  const isOrdered = /\d/.test(mark);
  const items = [];
  while (left.length && isItem(left[0], indent.length, isOrdered)) items.push(item(left, names));
  const start = isOrdered && Number.parseInt(mark, 10) !== 1 ? Number.parseInt(mark, 10) : null;
  return h(isOrdered ? "ol" : "ul", { start }, items);
}

function isItem(line, indent, isOrdered) {
  const [, spaces, mark] = ITEM.exec(line) ?? [];
  return mark !== undefined && Math.abs(spaces.length - indent) < 2 && /\d/.test(mark) === isOrdered;
}

/** Returns a list item with its indented lines, which may contain nested lists. */
function item(left, names) {
  const [, spaces, , words] = ITEM.exec(left.shift());
  const depth = spaces.length + 2;
  const below = taken(left, (line) => line.trim() !== "" && line.length - line.trimStart().length >= depth);
  return h(
    "li",
    {},
    inline(words, names),
    blocksOf(
      below.map((line) => line.slice(depth)),
      names,
    ),
  );
}

function paragraph(left, names) {
  const first = left.shift();
  const rest = taken(
    left,
    (line) => line.trim() && ![HEADING, FENCE, RULE, ITEM, QUOTE].some((start) => start.test(line)),
  );
  return h("p", {}, inline([first, ...rest].join("\n"), names));
}
