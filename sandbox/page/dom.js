// Creates elements. String children become text nodes, never markup.

export function el(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) set(made, name, value);
  made.append(...children.flat(9).filter((child) => child !== null && child !== undefined && child !== false));
  return made;
}

function set(made, name, value) {
  if (value === undefined || value === null || value === false) return;
  if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
  else if (name === "dataset") Object.assign(made.dataset, value);
  else made.setAttribute(name, value === true ? "" : value);
}

export const byId = (id) => document.getElementById(id);

export function button(label, onclick, properties = {}, ...children) {
  return el("button", { type: "button", onclick, ...properties }, children.length ? children : label);
}

// A button that shows an icon, with its name as accessible name and tooltip.
export function signButton(sign, label, onclick, properties = {}) {
  const shown = el("span", { "aria-hidden": "true" }, sign);
  return button(label, onclick, { class: "sign", "aria-label": label, title: label, ...properties }, shown);
}
