// SPDX-License-Identifier: GPL-3.0-or-later
// What all pictures share: words, numbers, colours, dashes, axes, panels, legends.
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);

// ---- words ----

// A text of the page in its language; values stand in {places}.
const say = (text, values = {}) =>
  set(
    (data.texts[text] || text).replace(/\{(\w+)\}/g, (place, name) =>
      name in values ? values[name] : place,
    ),
  );
// In Japanese a number stays on the line of its unit, as in language.py.
const UNIT = /(\d) (?=[%件年組人回個反団都関ポ割点円])/g;
const inJapanese = document.documentElement.lang === "ja";
function set(text) {
  return inJapanese ? text.replace(/） (?=[^\x00-\x7f])/g, "）").replace(UNIT, "$1\u00a0") : text;
}
const WRITTEN = {
  jica: "JICA",
  moe: "MoE",
  jcm: "JCM",
  clair: "CLAIR",
  meti: "METI",
  cat23: "CAT23",
  knowhow: "know-how",
  gini: "Gini",
};
// A name of the file in words; of one with a remark in brackets the name alone is translated.
function words(name) {
  const text = String(name);
  if (text in data.names) return data.names[text];
  if (/^[a-z]\w*\.[a-z]\w*(,|$)/.test(text)) return text; // a parameter, as a configuration has it
  for (const mark of [" (", ": "]) {
    const [head, ...rest] = text.split(mark);
    if (rest.length && head in data.names)
      return `${data.names[head]}${mark === ": " ? say(": ") : mark}${mark === ": " ? words(rest.join(mark)) : rest.join(mark)}`;
  }
  const parts = text.split("-"); // the difference of two measures
  if (parts.length === 2 && parts.every((part) => part in data.docs.summary))
    return say("{one} less {other}", { one: words(parts[0]), other: words(parts[1]) });
  return text.replaceAll("_", " ").replace(/[a-z]+[0-9]*/g, (word) => WRITTEN[word] || word);
}

// ---- colours ----

// One colour, one meaning (colours.py): a mode has its own, scenarios have theirs, the rest is told
// by place. Paper is light.
const dark = window.matchMedia("(prefers-color-scheme: dark)");
let look = data.theme.light;
function chooseLook(printing) {
  look = dark.matches && !printing ? data.theme.dark : data.theme.light;
}
chooseLook(false);

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
const MODE_DASHES = { city_to_city: "solid", regional: [7, 4] };
const FONT = getComputedStyle(document.body).fontFamily;

