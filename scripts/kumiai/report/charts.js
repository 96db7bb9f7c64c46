// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures from tables. Each function takes rows (objects), the part's chart, a width, a
// description and whether to be low (for a sheet of paper), and returns an ECharts option with the
// height it needs. Nothing here reads the page's state.
"use strict";

// ---- lines with bands ----

function bandOf(rows, chart, colour, name, at) {
  const mine = rows.filter((row) => endsOf(row, chart));
  if (!mine.length) return [];
  const upper = [],
    lower = [];
  mine.forEach((row, i) => {
    if (chart.step && i) {
      upper.push([row[chart.x], mine[i - 1].high]);
      lower.push([row[chart.x], mine[i - 1].low]);
    }
    upper.push([row[chart.x], row.high]);
    lower.push([row[chart.x], row.low]);
  });
  const outline = upper.concat(lower.reverse()),
    heights = outline.map((point) => point[1]),
    x = outline[0][0];
  return [
    {
      type: "custom",
      name,
      xAxisIndex: at,
      yAxisIndex: at,
      silent: true,
      clip: true,
      z: 1,
      color: colour,
      // The two points tell the axis how far the band reaches; the first draws it.
      data: [
        [x, Math.min(...heights)],
        [x, Math.max(...heights)],
      ],
      tooltip: { show: false },
      renderItem: (params, api) =>
        params.dataIndex
          ? null
          : {
              type: "polygon",
              shape: { points: outline.map((point) => api.coord(point)) },
              style: { fill: colour, opacity: 0.16 },
            },
    },
  ];
}

function lineOf(rows, chart, style, name, at) {
  return {
    type: "line",
    name,
    xAxisIndex: at,
    yAxisIndex: at,
    symbol: rows.length === 1 ? "circle" : "none",
    symbolSize: 7,
    step: chart.step ? "end" : false,
    z: 3,
    color: style[0],
    lineStyle: { color: style[0], width: 2, type: style[1] },
    data: rows.map((row) => ({ value: [row[chart.x], row[chart.y]], row })),
  };
}

function lineTip(chart) {
  return {
    trigger: "axis",
    confine: true,
    ...tipLook(),
    formatter: (points) => {
      const lines = points
        .filter((point) => point.data.row)
        .map(({ marker, seriesName, data: { row } }) => {
          const said = spanText(row, chart.y, chart);
          return `${marker} ${escaped(words(seriesName))}: ${said}`;
        });
      return lines.length
        ? [`<b>${format(points[0].axisValue, 4)}</b>`, ...lines].join("<br>")
        : "";
    },
  };
}

const NEAR_ALL = 0.9; // of a share: above it the library would end an axis beyond 100 %

// Axis of values that are not negative begins at 0; one of shares ends at 1.
function rangeOf(rows, chart) {
  const values = rows.map((row) => row[chart.y]),
    share = isShare(rows[0], chart);
  const highest = Math.max(...rows.map((row) => (endsOf(row, chart) || [0, row[chart.y]])[1]));
  const ends = chart.alike ? Math.ceil(20 * highest) / 20 : null; // panels of one scale
  return {
    min: Math.min(...values) >= 0 ? 0 : null,
    max: share && highest > NEAR_ALL && Math.max(...values) <= 1 ? 1 : ends,
  };
}

// How many parts an axis of so many pixels has room to name; the library takes it as a hint.
const partsOf = (width) => Math.max(2, Math.min(5, Math.floor(width / 70)));

const NAME = 36; // pixels of a year and the blank behind it

function lineAxes(rows, chart, at, width) {
  const places = rows.map((row) => row[chart.x]),
    first = Math.min(...places),
    last = Math.max(...places);
  // The ends have their names whatever lies beside them.
  const near = (value, end) =>
    value !== end && (Math.abs(value - end) * width) / (last - first) < NAME;
  const named = (value) => (near(value, first) || near(value, last) ? "" : String(value));
  const across = {
    type: "value",
    gridIndex: at,
    min: "dataMin",
    max: "dataMax",
    minInterval: ["year", "steps"].includes(chart.x) ? 1 : 0, // no year has a fraction
    splitLine: { show: false },
    name: chart.xname,
    nameLocation: "middle",
    nameGap: 24,
    axisLabel: { formatter: named, color: look.soft, hideOverlap: true, showMinLabel: true, showMaxLabel: !chart.step },
  };
  const formatter = isShare(rows[0], chart)
    ? (value) => `${Number((100 * value).toPrecision(3))}\u00a0%`
    : undefined;
  const range = rangeOf(rows, chart);
  const up = { type: "value", gridIndex: at, ...range, axisLabel: { formatter, color: look.soft } };
  return [axis(across), axis(up)];
}

