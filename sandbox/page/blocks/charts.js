// Charts: an SVG, its legend, and the numbers as a table for screen readers.

import { axes } from "./chart_axes.js";
import { h, newId, svg } from "./dom.js";
import { pie } from "./chart_pie.js";

const numbers = new Intl.NumberFormat("en", { maximumFractionDigits: 2 });

export function charts({ title, chart }) {
  const id = newId();
  const { columns, rows } = tableOf(chart);
  return h(
    "figure",
    { class: "bk-chart", "aria-labelledby": id },
    h("figcaption", { id, class: "bk-title" }, title),
    svg(
      "svg",
      { viewBox: "0 0 480 260", role: "img", "aria-label": `${title}: ${describe(chart)}` },
      chart.type === "pie" ? pie(chart) : axes(chart),
    ),
    legend(chart),
    h("div", { class: "bk-spoken" }, dataOf(title, columns, rows)),
  );
}

function describe({ type, segments, series, axis_config: axis }) {
  if (type === "pie") return `pie chart of ${segments.length} ${segments.length === 1 ? "part" : "parts"}`;
  const { categories, x_label: x, y_label: y } = axis;
  const labels = [x && `, across: ${x}`, y && `, up: ${y}`].filter(Boolean).join("");
  const range = categories.length > 1 ? `${categories[0]} to ${categories.at(-1)}` : categories[0];
  return `${type} chart of ${series.map(({ name }) => name).join(", ")}, ${range}${labels}`;
}

/** The chart's numbers as a table, one row per segment or category. */
function tableOf({ type, segments, series, axis_config: axis }) {
  if (type === "pie") return { columns: ["", "Value"], rows: segments.map(({ label, value }) => [label, value]) };
  const value = (data, category) => data.find(({ label }) => label === category)?.value;
  const rows = axis.categories.map((category) => [category, ...series.map(({ data }) => value(data, category))]);
  return { columns: [axis.x_label ?? "", ...series.map(({ name }) => name)], rows };
}

function dataOf(title, columns, rows) {
  const cell = (value) => h("td", {}, value == null ? "–" : numbers.format(value));
  const [corner, ...heads] = columns;
  return h(
    "table",
    {},
    h("caption", {}, title),
    h(
      "thead",
      {},
      h(
        "tr",
        {},
        h("td", {}, corner),
        heads.map((words) => h("th", { scope: "col" }, words)),
      ),
    ),
    h(
      "tbody",
      {},
      rows.map(([label, ...values]) => h("tr", {}, h("th", { scope: "row" }, label), values.map(cell))),
    ),
  );
}

function legend({ type, segments, series }) {
  if (type === "pie")
    return keys(segments.map(({ label, value }) => `${label} ${numbers.format(value)} (${share(value, segments)})`));
  return series.length > 1 ? keys(series.map(({ name }) => name)) : null;
}

function share(value, segments) {
  const all = segments.reduce((sum, segment) => sum + segment.value, 0);
  return `${Math.round((value / all) * 100)} %`;
}

function keys(words) {
  const key = (each, number) => h("li", {}, h("span", { class: `bk-key bk-colour-${number}` }), each);
  return h("ul", { class: "bk-legend", "aria-hidden": "true" }, words.map(key));
}
