// Avatars generated from names, without network requests.

import { world } from "./world.js";

const COLOURS = [
  "#7a3e9d",
  "#1f5f5b",
  "#b0413e",
  "#2b5ea7",
  "#8a5a00",
  "#3d6b21",
  "#a0336f",
  "#445069",
  "#0b6b87",
  "#6a4b3a",
];
const SVG = "http://www.w3.org/2000/svg";

function shape(name, attributes, text = "") {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.textContent = text;
  return made;
}

// The number that selects the color: unique for people of the workspace, derived from the name for others.
function number(name) {
  const wanted = name.toLowerCase();
  const at = [...world.users.values()].findIndex((user) =>
    [user.real_name, user.name].some((each) => each.toLowerCase() === wanted),
  );
  return at >= 0 ? at : [...name].reduce((sum, letter) => (sum * 31 + letter.codePointAt(0)) % 9973, 7);
}

export function avatar(name, { size = 36, isApp = false } = {}) {
  const box = shape("svg", { viewBox: "0 0 36 36", width: size, height: size, class: "avatar", "aria-hidden": "true" });
  box.append(
    shape("rect", { width: 36, height: 36, rx: isApp ? 10 : 8, fill: COLOURS[number(name) % COLOURS.length] }),
  );
  if (isApp)
    box.append(
      shape("circle", {
        cx: 18,
        cy: 18,
        r: 12,
        fill: "none",
        stroke: "#fff",
        "stroke-opacity": 0.35,
        "stroke-width": 2,
      }),
    );
  const place = { x: 18, y: 23.5, "text-anchor": "middle", "font-size": 15, "font-weight": 700, fill: "#fff" };
  box.append(shape("text", place, initials(name)));
  return box;
}

function initials(name) {
  const words = name.trim().split(/\s+/).filter(Boolean);
  const letters = words.length > 1 ? [words[0], words.at(-1)] : words;
  return letters.map((word) => [...word][0].toUpperCase()).join("");
}
