// Plain words in mrkdwn: Slack's three entities, and what stands between < and > without its looks.

import { token } from "./angles.js";

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };

/** The entities decoded, exactly once. */
export function decoded(text) {
  return text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);
}

/** Text in which nothing is formatted, as in code: mentions and links show their words alone. */
export function words(text, names) {
  return text
    .split(/(<[^<>\n]+>)/)
    .map((part, number) => (number % 2 ? (token(part.slice(1, -1), names)?.textContent ?? part) : decoded(part)))
    .join("");
}
