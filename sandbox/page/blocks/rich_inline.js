// Inline elements of rich text: styled text, links, mentions, emoji, dates and colors.

import { emoji } from "../emoji.js";
import { broadcast, channel, group, link, safe, user } from "../mrkdwn/angles.js";
import { dateText, isoOf } from "../mrkdwn/dates.js";
import { emojiNode } from "../mrkdwn/inline.js";
import { h } from "./dom.js";

const STYLES = {
  code: "code",
  bold: "b",
  italic: "i",
  strike: "s",
  underline: "u",
  highlight: "mark",
  client_highlight: "mark",
};

const PIECES = {
  text: ({ text }) => text,
  link: (piece) => link(piece.url, piece.text ?? ""),
  emoji: drawn,
  user: ({ user_id: id }, names) => user(id, names),
  usergroup: ({ usergroup_id: id }, names) => group(id, names),
  channel: ({ channel_id: id }, names) => channel(id, names),
  team: ({ team_id: id }) => h("span", { class: "mention" }, id),
  broadcast: ({ range }) => broadcast(range),
  color: ({ value }) => [swatch(value), value],
  date,
};

/** Renders an inline element with its styles. */
export function piece(element, names, isCode = false) {
  const made = PIECES[element.type]?.(element, names) ?? element.text ?? "";
  const style = isCode ? {} : (element.style ?? {});
  return Object.keys(STYLES)
    .filter((name) => style[name])
    .reduce((inside, name) => h(STYLES[name], {}, inside), made);
}

function drawn({ name, unicode, skin_tone: tone }) {
  const code = tone > 1 ? `:${name}::skin-tone-${tone}:` : `:${name}:`;
  const character = unicode ? fromHex(unicode) : emoji(name, tone > 1 ? `skin-tone-${tone}` : "");
  return character ? emojiNode(character, code) : code;
}

function fromHex(unicode) {
  const points = unicode.split("-").map((point) => Number.parseInt(point, 16));
  return points.every((point) => point > 0 && point <= 0x10ffff) ? String.fromCodePoint(...points) : "";
}

function date({ timestamp, format, url, fallback }, names) {
  const said = dateText(String(timestamp), format, names) ?? fallback ?? String(timestamp);
  const time = h("time", { datetime: isoOf(timestamp), title: fallback }, said);
  const href = url && safe(url);
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}

function swatch(value) {
  const node = h("span", { class: "bk-swatch", "aria-hidden": "true" });
  node.style.backgroundColor = value;
  return node;
}