// Lines and bands of one panel. Lines come first: the legend takes its dash from the first series
// of a name.
function linesOf(rows, chart, names, at) {
  const found = [];
  for (const name of names) {
    const line = rows.filter((row) => row[chart.series] === name),
      style = styleOf(name, chart);
    if (!line.length) continue;
    found.push(lineOf(line, chart, style, String(name), at));
    found.push(...bandOf(line, chart, style[0], String(name), at));
  }
  return found;
}

function drawLines(rows, chart, width, description, low) {
  const facets = distinct(rows, chart.facet),
    names = seriesOf(rows, chart);
  const key = legendOf(names, width);
  const grid = panels(
    facets.length,
    width,
    chart.alike ? 3 : 2,
    low ? (chart.alike ? 90 : 110) : chart.alike ? 170 : 230,
    key.height + 40,
    low ? 74 : 84,
  );
  const all = facets.map((facet, at) => {
    const mine = rows.filter((row) => row[chart.facet] === facet);
    return {
      title: titleOf(facet, isShare(mine[0], chart) ? "" : mine[0][chart.unit], grid, at),
      axes: lineAxes(chart.alike ? rows : mine, chart, at, grid.places[at].width),
      series: linesOf(mine, chart, names, at),
    };
  });
  const option = {
    ...frameOf(description, false),
    legend: { ...key.legend, itemStyle: { opacity: 0 } },
    grid: grid.places,
    title: all.map((one) => one.title),
    xAxis: all.map((one) => one.axes[0]),
    yAxis: all.map((one) => one.axes[1]),
    series: all.flatMap((one) => one.series),
    tooltip: lineTip(chart),
  };
  return { option, height: grid.height };
}

// ---- bars with whiskers ----

function whiskerOf(data, axes, colour, layout) {
  return {
    type: "custom",
    ...axes,
    data,
    z: 5,
    silent: true,
    tooltip: { show: false },
    encode: { x: [1, 2], y: 0 },
    renderItem: (_, api) => {
      const middle = layout ? layout(api) : 0;
      const low = api.coord([api.value(1), api.value(0)]),
        high = api.coord([api.value(2), api.value(0)]);
      const y = low[1] + middle,
        cap = 4,
        style = { stroke: colour, lineWidth: 1.6, fill: null };
      return {
        type: "group",
        children: [
          { type: "line", shape: { x1: low[0], y1: y, x2: high[0], y2: y }, style },
          { type: "line", shape: { x1: low[0], y1: y - cap, x2: low[0], y2: y + cap }, style },
          { type: "line", shape: { x1: high[0], y1: y - cap, x2: high[0], y2: y + cap }, style },
        ],
      };
    },
  };
}

const LABEL = { fontSize: 12, lineHeight: 14, width: 132 }; // of a category, in pixels

const wideAs = (text) => echarts.format.getTextRect(text, `${LABEL.fontSize}px ${FONT}`).width;

// A label as lines within a width, broken at its blanks and behind the points and dashes of names of parameters.
function linesOfLabel(text, width) {
  const lines = [];
  for (const part of text.split(/(?<=[ ._])/)) {
    const longer = (lines.at(-1) ?? "") + part;
    if (lines.length && wideAs(longer.trimEnd()) <= width) lines[lines.length - 1] = longer;
    else lines.push(part);
  }
  return lines.map((line) => line.trimEnd());
}

// How many lines that is, where a part that is too long breaks within.
const linesWithin = (text, width) =>
  linesOfLabel(text, width).reduce((sum, line) => sum + Math.max(1, Math.ceil(wideAs(line) / width)), 0);

// Least height of a row, so that the labels of two rows beside each other do not meet.
function leastRow(categories, width) {
  const lines = categories.map((name) => linesWithin(words(name), width));
  const both = lines.map((count, i) => (count + (lines[i + 1] ?? count)) / 2);
  return LABEL.lineHeight * Math.max(...both) + 3;
}

function categoryAxis(categories, at, extra, width = LABEL.width) {
  const formatter = (name) => linesOfLabel(name, width).join("\n");
  return axis({
    type: "category",
    gridIndex: at,
    data: categories.map(words),
    inverse: true,
    axisTick: { show: false },
    splitLine: { show: false },
    axisLabel: { color: look.ink, ...LABEL, width, overflow: "break", interval: 0, formatter },
    ...extra,
  });
}

