// Rich text: sections, nested lists, quotes and code.

import { h } from "./dom.js";
import { piece } from "./rich_inline.js";

export function richText(block, { names }) {
  return h("div", { class: "bk-rich mrkdwn" }, parts(block.elements, names));
}

/** Renders a table cell, rich or raw. */
export function cellWords(cell, ctx) {
  return cell.type === "rich_text" ? richText(cell, ctx) : cell.text;
}

const PARTS = {
  rich_text_section: (part, names) => h("div", {}, pieces(part, names)),
  rich_text_quote: (part, names) => h("blockquote", { class: "mrkdwn-quote" }, pieces(part, names)),
  rich_text_preformatted: (part, names) => h("pre", { class: "mrkdwn-pre" }, pieces(part, names)),
};

/** Combines adjacent lists of different indents into one nested list. */
function parts(elements, names) {
  const nodes = [];
  const open = [];
  for (const part of elements) {
    if (part.type === "rich_text_list") nest(part, open, nodes, names);
    else {
      open.length = 0;
      nodes.push(PARTS[part.type]?.(part, names) ?? "");
    }
  }
  return nodes;
}

function nest(part, open, nodes, names) {
  const indent = part.indent ?? 0;
  while (open.length && open.at(-1).indent > indent) open.pop();
  const above = open.at(-1);
  if (above?.indent === indent && above.style === part.style) return above.node.append(...items(part, names));
  if (above?.indent === indent) open.pop();
  const node = list(part, names);
  const parent = open.at(-1)?.node.lastElementChild;
  if (parent) parent.append(node);
  else nodes.push(node);
  return open.push({ indent, style: part.style, node });
}

function list(part, names) {
  const { style, indent = 0, offset = 0 } = part;
  const look = `bk-level-${indent % 3}`;
  if (style !== "ordered") return h("ul", { class: look }, items(part, names));
  return h("ol", { class: look, start: offset ? offset + 1 : null }, items(part, names));
}

const items = ({ elements }, names) => elements.map((item) => h("li", {}, pieces(item, names)));

function pieces({ elements, type }, names) {
  const last = elements.length - 1;
  const isCode = type === "rich_text_preformatted";
  return elements.map((element, number) => {
    const ends = element.type === "text" && number === last && element.text.endsWith("\n");
    return piece(ends ? { ...element, text: element.text.slice(0, -1) } : element, names, isCode);
  });
}
