// Text objects: mrkdwn with formatting, plain text with emoji only.

import { emoji } from "../emoji.js";
import { mrkdwn, plain } from "../mrkdwn.js";
import { decoded } from "../mrkdwn/words.js";
import { h } from "./dom.js";

const NAMES = /:([a-z0-9_+'-]+):/g;

/** Renders a text object according to its type. */
export function text(object, names, attributes = {}) {
  const isPlain = object.type === "plain_text";
  return h("span", { ...attributes, class: "mrkdwn" }, isPlain ? spelled(object) : mrkdwn(object.text, names));
}

/** Renders a text object as a plain string, for labels. */
export function said(object, names) {
  return object.type === "mrkdwn" ? plain(object.text, names) : spelled(object);
}

function spelled({ text, emoji: isDrawn = true }) {
  const words = decoded(String(text ?? ""));
  return isDrawn ? words.replace(NAMES, (code, name) => emoji(name) ?? code) : words;
}
