// SPDX-License-Identifier: GPL-3.0-or-later
// The page: parts from the data, the chosen scenario, tables that sort, downloads, print.
"use strict";

const MOST_ROWS = 400;
const scenarioSelect = document.getElementById("scenario");
const chosen = () => (scenarioSelect ? scenarioSelect.value : data.scenarios[0]);
const charts = new Map();

// ---- tables ----

function rowsOf(part) {
  const names = Object.keys(part.columns);
  const full = names.map((name) => {
    const column = part.columns[name];
    return Array.isArray(column) ? column : column.codes.map((code) => column.labels[code]);
  });
  const count = full.length ? full[0].length : 0;
  return Array.from({ length: count }, (_, i) =>
    Object.fromEntries(names.map((name, j) => [name, full[j][i]])),
  );
}

// The series of a part, those with most first unless they are scenarios: order gives colours.
function orderOf({ rows, chart }) {
  const names = distinct(rows, chart.series),
    value = chart.x === "mean" ? "mean" : chart.y;
  if (chart.series === "scenario") return names;
  if (chart.series === "mode") return data.modes.filter((mode) => names.includes(mode));
  const total = (name) =>
    rows.reduce((sum, row) => sum + (row[chart.series] === name ? row[value] : 0), 0);
  const totals = new Map(names.map((name) => [name, total(name)]));
  return names.sort((a, b) => totals.get(b) - totals.get(a));
}

for (const part of Object.values(data.parts)) {
  part.rows = rowsOf(part);
  if (part.chart.series) part.chart.order = orderOf(part);
}

// Words of the file are shown as words; names of agents stay as they are.
const HEADS = {
  name_local: data.japan ? "name in Japanese" : "local name",
  d: "Cohen's d",
  p_corrected: "p, corrected",
};
const AS_THEY_ARE = ["name_local", "name_latin", "verdict", "meaning", "code", "target", "source", "use"];
const columnHead = (name) => (name in HEADS ? say(HEADS[name]) : words(name));
const cellText = (name, value) =>
  typeof value === "number"
    ? format(value, 4)
    : !known(value)
      ? ""
      : AS_THEY_ARE.includes(name) || value === ""
        ? value
        : words(value);

// A column without a word tells nothing, nor what is the same all the way down and said above.
const SAID_ABOVE = ["scenario", "metric", "measure", "meaning"];
function tells(rows, name) {
  const values = distinct(rows, name);
  return (
    values.some((value) => known(value) && value !== "") &&
    (!SAID_ABOVE.includes(name) || values.length > 1)
  );
}

// Columns to show: an estimate and the ends of its interval stand in one.
function columnsOf(rows, chart) {
  const names = rows.length ? Object.keys(rows[0]) : [];
  const estimate = ["mean", "share", "difference", "projects"].find((name) => names.includes(name));
  const ends = (name) =>
    names.includes(`${name}_low`)
      ? [`${name}_low`, `${name}_high`]
      : name === estimate && names.includes("low")
        ? ["low", "high"]
        : [];
  const inside = new Set(names.flatMap(ends));
  return names
    .filter((name) => !inside.has(name) && tells(rows, name))
    .map((name) => ({
      name,
      ends: ends(name),
      share: (chart.shares || (chart.share ? ["share"] : [])).includes(name),
      text: rows.some((row) => typeof row[name] === "string"),
    }));
}

// A cell: the estimate, and its interval, which stands below it on a narrow screen.
function cellOf(row, { name, ends, share, text }) {
  const cell = element("td"),
    value = row[name];
  if (ends.length && known(row[ends[0]])) {
    const span = ends.map((end) => row[end]),
      found = spanOf(value, span, share);
    cell.className = "interval";
    cell.append(
      element("span", {}, found.value),
      " ",
      element("span", { class: "ends" }, found.ends || say("(all equal)")),
    );
  } else {
    const lacking = !ends.length ? cellText(name, value) : format(value); // three figures where no interval allows more
    cell.append(share && known(value) ? percent(value) : lacking);
    if (text) cell.className = cell.textContent.length > 40 ? "text long" : "text";
  }
  if (name === "name_local" && data.japan) cell.lang = "ja";
  return cell;
}

function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...children);
  return made;
}

function bodyOf(rows, shown) {
  const body = element("tbody");
  for (const row of rows.slice(0, MOST_ROWS)) {
    const line = element("tr");
    line.append(...shown.map((column) => cellOf(row, column)));
    body.append(line);
  }
  return body;
}

