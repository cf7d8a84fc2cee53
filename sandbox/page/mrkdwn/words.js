// Plain text of mrkdwn: decodes Slack's three entities, and reduces <…> markup to text.

import { token } from "./angles.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** Decodes the entities, exactly once. */
export function decoded(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

/** Returns text without formatting, as in code: mentions and links become plain text. */
export function words(text, names) {
  return text
    .split(/(<[^<>\n]+>)/)
    .map((part, number) => (number % 2 ? (token(part.slice(1, -1), names)?.textContent ?? part) : decoded(part)))
    .join("");
}
