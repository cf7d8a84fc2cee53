// Creates elements: all text from a message becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";
let last = 0;

/** Creates an element: `h("button", { type: "button", onclick: press }, "Press")`; null and false are omitted. */
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** Creates an SVG element. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** Returns a unique element id. */
export function newId() {
  last += 1;
  return `bk-${last}`;
}

/** Text for screen readers only. */
export const spoken = (...children) => h("span", { class: "bk-spoken" }, ...children);

function filled(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return node;
}

function set(node, name, value) {
  if (value == null || value === false) return;
  if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
  else node.setAttribute(name, value === true ? "" : String(value));
}