function compare(a, b) {
  if (!known(a) || !known(b)) return known(b) - known(a);
  return typeof a === "number" && typeof b === "number"
    ? a - b
    : String(a).localeCompare(String(b), "en");
}

function sortBy(table, rows, shown, name, head) {
  const down = head.getAttribute("aria-sort") === "ascending";
  for (const other of table.querySelectorAll("th")) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", down ? "descending" : "ascending");
  const sorted = [...rows].sort((a, b) =>
    down ? compare(b[name], a[name]) : compare(a[name], b[name]),
  );
  table.tBodies[0].replaceWith(bodyOf(sorted, shown));
  headCells(table);
}

function tableOf(rows, caption, chart) {
  const shown = columnsOf(rows, chart),
    table = element("table"),
    line = element("tr");
  table.append(element("caption", { class: "sr" }, caption));
  for (const { name, text } of shown) {
    const button = element("button", { type: "button" }, columnHead(name));
    // On paper the words alone: a head with a button is not repeated on the next sheet.
    const head = element("th", { scope: "col", "data-head": button.textContent }, button);
    if (text) head.className = "text";
    button.addEventListener("click", () => sortBy(table, rows, shown, name, head));
    line.append(head);
  }
  table.append(element("thead", {}, line), bodyOf(rows, shown));
  headCells(table);
  return table;
}

function putTable(place, rows, caption, chart) {
  place.replaceChildren(tableOf(rows, caption, chart));
  place.tabIndex = 0;
  place.setAttribute("role", "region");
  place.setAttribute("aria-label", caption);
  if (rows.length > MOST_ROWS) {
    place.append(
      element(
        "p",
        { class: "note" },
        say("The first {shown} of {all} rows; the download has all.", {
          shown: MOST_ROWS,
          all: rows.length,
        }),
      ),
    );
  }
  stackWhereNarrow(place);
}

// One row per scenario and row key, one column per value across: the risk table.
const ageHead = (years) => say("at {years} y", { years });
function wideRows(rows, chart) {
  const across = [...new Set(rows.map((row) => row[chart.across]))].sort((a, b) => a - b);
  const found = new Map();
  for (const row of rows) {
    const key = `${row.scenario}|${row[chart.row]}`;
    if (!found.has(key)) {
      found.set(key, {
        scenario: row.scenario,
        [chart.row]: row[chart.row],
        ...Object.fromEntries(across.map((x) => [ageHead(x), null])),
      });
    }
    found.get(key)[ageHead(row[chart.across])] = row[chart.value];
  }
  return [...found.values()];
}

// ---- downloads ----

