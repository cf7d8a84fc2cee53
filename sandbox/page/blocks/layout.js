// Layout blocks: context, header, divider, image, and actions.

import { h } from "./dom.js";
import { renderElement } from "./elements.js";
import { picture } from "./picture.js";
import { said, text } from "./text.js";

function context({ elements }, { names }) {
  const shown = (element) =>
    element.type === "image" ? picture(element, "bk-small-picture") : h("span", {}, text(element, names));
  return h("div", { class: "bk-context" }, elements.map(shown));
}

const header = ({ text: words }, { names }) => h("h3", { class: "bk-header" }, said(words, names));

const divider = () => h("hr", { class: "bk-divider" });

function image(block, { names }) {
  const title = block.title && h("figcaption", { class: "bk-quiet" }, said(block.title, names));
  return h("figure", { class: "bk-figure" }, title, picture(block, "bk-image"));
}

function actions(block, ctx) {
  return h(
    "div",
    { class: "bk-actions" },
    block.elements.map((element) => renderElement(block, element, ctx)),
  );
}

export const LAYOUT = { actions, context, context_actions: actions, divider, header, image };
