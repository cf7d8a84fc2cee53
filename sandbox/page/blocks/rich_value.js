// Rich text as a text area holds it: its words alone, and rich text again once they change.

const SAID = {
  text: ({ text }) => text,
  link: ({ url, text }) => text ?? url,
  emoji: ({ name }) => `:${name}:`,
  user: ({ user_id: id }) => `<@${id}>`,
  channel: ({ channel_id: id }) => `<#${id}>`,
  usergroup: ({ usergroup_id: id }) => `<!subteam^${id}>`,
  broadcast: ({ range }) => `@${range}`,
  date: ({ fallback, timestamp }) => fallback ?? String(timestamp),
  color: ({ value }) => value,
};

/** A rich text value as words, a line for each part. */
export function flat(value) {
  return (value?.elements ?? []).flatMap(linesOf).join("\n");
}

/** Words as a rich text value, or null where there are none. */
export function rich(words) {
  if (!words.trim()) return null;
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text: words }] }],
  };
}

function linesOf({ type, elements = [] }) {
  if (type === "rich_text_list") return elements.map((item) => `• ${linesOf(item)}`);
  return elements
    .map((piece) => SAID[piece.type]?.(piece) ?? "")
    .join("")
    .replace(/\n$/, "");
}
