// Announcements for screen readers, and notices that disappear by themselves.

import { button, byId, el } from "./dom.js";

const STAYS = 8000;

export function aloud(text) {
  const said = el("p", {}, text);
  byId("said").append(said);
  setTimeout(() => said.remove(), STAYS);
}

export function notice(text, deed) {
  const shown = el("div", { class: "notice" }, el("span", {}, text));
  if (deed) shown.append(button(deed.label, () => (shown.remove(), deed.do()), { class: "link" }));
  byId("notices").replaceChildren(shown);
  setTimeout(() => shown.remove(), STAYS);
}

const WORDS = {
  not_in_channel: "You are not in this channel. Join it first.",
  is_archived: "This channel is archived.",
  operation_timeout: "The app did not answer within three seconds (operation_timeout).",
  cannot_go_back: "The clock only moves forward.",
  already_reacted: "You've already reacted with that emoji.",
  message_not_found: "This message was deleted.",
  shortcut_not_found: "The app does not have this shortcut.",
};

export const why = (error) =>
  WORDS[error.error] ?? ([error.message, ...(error.reasons ?? [])].join(": ") || "Something went wrong.");

// Runs an action and shows a notice if it fails.
export async function tried(deed) {
  try {
    return await deed();
  } catch (error) {
    notice(why(error));
    return null;
  }
}
