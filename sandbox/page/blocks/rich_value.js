// Rich text as a text area holds it: its words alone, and rich text again once they change.

const SAID = {
  text: ({ text }) => text,
  link: ({ url, text }) => text ?? url,
  emoji: ({ name }) => `:${name}:`,
  user: ({ user_id: id }, names) => `@${names.user(id)?.name ?? id}`,
  channel: ({ channel_id: id }, names) => `#${names.channel(id)?.name ?? id}`,
  usergroup: ({ usergroup_id: id }, names) => `@${names.group(id)?.handle ?? id}`,
  broadcast: ({ range }) => `@${range}`,
  date: ({ fallback, timestamp }) => fallback ?? String(timestamp),
  color: ({ value }) => value,
};

/** A rich text value as words, a line for each part. */
export function flat(value, names) {
  return (value?.elements ?? []).flatMap((part) => linesOf(part, names)).join("\n");
}

/** Words as a rich text value, or null where there are none. */
export function rich(words) {
  if (!words.trim()) return null;
  return {
    type: "rich_text",
    elements: [{ type: "rich_text_section", elements: [{ type: "text", text: words }] }],
  };
}

function linesOf({ type, elements = [] }, names) {
  if (type === "rich_text_list") return elements.map((item) => `• ${linesOf(item, names)}`);
  return elements
    .map((piece) => SAID[piece.type]?.(piece, names) ?? "")
    .join("")
    .replace(/\n$/, "");
}