function barTip(chart) {
  return {
    trigger: "item",
    confine: true,
    ...tipLook(),
    formatter: (point) =>
      point.data && point.data.row
        ? `${escaped(words(point.name))}<br>${point.marker} ${escaped(words(point.seriesName))}: ${spanText(point.data.row, chart.x, chart)}`
        : "",
  };
}

function barsOf(rows, chart, names, categories, at) {
  const found = [];
  names.forEach((name, place) => {
    const mine = rows.filter((row) => row[chart.series] === name);
    const data = categories.map((category) => {
      const row = mine.find((one) => one[chart.category] === category);
      return row ? { value: row[chart.x], row } : null;
    });
    const axes = { xAxisIndex: at, yAxisIndex: at };
    found.push({
      type: "bar",
      name: String(name),
      ...axes,
      data,
      barGap: "10%",
      barCategoryGap: "30%",
      stack: chart.stack ? "all" : undefined,
      color: styleOf(name, chart)[0],
      itemStyle: { borderColor: look.paper, borderWidth: chart.stack ? 1 : 0 },
    });
    const spans = data.map((one, i) => {
      const ends = one && endsOf(one.row, chart);
      return ends ? [i, Math.max(0, ends[0]), ends[1]] : null; // a count is not below zero
    });
    if (!chart.stack && spans.some(Boolean)) {
      found.push(
        whiskerOf(spans.filter(Boolean), axes, look.ink, (api) => {
          const bars = api.barLayout({ count: names.length, barGap: "10%", barCategoryGap: "30%" });
          return bars[place].offsetCenter;
        }),
      );
    }
  });
  return found;
}

const amountOf = (chart) =>
  chart.share ? (value) => `${Number((100 * value).toPrecision(3))}\u00a0%` : (value) => format(value);

// The highest end of a bar or its whisker.
const highestOf = (rows, chart) =>
  Math.max(...rows.map((row) => (endsOf(row, chart) || [0, row[chart.x]])[1]));

function drawBars(rows, chart, width, description, low) {
  const facets = chart.facet ? distinct(rows, chart.facet) : [""];
  const names = seriesOf(rows, chart),
    key = legendOf(names, width);
  const total = (category) =>
    rows
      .filter((row) => row[chart.category] === category)
      .reduce((sum, row) => sum + (row[chart.x] || 0), 0);
  const sorted = (some) => {
    const found = distinct(some, chart.category);
    return chart.ordered ? found : found.sort((a, b) => total(b) - total(a));
  };
  // Panels share their categories unless each has its own, as regions and schemes have.
  const ofPanel = Object.fromEntries(
    facets.map((facet) => [
      facet,
      sorted(chart.own ? rows.filter((row) => row[chart.facet] === facet) : rows),
    ]),
  );
  const mineOf = (facet) => ofPanel[facet];
  const most = Math.max(...facets.map((facet) => mineOf(facet).length));
  const least = low ? 18 : chart.stack ? 34 : 30,
    bars = low ? 14 * names.length + 2 : 17 * names.length + 12,
    labels = Math.max(...facets.map((facet) => leastRow(mineOf(facet), LABEL.width))),
    thick = Math.max(least, labels, chart.stack ? 0 : bars);
  const tall = thick * most,
    grid = panels(facets.length, width, 2, tall, key.height + (chart.facet ? 40 : 10));
  const option = {
    ...frameOf(description, true),
    legend: key.legend,
    title: [],
    grid: [],
    xAxis: [],
    yAxis: [],
    series: [],
    tooltip: barTip(chart),
  };
  facets.forEach((facet, at) => {
    const place = { ...grid.places[at] };
    place.left += 84;
    place.width -= 84;
    option.grid.push(place);
    if (facet !== "") option.title.push(titleOf(facet, "", grid, at));
    option.xAxis.push(
      axis({
        type: "value",
        gridIndex: at,
        min: 0,
        max: chart.share && highestOf(rows, chart) > NEAR_ALL ? 1 : null,
        name: place.width < 260 ? chart.xname.replace(" (", "\n(") : chart.xname,
        nameLocation: "middle",
        nameGap: 26,
        splitNumber: partsOf(place.width),
        axisLabel: { color: look.soft, hideOverlap: true, formatter: amountOf(chart) },
      }),
    );
    option.yAxis.push(categoryAxis(mineOf(facet), at, {}));
    const mine = chart.facet ? rows.filter((row) => row[chart.facet] === facet) : rows;
    option.series.push(...barsOf(mine, chart, names, mineOf(facet), at));
  });
  return { option, height: grid.height };
}

// ---- differences ----

