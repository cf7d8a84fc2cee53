// Inline mrkdwn: bold, italic, strikethrough, code, emoji, links and mentions.

import { h } from "../blocks/dom.js";
import { emoji } from "../emoji.js";
import { link, token } from "./angles.js";
import { decoded, words } from "./words.js";

const MARKS = { "*": "b", _: "i", "~": "s" };
const EMOJI = /:([a-z0-9_+'-]+):(?::(skin-tone-[2-6]):)?/y;
const ADDRESS = /https?:\/\/[^\s<>|]*[^\s<>|.,;:!?'")\]}*_~]/iy;

/** Returns the nodes for inline mrkdwn; `open` lists the enclosing marks, which cannot nest in themselves. */
export function inline(text, names, open = "") {
  const line = { text, names, open, barren: {} };
  const nodes = [];
  let from = 0;
  for (let at = 0; at < text.length;) {
    const found = READERS[text[at]]?.(line, at);
    if (found) {
      nodes.push(decoded(text.slice(from, at)), found.node);
      from = found.end;
    }
    at = found ? found.end : at + 1;
  }
  nodes.push(decoded(text.slice(from)));
  return nodes.filter((node) => node !== "");
}

const isWord = (character) => character !== undefined && /[\p{L}\p{N}]/u.test(character);
const isSpace = (character) => character === undefined || /\s/.test(character);

function code({ text, names }, at) {
  const end = codeEnd(text, at);
  return end && { node: h("code", {}, words(text.slice(at + 1, end - 1), names)), end };
}

function codeEnd(text, at) {
  const close = text.indexOf("`", at + 1);
  const inside = text.slice(at + 1, close);
  return close > at + 1 && !inside.includes("\n") && inside.trim() ? close + 1 : 0;
}

function angle({ text, names }, at) {
  const end = angleEnd(text, at);
  const isStart = at === 0 || text[at - 1] === "\n";
  const node = end ? token(text.slice(at + 1, end - 1), names, isStart) : undefined;
  return node && { node, end };
}

function angleEnd(text, at) {
  const close = text.indexOf(">", at + 1);
  return close > at + 1 && !/[<\n]/.test(text.slice(at + 1, close)) ? close + 1 : 0;
}

function picture({ text }, at) {
  EMOJI.lastIndex = at;
  const [all, name, tone] = EMOJI.exec(text) ?? [];
  const character = name && emoji(name, tone);
  if (!character) return undefined;
  return { node: emojiNode(character, all), end: at + all.length };
}

export function emojiNode(character, code) {
  return h("span", { class: "emoji", title: code }, character);
}

function address({ text }, at) {
  if (isWord(text[at - 1])) return undefined;
  ADDRESS.lastIndex = at;
  const url = ADDRESS.exec(text)?.[0];
  return url && { node: link(decoded(url)), end: at + url.length };
}

/** Parses bold, italic or strikethrough, which starts at a word boundary and closes on the same line. */
function marked(line, at) {
  const { text, names, open } = line;
  const mark = text[at];
  if (open.includes(mark) || isWord(text[at - 1]) || isSpace(text[at + 1]) || text[at + 1] === mark) return undefined;
  const close = closing(line, at, mark);
  if (!close) return undefined;
  return { node: h(MARKS[mark], {}, ...inline(text.slice(at + 1, close), names, open + mark)), end: close + 1 };
}

/** Returns the position of the closing mark, or 0. `barren` notes searched text without one, to scan it only once. */
function closing({ text, barren }, at, mark) {
  if (at < (barren[mark] ?? 0)) return 0;
  let here = at + 1;
  while (here < text.length && text[here] !== "\n") {
    if (text[here] === mark && !isSpace(text[here - 1]) && !isWord(text[here + 1])) return here;
    here = (text[here] === "`" && codeEnd(text, here)) || (text[here] === "<" && angleEnd(text, here)) || here + 1;
  }
  barren[mark] = here;
  return 0;
}

const READERS = { "`": code, "<": angle, ":": picture, h: address, H: address, "*": marked, _: marked, "~": marked };
