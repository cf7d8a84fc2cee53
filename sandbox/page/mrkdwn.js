// Slack's mrkdwn: mentions and plain text.

import { el } from "./dom.js";
import { emoji } from "./emoji.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

export function mrkdwn(text, names) {
  const made = document.createDocumentFragment();
  for (const [number, part] of String(text ?? "").split(/<([^<>]+)>/).entries()) made.append(number % 2 ? el("span", { class: "mention" }, token(part, names)) : words(part));
  return made;
}

export const plain = (text, names) => mrkdwn(text, names).textContent;

const words = (text) => text.replace(/&(lt|gt|amp);/g, (entity) => ENTITIES[entity]).replace(/:([a-z0-9_+-]+):/g, (all, name) => emoji(name) ?? all);

function token(part, names) {
  const [target, label] = part.split("|");
  if (target.startsWith("@")) return `@${names.user(target.slice(1))?.name ?? label ?? target}`;
  if (target.startsWith("#")) return `#${names.channel(target.slice(1))?.name ?? label ?? target}`;
  if (target.startsWith("!subteam^")) return `@${names.group(target.slice(9))?.handle ?? label ?? "group"}`;
  return label ?? target;
}