// A dot per row, filled where the corrected p-value calls the difference one; a line at 0. Of a chart
// that shows other numbers as well, `tested` names the choice that is a difference.
function dotsOnZero(rows, chart) {
  const judged = (row) => chart.tested === true || row[chart.choose] === chart.tested;
  const told = (row) => known(row.p_corrected) && row.p_corrected < 0.05;
  const solid = (row) => !chart.tested || !judged(row) || told(row);
  const dot = (row) => ({
    color: solid(row) ? look.accent : look.paper,
    borderColor: look.accent,
    borderWidth: 2,
  });
  return {
    type: "scatter",
    z: 6,
    symbol: "circle",
    symbolSize: 12,
    data: rows.map((row, i) => ({ value: [row[chart.x], i], row, itemStyle: dot(row) })),
    markLine: {
      silent: true,
      symbol: "none",
      label: { show: false },
      lineStyle: { color: look.ink, type: "solid", width: 1 },
      data: [
        { xAxis: 0 },
        ...(chart.limit
          ? [-chart.limit, chart.limit].map((end) => ({
              xAxis: end,
              lineStyle: { type: "dashed", color: look.border },
            }))
          : []),
      ],
    },
  };
}

// The number of a row: what it shows with its interval, or the columns that the chart names.
const numbersOf = (row, chart) =>
  chart.numbers
    ? chart.numbers.map((name) => format(row[name])).join(" / ")
    : spanText(row, chart.x, chart);

// The differences as numbers, to the right of the picture.
function numbersAxis(rows, chart) {
  const formatter = (i) => numbersOf(rows[Number(i)], chart);
  return {
    ...categoryAxis(
      rows.map((_, i) => String(i)),
      0,
      {},
    ),
    position: "right",
    axisLine: { show: false },
    axisLabel: { color: look.ink, fontSize: 12, interval: 0, formatter },
  };
}

function drawForest(rows, chart, width, description, low) {
  const narrow = width < 640,
    left = narrow ? 120 : 210,
    right = narrow ? 20 : 220;
  const unit =
    rows.length && rows[0][chart.unit] ? `${say(", ")}${words(rows[0][chart.unit])}` : "";
  const spans = rows
    .map((row, i) => [i, ...(endsOf(row, chart) || [null])])
    .filter((span) => known(span[1]));
  const names = categoryAxis(
    rows.map((row) => row[chart.category]),
    0,
    {},
    left - 20,
  );
  const option = {
    ...frameOf(description, false),
    grid: { left, right, top: 16, bottom: 46 },
    tooltip: {
      trigger: "item",
      confine: true,
      ...tipLook(),
      formatter: (point) =>
        point.data && point.data.row
          ? `${escaped(words(point.data.row[chart.category]))}: ${numbersOf(point.data.row, chart)}`
          : "",
    },
    xAxis: axis({
      type: "value",
      name: chart.xname + unit,
      nameLocation: "middle",
      nameGap: 28,
      splitNumber: partsOf(width - left - right),
      axisLabel: { color: look.soft, hideOverlap: true, formatter: (value) => format(value) },
    }),
    yAxis: narrow ? names : [names, numbersAxis(rows, chart)],
    series: [dotsOnZero(rows, chart), whiskerOf(spans, {}, look.soft, null)],
  };
  const labels = leastRow(
    rows.map((row) => row[chart.category]),
    left - 20,
  );
  return { option, height: 80 + Math.max(low ? 22 : 40, labels) * rows.length };
}

// ---- money ----

// How many payments an account lies from the one that pays most.
function depthsOf(rows, chart) {
  const paid = new Map();
  for (const row of rows)
    paid.set(row[chart.from], (paid.get(row[chart.from]) || 0) + row[chart.x]);
  const depth = new Map([[[...paid].sort((a, b) => b[1] - a[1])[0][0], 0]]);
  for (const [node, far] of depth) {
    for (const row of rows) {
      if (row[chart.from] === node && !depth.has(row[chart.to])) depth.set(row[chart.to], far + 1);
    }
  }
  return depth;
}

// Flows that a picture can show: thinner ones would be a name without a line.
const THINNEST = 1e-4;
function thickEnough(rows, chart) {
  const most = Math.max(...rows.map((row) => row[chart.x]));
  return rows.filter((row) => row[chart.x] >= THINNEST * most);
}

