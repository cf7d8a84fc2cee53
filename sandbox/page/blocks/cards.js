// Cards and carousels of cards.

import { h } from "./dom.js";
import { renderElement } from "./elements.js";
import { picture } from "./picture.js";
import { text } from "./text.js";

function card(block, ctx) {
  const line = (words, look) => words && h("div", { class: look }, text(words, ctx.names));
  const icon = block.icon && picture(block.icon, "bk-card-icon");
  const buttons = block.actions?.map((element) => renderElement(block, element, ctx));
  return h(
    "div",
    { class: "bk-card" },
    block.hero_image && picture(block.hero_image, "bk-hero"),
    h(
      "div",
      { class: "bk-card-head" },
      icon,
      h("div", {}, line(block.title, "bk-title"), line(block.subtitle, "bk-quiet")),
    ),
    line(block.body, "bk-card-body"),
    line(block.subtext, "bk-quiet"),
    buttons && h("div", { class: "bk-actions" }, buttons),
  );
}

function carousel(block, ctx) {
  const owned = (each) => ({ block_id: block.block_id, ...each });
  const cards = block.elements.map((each) => h("div", { role: "listitem" }, card(owned(each), ctx)));
  return h("div", { class: "bk-carousel", role: "list", tabindex: 0, "aria-label": "Cards" }, cards);
}

export const CARDS = { card, carousel };
