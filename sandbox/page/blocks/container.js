// Containers: a title and nested blocks, optionally collapsible.

import { h } from "./dom.js";
import { renderBlock } from "./kinds.js";
import { picture } from "./picture.js";
import { richText } from "./rich.js";
import { text } from "./text.js";

const WIDTHS = new Set(["narrow", "standard", "wide", "full"]);

function container(block, ctx) {
  const width = WIDTHS.has(block.width) ? block.width : "standard";
  const look = `bk-container bk-${width}${block.has_header_divider ? " bk-ruled" : ""}`;
  const inside = h(
    "div",
    { class: "bk-inside" },
    block.child_blocks.map((child) => renderBlock(child, ctx)),
  );
  if (!block.is_collapsible) return h("div", { class: look }, title(block, ctx), inside);
  return h("details", { class: look, open: !block.default_collapsed }, h("summary", {}, title(block, ctx)), inside);
}

function title(block, ctx) {
  return h(
    "div",
    { class: "bk-card-head" },
    block.icon && picture(block.icon, "bk-card-icon"),
    h(
      "div",
      {},
      h(
        "div",
        { class: "bk-title" },
        block.title ? text(block.title, ctx.names) : richText(block.rich_text_title, ctx),
      ),
      block.subtitle && h("div", { class: "bk-quiet" }, text(block.subtitle, ctx.names)),
    ),
  );
}

export const CONTAINERS = { container };
