// Renders Slack's mrkdwn: first quotes and code blocks, then inline markup.

import { h } from "./blocks/dom.js";
import { inline } from "./mrkdwn/inline.js";
import { words } from "./mrkdwn/words.js";

const FENCE = /```([\s\S]+?)```/;
const QUOTED = /^(?:&gt;|>) ?/;
const ALL_QUOTED = /^(?:&gt;|>){3}\s?/;

/** Renders mrkdwn as nodes. Newlines are kept, so it needs `white-space: pre-wrap` (class `mrkdwn`). */
export function mrkdwn(text, names) {
  const fragment = document.createDocumentFragment();
  String(text ?? "")
    .split(FENCE)
    .forEach((part, number, parts) => {
      fragment.append(...(number % 2 ? [fence(part, names)] : prose(trimmed(part, number, parts), names)));
    });
  return fragment;
}

/** Renders mrkdwn as plain text, for notifications and labels. */
export function plain(text, names) {
  return [...mrkdwn(text, names).childNodes].map((node) => node.textContent).join("\n");
}

function fence(code, names) {
  return h("pre", { class: "mrkdwn-pre" }, words(code.replace(/^\n|\n$/g, ""), names));
}

/** Drops the newline next to a code block, which belongs to the block. */
function trimmed(part, number, parts) {
  const before = number > 0 ? part.replace(/^\n/, "") : part;
  return number < parts.length - 1 ? before.replace(/\n$/, "") : before;
}

function prose(text, names) {
  if (text === "") return [];
  return runs(text.split("\n")).map(({ isQuote, lines }) => {
    const nodes = inline(lines.join("\n"), names);
    return isQuote ? h("blockquote", { class: "mrkdwn-quote" }, ...nodes) : h("span", {}, ...nodes);
  });
}

/** Groups adjacent lines by whether they are quoted. */
function runs(lines) {
  const found = [];
  let isRest = false;
  for (const line of lines) {
    const opensRest = !isRest && ALL_QUOTED.test(line);
    isRest ||= opensRest;
    const isQuote = isRest || QUOTED.test(line);
    const bare = opensRest ? line.replace(ALL_QUOTED, "") : isRest ? line : line.replace(QUOTED, "");
    const before = found.at(-1);
    if (before?.isQuote === isQuote) before.lines.push(bare);
    else found.push({ isQuote, lines: [bare] });
  }
  return found;
}
