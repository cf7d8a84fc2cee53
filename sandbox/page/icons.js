// SVG icons for buttons and markers, so that no font has to provide them.

const SVG = "http://www.w3.org/2000/svg";
const PATHS = {
  cross: "M5 5l10 10M15 5L5 15",
  back: "M12 4l-6 6 6 6",
  down: "M5 8l5 5 5-5",
  more: "M10 4.5v.01M10 10v.01M10 15.5v.01",
  menu: "M3 5h14M3 10h14M3 15h14",
  people:
    "M7.5 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM2 16.5c0-3 2.2-5 5.5-5s5.5 2 5.5 5zM13 3.8a3 3 0 0 1 0 5.4M15 11.9c1.9.7 3 2.4 3 4.6",
  eye: "M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10zM10 12.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z",
  smile:
    "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM6.8 11.5c.6 1.6 1.8 2.4 3.2 2.4s2.6-.8 3.2-2.4M7.5 7.8v.01M12.5 7.8v.01",
  reply: "M3 4h14v10H9l-4 3v-3H3z",
  lightning: "M11 2.5L4.5 11H9l-.5 6.5L15.5 9H11z",
  send: "M3 3.5l14.5 6.5L3 16.5 5 10zM5 10h6",
  at: "M13 10a3 3 0 1 1-6 0 3 3 0 0 1 6 0zm0 0v1c0 1.2.8 2 2 2s2.2-1 2.2-3.2A7.2 7.2 0 1 0 13 16.5",
  lock: "M5 9h10v8H5zM7 9V6.5a3 3 0 0 1 6 0V9",
  file: "M5 2.5h7l3.5 3.5v11.5H5zM12 2.5V6h3.5",
  clip: "M14.5 9.5l-5.2 5.2a3.2 3.2 0 0 1-4.5-4.5l6-6a2.2 2.2 0 0 1 3.1 3.1l-5.7 5.7a1 1 0 0 1-1.5-1.5l5-5",
  clock: "M10 17.5a7.5 7.5 0 1 0 0-15 7.5 7.5 0 0 0 0 15zM10 5.5V10l3 2",
};

export function icon(name) {
  const drawing = document.createElementNS(SVG, "svg");
  const attributes = {
    viewBox: "0 0 20 20",
    width: 18,
    height: 18,
    fill: "none",
    stroke: "currentColor",
    "stroke-width": name === "more" ? 2.6 : 1.6,
    "stroke-linecap": "round",
    "stroke-linejoin": "round",
    class: "icon",
    "aria-hidden": "true",
  };
  for (const [key, value] of Object.entries(attributes)) drawing.setAttribute(key, value);
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  drawing.append(path);
  return drawing;
}
