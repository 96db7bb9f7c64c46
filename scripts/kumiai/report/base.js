// SPDX-License-Identifier: GPL-3.0-or-later
// What all pictures share: words, numbers, colours, dashes, axes, panels, legends.
"use strict";

const PALETTE = [
  "#0072B2",
  "#E69F00",
  "#009E73",
  "#CC79A7",
  "#56B4E9",
  "#D55E00",
  "#000000",
  "#8A7F00",
];
const FLOOR = 0.01; // of logarithmic scales
const DASHES = [
  "solid",
  [8, 3],
  [2, 2],
  [8, 3, 2, 3],
  [4, 2, 1, 2, 1, 2],
  [12, 3],
  [3, 3],
  [6, 2, 6, 5],
];
const STYLES = { city_to_city: ["#0072B2", "solid"], regional: ["#D55E00", [7, 4]] };
const FONT = getComputedStyle(document.body).fontFamily;
const INK = "#1f2933",
  SOFT = "#52606d",
  GRID = "#e3e7eb";

const WRITTEN = {
  jica: "JICA",
  moe: "MoE",
  jcm: "JCM",
  clair: "CLAIR",
  meti: "METI",
  knowhow: "know-how",
  gini: "Gini",
};
const words = (name) =>
  String(name)
    .replaceAll("_", " ")
    .replace(/[a-z]+/g, (word) => WRITTEN[word] || word);
// Titles of panels whose measure's name alone tells too little.
const PANELS = {
  ties_city_to_city: "city-to-city ties",
  ties_regional: "regional ties",
  share_top1: "projects of the largest donor",
  share_top3: "projects of the three largest donors",
  gini_donors: "Gini coefficient of active donors",
  donors_active: "active donors",
  knowhow_kept: "know-how kept: local governments",
  knowhow_kept_cooperatives: "know-how kept: cooperatives",
  knowhow_passed_on: "know-how passed on",
};
const distinct = (rows, column) => [...new Set(rows.map((row) => row[column]))];
const known = (value) => value !== null && value !== undefined;
const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function format(value, digits = 3) {
  if (!known(value)) return "n/a";
  const size = Math.abs(value);
  const text =
    size >= 1000
      ? Math.round(value).toLocaleString("en")
      : size === 0
        ? "0"
        : String(Number(value.toPrecision(digits)));
  return text.replace("-", "−");
}

// As format, but with the zeros that tell how exact a number is meant to be.
function significant(value) {
  const size = Math.abs(value);
  return known(value) && size >= 0.001 && size < 1000
    ? value.toPrecision(3).replace("-", "−")
    : format(value);
}

const percent = (value) => (known(value) ? `${significant(100 * value)}\u00a0%` : "n/a");
const isShare = (row, chart) => chart.share || (chart.unit && row[chart.unit] === "share");
const shower = (row, chart) => (isShare(row, chart) ? percent : significant);

function spanText(row, y, show) {
  const interval = known(row.low) ? ` (${show(row.low)} to ${show(row.high)})` : "";
  return show(row[y]) + interval;
}

// Colour and dash of a series: the same in every picture of a part, whatever is shown of it.
function styleOf(name, chart) {
  const place = chart.order.indexOf(name);
  return STYLES[name] || [PALETTE[place % PALETTE.length], DASHES[place % DASHES.length]];
}

// Names of the series among the rows, in the order of the part.
const seriesOf = (rows, chart) =>
  chart.order.filter((name) => rows.some((row) => row[chart.series] === name));

function axis(extra) {
  return {
    axisLine: { lineStyle: { color: "#9aa5b1" } },
    axisLabel: { color: SOFT, fontSize: 11 },
    splitLine: { lineStyle: { color: GRID } },
    nameTextStyle: { color: SOFT, fontSize: 11, lineHeight: 14 },
    ...extra,
  };
}

function frameOf(description, decal) {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: INK },
    aria: { enabled: true, label: { description }, decal: { show: decal } },
  };
}

// Places of panels in a grid: [{left, top, width, height}], how many across, and the whole height.
function panels(count, width, most, panelHeight, above, between = 84) {
  const across = width < 640 ? 1 : Math.min(most, count);
  const left = 62,
    right = 24, // half of the last label of an axis
    gap = 70;
  const each = (width - left - right - gap * (across - 1)) / across;
  const places = Array.from({ length: count }, (_, i) => ({
    left: left + (i % across) * (each + gap),
    width: each,
    height: panelHeight,
    top: above + Math.floor(i / across) * (panelHeight + between),
  }));
  const height = above + Math.ceil(count / across) * (panelHeight + between) - 30;
  return { places, across, height };
}

// Height of a legend of so many names, and the legend itself.
function legendOf(names, whole) {
  const width = whole - 16; // its padding and that of the last name
  let lines = 1,
    used = 0;
  for (const name of names) {
    const length = echarts.format.getTextRect(words(name), `12px ${FONT}`).width + 54;
    if (used + length > width) {
      lines += 1;
      used = 0;
    }
    used += length;
  }
  return {
    height: 26 * lines,
    legend: {
      data: names.map(String),
      top: 0,
      left: 0,
      itemWidth: 34,
      itemHeight: 12,
      formatter: words,
      textStyle: { color: INK, fontSize: 12 },
      width,
    },
  };
}

// Title of panel `at` of a grid; where panels stand alone it has the whole width of the picture.
function titleOf(text, unit, grid, at) {
  const place = grid.places[at],
    title = PANELS[text] || words(text);
  return {
    text: title + (unit && !title.endsWith(unit) ? `  {u|${unit}}` : ""),
    left: grid.across === 1 ? 8 : place.left,
    top: place.top - 30,
    textStyle: {
      fontSize: 13,
      fontWeight: 600,
      color: INK,
      rich: { u: { fontSize: 11, color: SOFT } },
    },
  };
}
