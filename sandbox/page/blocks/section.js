// Sections: text, fields, and one accessory element.

import { h, newId } from "./dom.js";
import { renderElement } from "./elements.js";
import { picture } from "./picture.js";
import { text } from "./text.js";

export function section(block, ctx) {
  const title = newId();
  const fields = block.fields?.map((field) => h("div", {}, text(field, ctx.names)));
  return h(
    "div",
    { class: "bk-section" },
    h(
      "div",
      { class: "bk-section-words", id: title },
      block.text && h("div", {}, text(block.text, ctx.names)),
      fields && h("div", { class: "bk-fields" }, fields),
    ),
    block.accessory && h("div", { class: "bk-accessory" }, accessory(block, ctx, title)),
  );
}

function accessory(block, ctx, title) {
  if (block.accessory.type === "image") return picture(block.accessory, "bk-thumbnail");
  return renderElement(block, block.accessory, ctx, { labelledBy: title });
}
