// Conversion between rich text values and the plain text of a text area.

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

/** Converts a rich text value to plain text, one line per part. */
export function flat(value, names) {
  return (value?.elements ?? []).flatMap((part) => linesOf(part, names)).join("\n");
}

/** Converts plain text to a rich text value, or null if it is empty. */
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
