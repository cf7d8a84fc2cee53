// Pie charts: segments start at twelve o'clock.

import { svg } from "./dom.js";

const [X, Y, RADIUS] = [240, 130, 115];

export function pie({ segments }) {
  const all = segments.reduce((sum, { value }) => sum + value, 0);
  if (segments.length === 1) return [svg("circle", { cx: X, cy: Y, r: RADIUS, class: "bk-slice bk-colour-0" })];
  let from = 0;
  return segments.map(({ value }, number) => {
    const to = from + value / all;
    const path = svg("path", { d: slice(from, to), class: `bk-slice bk-colour-${number}` });
    from = to;
    return path;
  });
}

function slice(from, to) {
  const isLarge = to - from > 0.5 ? 1 : 0;
  return `M${X} ${Y}L${point(from)}A${RADIUS} ${RADIUS} 0 ${isLarge} 1 ${point(to)}Z`;
}

function point(turn) {
  const angle = (turn - 0.25) * 2 * Math.PI;
  return `${(X + RADIUS * Math.cos(angle)).toFixed(2)} ${(Y + RADIUS * Math.sin(angle)).toFixed(2)}`;
}