function csvCell(value) {
  const text = known(value) ? String(value) : "";
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvOf(rows) {
  const names = rows.length ? Object.keys(rows[0]) : [];
  return (
    [names, ...rows.map((row) => names.map((name) => row[name]))]
      .map((line) => line.map(csvCell).join(","))
      .join("\n") + "\n"
  );
}

function download(name, rows) {
  // The mark at the head makes spreadsheets read the Japanese names as what they are.
  const blob = new Blob(["\ufeff", csvOf(rows)], { type: "text/csv;charset=utf-8" });
  const link = element("a", { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

// ---- parts ----

// Rows that a picture shows: those of the chosen scenario (and of the first), of the chosen measure.
function shownRows(part, figure) {
  const { pick, choose } = part.chart,
    names = pick === "only" ? [chosen()] : [data.scenarios[0], chosen()];
  let rows = pick ? part.rows.filter((row) => names.includes(row.scenario)) : part.rows;
  if (choose) rows = rows.filter((row) => row[choose] === figure.querySelector("select").value);
  return part.chart.most ? mostOf(rows, part.chart) : rows;
}

// The panels whose lines end highest.
function mostOf(rows, chart) {
  const top = new Map();
  for (const row of rows)
    top.set(row[chart.facet], Math.max(top.get(row[chart.facet]) || 0, row[chart.y]));
  const kept = [...top.keys()].sort((a, b) => top.get(b) - top.get(a)).slice(0, chart.most);
  return kept.flatMap((facet) => rows.filter((row) => row[chart.facet] === facet));
}

function showQuery(part, figure) {
  const { choose } = part.chart,
    metric = choose ? figure.querySelector("select").value : "";
  const flow = choose && data.flows.includes(metric) && figure.dataset.part === "series";
  const text = (flow ? data.flow_query : part.query).replaceAll(
    "{metric}",
    (metric || distinct(part.rows, "measure")[0] || "").replace("-", '" - "'),
  );
  figure.querySelector(".query code").textContent = text;
}

function draw(figure) {
  const key = figure.dataset.part,
    part = data.parts[key],
    place = figure.querySelector(".drawing");
  const { kind, pick } = part.chart,
    rows = shownRows(part, figure);
  figure.querySelector(".shown").textContent =
    pick && data.scenarios.length > 1 ? ` · ${words(chosen())}` : "";
  showQuery(part, figure);
  if (kind === "table" || kind === "wide") {
    const table = kind === "wide" ? wideRows(rows, part.chart) : rows;
    place.classList.add("table");
    putTable(place, table, part.title, part.chart);
    return;
  }
  const description = `${part.title}. ${figure.querySelector(".finding")?.textContent || ""} ${say("The table below holds its data.")}`;
  const width = place.clientWidth,
    printing = document.documentElement.classList.contains("printing"),
    made = DRAW[kind](rows, part.chart, width, description, printing);
  place.style.height = `${made.height}px`;
  let chart = charts.get(key);
  if (!chart) {
    chart = echarts.init(place, null, { renderer: "svg", width, height: made.height });
    charts.set(key, chart);
  }
  chart.resize({ width, height: made.height });
  chart.setOption(made.option, { notMerge: true });
}

function fillChoice(figure, part) {
  const { choose } = part.chart,
    select = figure.querySelector("select"),
    doc = figure.querySelector(".doc");
  for (const name of distinct(part.rows, choose))
    select.append(element("option", { value: name }, words(name)));
  if (part.chart.first) select.value = part.chart.first;
  const explain = () => {
    const table = figure.dataset.part === "series" ? "series" : "summary";
    doc.textContent = data.docs[table][select.value] || "";
    if (part.chart.titles)
      figure.querySelector("h3").textContent = part.chart.titles[select.value] || part.title;
  };
  select.addEventListener("change", () => {
    explain();
    draw(figure);
  });
  explain();
}

function prepare(figure) {
  const key = figure.dataset.part,
    part = data.parts[key];
  if (part.chart.choose) fillChoice(figure, part);
  figure
    .querySelector(".csv")
    .addEventListener("click", () =>
      download(`report_${key}.csv`, part.chart.kind === "map" ? mapRows() : part.rows),
    );
  const details = figure.querySelector(".data");
  details?.addEventListener("toggle", () => {
    const place = details.querySelector(".table");
    if (details.open && !place.hasChildNodes()) putTable(place, part.rows, part.title, part.chart);
  });
}

const figures = [...document.querySelectorAll("figure.part")];
const drawn = figures.filter((figure) => data.parts[figure.dataset.part].chart.kind !== "map");
const drawAll = () => drawn.forEach(draw);

figures.forEach(prepare);
drawAll();
document.querySelectorAll(".scroll table").forEach(headCells);
stackAll();
if (data.parts.map) startMap();

scenarioSelect?.addEventListener("change", () => {
  drawn.filter((figure) => data.parts[figure.dataset.part].chart.pick).forEach(draw);
  if (data.parts.map) changeMap();
});

let waiting = 0,
  lastWidth = document.documentElement.clientWidth;
window.addEventListener("resize", () => {
  if (document.documentElement.clientWidth === lastWidth) return;
  lastWidth = document.documentElement.clientWidth;
  clearTimeout(waiting);
  waiting = setTimeout(() => {
    drawAll();
    stackAll();
    if (data.parts.map) resizeMap();
  }, 150);
});

dark.addEventListener("change", () => {
  chooseLook(false);
  drawAll();
  if (data.parts.map) repaintMap();
});

// A sheet of paper: all is drawn at its width before the browser divides the page into sheets, and
// what the scenarios change is told.
const changes = document.querySelector("#run details:has(ul)");
let wereOpen = false;
function redraw(printing) {
  document.documentElement.classList.toggle("printing", printing);
  chooseLook(printing);
  if (changes) {
    if (printing) wereOpen = changes.open;
    changes.open = printing || wereOpen;
  }
  drawAll();
  if (data.parts.map) {
    repaintMap();
    resizeMap();
  }
}
window.addEventListener("beforeprint", () => redraw(true));
window.addEventListener("afterprint", () => redraw(false));