// Money that would flow in a circle ends at a node of its own, since a Sankey has no circles.
function withoutCircles(rows, chart) {
  const next = new Map(),
    depth = depthsOf(rows, chart);
  const reaches = (from, to) =>
    from === to || (next.get(from) || []).some((node) => reaches(node, to));
  const onwards = (row) =>
    Number((depth.get(row[chart.to]) || 0) > (depth.get(row[chart.from]) || 0));
  const order = rows
    .filter((row) => row[chart.x] > 0)
    .sort((a, b) => onwards(b) - onwards(a) || b[chart.x] - a[chart.x]);
  return order.map((row) => {
    const from = words(row[chart.from]),
      circle = reaches(words(row[chart.to]), from);
    const to = circle
      ? say("{account}, returned", { account: words(row[chart.to]) })
      : words(row[chart.to]);
    next.set(from, [...(next.get(from) || []), to]);
    return { source: from, target: to, value: row[chart.x], row };
  });
}

// Column of an account from the left: the longest way that money takes to it.
function columnOf(name, links) {
  const before = links.filter((link) => link.target === name);
  return before.length ? 1 + Math.max(...before.map((link) => columnOf(link.source, links))) : 0;
}

// Where the name of an account stands: on its right, but where one name would run into the next
// or into the next bar, below it, or above it at the left edge.
function labelPlace(name, links, narrow) {
  const column = columnOf(name, links),
    paysOn = links.some((link) => link.source === name);
  if (narrow && column === 0) return { position: "top", align: "left", offset: [-7, 0] };
  return paysOn && (column === 2 || (narrow && column > 2)) ? { position: "bottom" } : {};
}

// What came in and went out of each account, by the names in the picture.
function totalsOf(rows, chart) {
  const found = {};
  for (const [account, total] of Object.entries(chart.totals[rows[0].scenario])) {
    found[words(account)] = total;
    found[say("{account}, returned", { account: words(account) })] = { in: total.in };
  }
  return found;
}

const amountText = ([value, low, high]) => {
  const found = spanOf(value, known(low) && known(high) ? [low, high] : null, false);
  return say("{amount} million yen", { amount: `${found.value} ${found.ends}`.trim() });
};

// Both totals of an account with their intervals; what does not go out again stays there.
const totalText = (total) =>
  [["in: {amount}", total.in], ["out: {amount}", total.out]]
    .filter(([, span]) => span)
    .map(([text, span]) => say(text, { amount: amountText(span) }))
    .join("<br>");

// The greater of both, as exact as its interval allows.
function greaterOf(total) {
  const [value, low, high] = [total.in, total.out].filter(Boolean).sort((a, b) => b[0] - a[0])[0];
  return spanOf(value, known(low) && known(high) ? [low, high] : null, false).value;
}

// Name and amount of an account, on two lines where one would be too long for a phone.
const columnsWide = (text) => [...text].reduce((sum, c) => sum + (c > "\u2e7f" ? 2 : 1), 0);
function accountLabel(name, amount, narrow) {
  return `${name}${narrow && columnsWide(name + amount) > 11 ? "\n" : " "}${amount}`;
}

function drawFlows(rows, chart, width, description, low) {
  const links = withoutCircles(thickEnough(rows, chart), chart),
    totals = totalsOf(rows, chart),
    narrow = width < 760,
    small = width < 340;
  const names = [...new Set(links.flatMap((link) => [link.source, link.target]))];
  const option = {
    ...frameOf(description, true),
    tooltip: {
      trigger: "item",
      confine: true,
      ...tipLook(),
      formatter: (point) =>
        point.dataType === "edge"
          ? `${escaped(point.data.source)} → ${escaped(point.data.target)}<br>${say("{amount} million yen", { amount: spanText(point.data.row, chart.x, chart) })}`
          : `${escaped(point.name)}<br>${totalText(totals[point.name])}`,
    },
    series: [
      {
        type: "sankey",
        left: 4,
        right: small ? 86 : narrow ? 96 : 190,
        top: narrow ? 32 : 12,
        bottom: 28, // room for a name below the lowest bar
        nodeGap: narrow ? 26 : 16,
        nodeWidth: 14,
        draggable: false,
        emphasis: { focus: "adjacency" },
        layoutIterations: 64,
        data: names.map((name) => ({
          name,
          itemStyle: { color: look.border },
          label: labelPlace(name, links, narrow),
        })),
        links,
        lineStyle: { color: look.border, opacity: 0.3, curveness: 0.5 },
        label: {
          color: look.ink,
          fontSize: small ? 9 : narrow ? 10 : 12,
          lineHeight: narrow ? 12 : 14,
          width: small ? 80 : narrow ? 90 : 180,
          overflow: "break",
          formatter: (point) => accountLabel(point.name, greaterOf(totals[point.name]), narrow),
        },
      },
    ],
  };
  return { option, height: low ? 290 : 460 };
}

const DRAW = { lines: drawLines, bars: drawBars, forest: drawForest, flows: drawFlows };
