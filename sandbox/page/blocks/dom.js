// Making elements: every word from a message becomes a text node, never markup.

const SVG = "http://www.w3.org/2000/svg";
let last = 0;

/** An element: `h("button", { type: "button", onclick: press }, "Press")`; null and false leave things out. */
export function h(name, attributes = {}, ...children) {
  return filled(document.createElement(name), attributes, children);
}

/** The same for SVG. */
export function svg(name, attributes = {}, ...children) {
  return filled(document.createElementNS(SVG, name), attributes, children);
}

/** An id that nothing else on the page has. */
export function newId() {
  last += 1;
  return `bk-${last}`;
}

/** Text that only screen readers find. */
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
