// Slack's markup between < and >: links, people, channels, groups, broadcasts and dates.

import { h } from "../blocks/dom.js";
import { emoji } from "../emoji.js";
import { dateText, isoOf } from "./dates.js";
import { decoded } from "./words.js";

const SAFE = ["http:", "https:", "mailto:"];

/** Returns the node for `<inside>`, or undefined if it is not valid markup. */
export function token(inside, names, atStart = false) {
  const [target, ...rest] = inside.split("|");
  const label = rest.length ? decoded(rest.join("|")) : "";
  if (target.startsWith("@")) return user(target.slice(1), names, label);
  if (target.startsWith("#")) return channel(target.slice(1), names, label);
  if (target.startsWith("!")) return special(target.slice(1), names, label, atStart);
  return /^[a-z][a-z0-9+.-]*:/i.test(target) ? link(decoded(target), label) : undefined;
}

/** Returns a link if its URL is safe to follow, else its text. */
export function link(url, label = "") {
  const words = named(label) || url.replace(/^mailto:/i, "");
  const href = safe(url);
  if (!href) return h("span", {}, words);
  return h("a", { href, target: "_blank", rel: "noopener noreferrer" }, words);
}

/** Returns the URL if its scheme can only open a web page or an e-mail, else undefined. */
export function safe(url) {
  const address = URL.canParse(url) ? new URL(url) : undefined;
  return address && SAFE.includes(address.protocol) ? address.href : undefined;
}

export function user(id, names, label = "") {
  const name = names.user(id)?.name || label || id;
  const isMe = id === names.me;
  return h("span", { class: isMe ? "mention mention-me" : "mention", "data-user": id }, `@${name.replace(/^@/, "")}`);
}

export function channel(id, names, label = "") {
  const name = names.channel(id)?.name || label || id;
  return h("span", { class: "mention", "data-channel": id }, `#${name}`);
}

export function group(id, names, label = "") {
  const name = names.group(id)?.handle || label || id;
  return h("span", { class: "mention", "data-group": id }, `@${name.replace(/^@/, "")}`);
}

export function broadcast(range) {
  return h("span", { class: "mention mention-me" }, `@${range}`);
}

function special(inside, names, label, atStart) {
  const [kind, ...rest] = inside.split("^");
  if (kind === "subteam") return group(rest[0], names, label);
  if (kind === "date") return date(rest, names, label, atStart);
  if (["here", "channel", "everyone"].includes(kind)) return broadcast(kind);
  return label ? h("span", {}, label) : undefined;
}

/** Formats an instant in the reader's time zone; `parts` are its Unix seconds, format and optional link. */
function date([seconds, format, url], names, fallback, atStart) {
  const said = dateText(seconds, decoded(format ?? ""), names, atStart) ?? fallback;
  const time = h("time", { datetime: isoOf(seconds), title: fallback || null }, said);
  const href = url && safe(decoded(url));
  return href ? h("a", { href, target: "_blank", rel: "noopener noreferrer" }, time) : time;
}

function named(label) {
  return label.replace(/:([a-z0-9_+'-]+):/g, (all, name) => emoji(name) ?? all);
}