const distinct = (rows, column) => [...new Set(rows.map((row) => row[column]))];
const known = (value) => value !== null && value !== undefined;
const escaped = (text) => String(text).replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`);

function format(value, digits = 3) {
  if (!known(value)) return say("n/a");
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

const percent = (value) => (known(value) ? `${significant(100 * value)}\u00a0%` : say("n/a"));
const isShare = (row, chart) => chart.share || (chart.unit && row[chart.unit] === "share");

// Ends of the interval of a row, where it has one.
const endsOf = (row, chart) => {
  const low = row[chart.low || "low"],
    high = row[chart.high || "high"];
  return known(low) && known(high) ? [low, high] : null;
};

// A number to so many decimals (below 0: tens, hundreds, …).
function rounded(value, decimals) {
  const unit = 10 ** -decimals,
    whole = Math.round(value / unit) * unit || 0; // no −0
  const places = Math.min(6, Math.max(0, decimals));
  const text =
    Math.abs(whole) >= 1000 && !places
      ? Math.round(whole).toLocaleString("en")
      : whole.toFixed(places);
  return text.replace("-", "−");
}

// All but a few thousandths: the lower end, rounded down, tells enough; see nearly_all() in part.py.
const NEARLY_ALL = 0.995;
function nearlyAll(least) {
  const low = (Math.floor(1000 * least + 1e-9) / 10).toFixed(1);
  return { value: `>\u00a0${low}\u00a0%`, ends: say("({low} to {high})", { low, high: "100" }) };
}

// An estimate with its interval, as exact as the interval allows: see decimals_of() and, of
// differences, decimals_apart() in part.py. A difference of shares is in points.
function spanOf(value, ends, share, difference = false) {
  const scale = share ? 100 : 1,
    unit = share ? (difference ? say(" points") : "\u00a0%") : "";
  if (!known(value)) return { value: say("n/a"), ends: "" };
  if (!ends || !(ends[1] > ends[0]))
    return { value: significant(scale * value) + unit, ends: "" };
  if (share && !difference && ends[0] >= NEARLY_ALL && ends[1] <= 1) return nearlyAll(ends[0]);
  let ofWidth = -Math.floor(Math.log10((scale * (ends[1] - ends[0])) / 5) + 1e-9);
  const figures = value ? Math.floor(Math.log10(Math.abs(scale * value))) : 0;
  const width = scale * (ends[1] - ends[0]);
  if (ofWidth > 0 && figures + ofWidth > 2 && width * 10 ** (ofWidth - 1) >= 3) ofWidth -= 1;
  let decimals = Math.max(ofWidth, Math.min(0, 1 - figures)); // whole numbers keep two figures
  const nearest = scale * (ends[0] > 0 ? ends[0] : ends[1]),
    apart = difference && (ends[0] > 0 || ends[1] < 0);
  while (apart && decimals < 6 && Math.round(nearest * 10 ** decimals) === 0) decimals += 1;
  const [low, high] = ends.map((end) => rounded(scale * end, decimals));
  return {
    value: rounded(scale * value, decimals) + unit,
    ends: say("({low} to {high})", { low, high }),
  };
}

function spanText(row, y, chart) {
  const found = spanOf(row[y], endsOf(row, chart), isShare(row, chart), chart.kind === "forest");
  return found.ends ? `${found.value}${say(" ")}${found.ends}` : found.value;
}

// Colour and dash of a series: the same in every picture, whatever is shown of it.
function styleOf(name, chart) {
  if (name in MODE_DASHES) return [look[name], MODE_DASHES[name]];
  const place =
    chart.series === "scenario" ? data.scenarios.indexOf(name) : chart.order.indexOf(name);
  return [look.scenarios[place % look.scenarios.length], DASHES[place % DASHES.length]];
}

// Names of the series among the rows, in the order of the part.
const seriesOf = (rows, chart) =>
  chart.order.filter((name) => rows.some((row) => row[chart.series] === name));

function axis(extra) {
  return {
    axisLine: { lineStyle: { color: look.border } },
    axisLabel: { color: look.soft, fontSize: 11 },
    splitLine: { lineStyle: { color: look.line } },
    nameTextStyle: { color: look.soft, fontSize: 11, lineHeight: 14 },
    ...extra,
  };
}

// How the box that tells a number looks.
const tipLook = () => ({
  backgroundColor: look.raised,
  borderColor: look.border,
  textStyle: { color: look.ink, fontSize: 12 },
});

function frameOf(description, decal) {
  return {
    animation: false,
    textStyle: { fontFamily: FONT, color: look.ink },
    tooltip: tipLook(),
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
  if (names.length < 2) return { height: 0, legend: { show: false } }; // the title says whose it is
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
      textStyle: { color: look.ink, fontSize: 12 },
      width,
    },
  };
}

// Title of panel `at` of a grid; where panels stand alone it has the whole width of the picture,
// beside others it breaks where the next one begins, upwards.
function titleOf(text, unit, grid, at) {
  const place = grid.places[at],
    title = words(text);
  return {
    text: title + (unit && !title.endsWith(unit) ? `  {u|${words(unit)}}` : ""),
    left: grid.across === 1 ? 8 : place.left,
    top: place.top - 10,
    textVerticalAlign: "bottom",
    padding: [0, 5],
    textStyle: {
      ...(grid.across === 1 ? {} : { width: place.width + 14, overflow: "break" }),
      fontSize: 13,
      fontWeight: 600,
      color: look.ink,
      rich: { u: { fontSize: 11, color: look.soft } },
    },
  };
}
