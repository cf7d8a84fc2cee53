// Bar, line and area charts: scale, axes and data.

import { svg } from "./dom.js";

const [LEFT, RIGHT, TOP, BOTTOM] = [52, 472, 12, 208];
const LETTER = 6.5;
const GAP = 8;
const ROUND = [1, 2, 2.5, 5, 10];
const ticks = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 2 });

export function axes(chart) {
  const { categories, x_label: x, y_label: y } = chart.axis_config;
  const scale = scaleOf(chart);
  return [
    scale.steps.map((value) => grid(value, scale)),
    categories.map((category, number) => label(category, number, scale)),
    x && svg("text", { x: (LEFT + RIGHT) / 2, y: scale.leans ? 256 : 246, class: "bk-axis" }, x),
    y && svg("text", { x: -(TOP + BOTTOM) / 2, y: 11, transform: "rotate(-90)", class: "bk-axis" }, y),
    chart.series.map((series, number) =>
      DRAWN[chart.type](pointsOf(series, scale), number, chart.series.length, scale),
    ),
  ];
}

/** Computes the positions of values and categories; the scale always includes zero. */
function scaleOf({ series, axis_config: axis }) {
  const all = series.flatMap(({ data }) => data.map(({ value }) => value));
  const [least, most] = [Math.min(0, ...all), Math.max(0, ...all)];
  const step = roundStep((most - least || 1) / 4, all.every(Number.isInteger));
  const [low, high] = [Math.floor(least / step) * step, Math.max(Math.ceil(most / step) * step, step)];
  const count = Math.round((high - low) / step);
  const width = (RIGHT - LEFT) / axis.categories.length;
  return {
    categories: axis.categories,
    steps: Array.from({ length: count + 1 }, (_, number) => low + number * step),
    width,
    leans: axis.categories.some((words) => words.length * LETTER + GAP > width),
    x: (number) => LEFT + width * (number + 0.5),
    y: (value) => BOTTOM - ((value - low) / (high - low)) * (BOTTOM - TOP),
  };
}

/** Returns a round step not smaller than `rough`, and a whole one if all values are whole. */
function roundStep(rough, whole) {
  const power = 10 ** Math.floor(Math.log10(whole ? Math.max(rough, 1) : rough));
  const fits = (step) => step >= rough * 0.999 && (!whole || Number.isInteger(step));
  return ROUND.map((each) => each * power).find(fits);
}

function grid(value, { y }) {
  const at = y(value);
  return svg(
    "g",
    {},
    svg("line", { x1: LEFT, x2: RIGHT, y1: at, y2: at, class: value === 0 ? "bk-zero" : "bk-grid" }),
    svg("text", { x: LEFT - 6, y: at + 4, class: "bk-tick bk-end" }, ticks.format(value)),
  );
}

/** Rotates the labels if there are too many to fit side by side. */
function label(words, number, { x, leans }) {
  const at = x(number);
  const y = leans ? 219 : 224;
  const lean = leans ? `rotate(-35 ${at} ${y})` : null;
  const cut = leans && words.length > 8 ? `${words.slice(0, 7)}…` : words;
  return svg("text", { x: at, y, transform: lean, class: leans ? "bk-tick bk-end" : "bk-tick" }, cut);
}

function pointsOf({ data }, { categories, x, y }) {
  return categories.flatMap((category, number) => {
    const value = data.find((point) => point.label === category)?.value;
    return value === undefined ? [] : [{ x: x(number), y: y(value) }];
  });
}

function bars(points, number, count, { width, y }) {
  const room = (width * 0.7) / count;
  const zero = y(0);
  return points.map((point) =>
    svg("rect", {
      class: `bk-colour-${number}`,
      x: point.x - (room * count) / 2 + room * number + room * 0.05,
      y: Math.min(point.y, zero),
      width: room * 0.9,
      height: Math.max(Math.abs(point.y - zero), 0.5),
      rx: Math.min(2, room / 4),
    }),
  );
}

const path = (points) =>
  points.map(({ x, y }, number) => `${number ? "L" : "M"}${x.toFixed(1)} ${y.toFixed(1)}`).join("");

function line(points, number) {
  const dots = points.map(({ x, y }) => svg("circle", { cx: x, cy: y, r: 3, class: `bk-colour-${number}` }));
  return [svg("path", { d: path(points), class: `bk-line bk-colour-${number}` }), dots];
}

function area(points, number, count, { y }) {
  const [first, last] = [points[0], points.at(-1)];
  const shape = `${path(points)}L${last.x.toFixed(1)} ${y(0).toFixed(1)}L${first.x.toFixed(1)} ${y(0).toFixed(1)}Z`;
  return [svg("path", { d: shape, class: `bk-area bk-colour-${number}` }), line(points, number)];
}

const DRAWN = { bar: bars, line, area };
