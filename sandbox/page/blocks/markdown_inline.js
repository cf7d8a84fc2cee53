// Inline markdown: bold, italic, strikethrough, code, links, and Slack's mentions and emoji.

import { emoji } from "../emoji.js";
import { link, token } from "../mrkdwn/angles.js";
import { emojiNode } from "../mrkdwn/inline.js";
import { decoded } from "../mrkdwn/words.js";
import { h } from "./dom.js";

/** Sticky patterns with their renderers; `deep` renders nested content. */
const RULES = [
  [/\\([!-/:-@[-`{-~])/y, ([, character]) => character],
  [/(`+)([^`]|[^`][\s\S]*?[^`])\1(?!`)/y, ([, , code]) => h("code", {}, code.trim() || code)],
  [/!?\[([^\]\n]*)\]\(\s*<?([^\s)>]+)>?(?:\s+"[^"]*")?\s*\)/y, ([, label, url]) => link(url, label)],
  [/<([^<>\n]+)>/y, ([, inside], names) => token(inside, names)],
  [/https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]}*_~]/iy, ([url]) => link(decoded(url))],
  [/:([a-z0-9_+'-]+):/y, ([code, name]) => emoji(name) && emojiNode(emoji(name), code)],
  [/(\*\*|__)(?=\S)([\s\S]*?\S)\1/y, (found, names) => deep("b", found[2], names)],
  [/~~(?=\S)([\s\S]*?\S)~~/y, (found, names) => deep("s", found[1], names)],
  [/([*_])(?=\S)((?:(?!\1)[\s\S])*?\S)\1/y, (found, names) => deep("i", found[2], names)],
];
const SPECIAL = /[\\`![<h:*_~]/i;

const deep = (tag, text, names) => h(tag, {}, inline(text, names));

export function inline(text, names) {
  const nodes = [];
  let from = 0;
  for (let at = 0; at < text.length;) {
    const found = SPECIAL.test(text[at]) ? read(text, at, names) : undefined;
    if (found) {
      nodes.push(decoded(text.slice(from, at)), found.node);
      from = found.end;
    }
    at = found?.end ?? at + 1;
  }
  return [...nodes, decoded(text.slice(from))].filter((node) => node !== "");
}

function read(text, at, names) {
  if (isInWord(text, at)) return undefined;
  for (const [pattern, make] of RULES) {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    const node = found && make(found, names);
    if (node) return { node, end: at + found[0].length };
  }
  return undefined;
}

/** Whether an underscore or URL is in the middle of a word, where it starts no markup. */
function isInWord(text, at) {
  return /[_h]/i.test(text[at]) && at > 0 && /[\p{L}\p{N}]/u.test(text[at - 1]);
}
