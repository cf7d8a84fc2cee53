// Tables and data tables, by block type.

import { dataTable } from "./data_table.js";
import { h } from "./dom.js";
import { cellWords } from "./rich.js";

function table({ rows, column_settings: columns = [] }, ctx) {
  const [head, ...rest] = rows.length > 1 ? rows : [null, ...rows];
  const shown = (row, tag) =>
    h(
      "tr",
      {},
      row.map((cell, at) => cellOf(tag, cell, columns[at], ctx)),
    );
  return h(
    "div",
    { class: "bk-scroll", tabindex: 0, role: "group", "aria-label": "Table" },
    h(
      "table",
      { class: "bk-table" },
      head && h("thead", {}, shown(head, "th")),
      h(
        "tbody",
        {},
        rest.map((row) => shown(row, "td")),
      ),
    ),
  );
}

function cellOf(tag, cell, { align = "left", is_wrapped: isWrapped } = {}, ctx) {
  const look = `bk-${align}${isWrapped ? " bk-wrapped" : ""}`;
  return h(tag, { class: look, scope: tag === "th" ? "col" : null }, cellWords(cell, ctx));
}

export const TABLES = { table, data_table: dataTable };
