// SPDX-License-Identifier: GPL-3.0-or-later
// The map: ties of one replicate at the end of a fiscal year, filtered by mode and funder.
"use strict";

const VIEWS = {
  japan: [
    [127, 46],
    [147, 30],
  ],
  asia: [
    [62, 50],
    [150, -13],
  ],
  world: [
    [-130, 65],
    [170, -50],
  ],
};
const KINDS = {
  local: { name: say("local government"), symbol: "circle", color: "ink" },
  cooperative: { name: say("cooperative"), symbol: "rect", color: "ink" },
  partner: { name: say("partner"), symbol: "triangle", color: "soft" },
};
const NO_PROJECT = "no running project",
  ANY = "all"; // of funders, beside the schemes of the file
const byId = (id) => document.getElementById(id);
const atlas = {
  chart: null,
  data: null,
  chosen: null,
  timer: 0,
  pace: 600, // milliseconds a year while it plays
  scenario: "",
  world: null,
};

const kindOf = (agent) =>
  agent.kind === "cooperative"
    ? "cooperative"
    : agent.kind.startsWith("partner")
      ? "partner"
      : "local";
const year = () => Number(byId("map-year").value);
const aliveAt = (spell, from, until, y) =>
  spell[from] < y + 1 && (!known(spell[until]) || spell[until] >= y + 1);

// ---- what is alive ----

function readWorld(map) {
  const agents = new Map(rowsOf({ columns: map.agents }).map((agent) => [agent.agent_id, agent]));
  const ties = rowsOf({ columns: map.ties }),
    projects = new Map(),
    heads = new Map();
  for (const project of rowsOf({ columns: map.projects })) {
    projects.set(project.tie_id, [...(projects.get(project.tie_id) || []), project]);
  }
  for (const head of rowsOf({ columns: map.heads })) {
    heads.set(head.agent, [...(heads.get(head.agent) || []), head.time]);
  }
  return { ...map, agents, ties, projects, heads };
}

const runningOn = (tie, y) =>
  (atlas.world.projects.get(tie.tie_id) || []).filter((project) =>
    aliveAt(project, "start", "finish", y),
  );

function isFundedBy(tie, funder, y) {
  if (funder === ANY) return true;
  const running = runningOn(tie, y);
  return funder === NO_PROJECT
    ? running.length === 0
    : running.some((project) => project.scheme === funder);
}

function shownTies() {
  const y = year(),
    funder = byId("map-funder").value;
  return atlas.world.ties.filter(
    (tie) =>
      aliveAt(tie, "onset", "terminus", y) &&
      (byId(`map-${tie.mode}`)?.checked ?? true) &&
      isFundedBy(tie, funder, y),
  );
}

// Rows of the download: the ties that the map shows, with their ends by name.
function mapRows() {
  const { agents } = atlas.world,
    y = year();
  return shownTies().map((tie) => {
    const donor = agents.get(tie.donor_id),
      partner = agents.get(tie.partner_id);
    return {
      scenario: atlas.scenario,
      rep: atlas.world.rep,
      year: y,
      tie_id: tie.tie_id,
      mode: tie.mode,
      sector: tie.sector,
      donor: donor.name,
      donor_local: donor.name_local,
      partner: partner.name,
      partner_region: partner.region,
      onset: tie.onset,
      terminus: tie.terminus,
      running_schemes: runningOn(tie, y)
        .map((project) => project.scheme)
        .join(" "),
    };
  });
}

// ---- drawing ----

function lineSeries(ties, mode) {
  const regional = mode === "regional",
    { agents } = atlas.world,
    focus = atlas.chosen;
  const data = ties
    .filter((tie) => tie.mode === mode)
    .map((tie) => {
      const ends = [agents.get(tie.donor_id), agents.get(tie.partner_id)];
      const mine = focus === null || tie.donor_id === focus || tie.partner_id === focus;
      return {
        coords: ends.map((agent) => [agent.lon, agent.lat]),
        tie,
        lineStyle: { opacity: mine ? (regional || focus !== null ? 0.95 : 0.5) : 0.06 },
      };
    });
  return {
    type: "lines",
    name: words(mode),
    coordinateSystem: "geo",
    data,
    z: regional ? 4 : 3,
    silent: true,
    lineStyle: {
      color: look[mode],
      type: MODE_DASHES[mode],
      width: regional ? 3 : 1.2,
      curveness: 0.12,
    },
  };
}

function dotSeries(kind, counts) {
  const style = KINDS[kind],
    data = [];
  for (const [id, count] of counts) {
    const agent = atlas.world.agents.get(id);
    if (kindOf(agent) !== kind) continue;
    data.push({
      value: [agent.lon, agent.lat, count],
      id,
      name: agent.name,
      symbolSize: 5 + 3 * Math.sqrt(count),
      itemStyle: {
        borderColor: id === atlas.chosen ? look.accent : look.paper,
        borderWidth: id === atlas.chosen ? 2.5 : 0.8,
      },
      label: {
        show: id === atlas.chosen,
        formatter: agent.name,
        position: "right",
        color: look.ink,
        fontWeight: 600,
        textBorderColor: look.paper,
        textBorderWidth: 3,
      },
    });
  }
  return {
    type: "scatter",
    name: style.name,
    coordinateSystem: "geo",
    symbol: style.symbol,
    color: look[style.color],
    data,
    z: 6,
  };
}

function countTies(ties) {
  const counts = new Map();
  for (const tie of ties) {
    for (const id of [tie.donor_id, tie.partner_id]) counts.set(id, (counts.get(id) || 0) + 1);
  }
  if (atlas.chosen !== null && !counts.has(atlas.chosen)) counts.set(atlas.chosen, 0);
  return counts;
}

function tellCount(ties) {
  const regional = ties.filter((tie) => tie.mode === "regional").length;
  byId("map-year-shown").textContent = say("JFY {year}", { year: year() });
  byId("map-year").setAttribute("aria-valuetext", say("fiscal year {year}", { year: year() }));
  const counts = { all: ties.length, year: year(), city: ties.length - regional, regional };
  byId("map-count").textContent =
    ties.length === 1
      ? say("{all} tie at the end of JFY {year}: {city} city to city, {regional} regional", counts)
      : say("{all} ties at the end of JFY {year}: {city} city to city, {regional} regional", counts);
  const part = atlas.data.parts.map,
    { name, rep, seed } = atlas.world;
  byId("part-map").querySelector(".query code").textContent = part.query
    .replaceAll("{year}", year())
    .replaceAll("{scenario}", name.replaceAll("'", "''"))
    .replaceAll("{rep}", rep)
    .replaceAll("{seed}", seed);
}

function showMap() {
  const ties = shownTies(),
    counts = countTies(ties);
  const series = [
    lineSeries(ties, "city_to_city"),
    lineSeries(ties, "regional"),
    ...Object.keys(KINDS).map((kind) => dotSeries(kind, counts)),
  ];
  tellCount(ties);
  // Drawn with the next frame: a slider that is pulled does not wait for every year on its way.
  atlas.chart.setOption({ series }, { lazyUpdate: true });
  showCity(ties);
}

function baseOption() {
  return {
    ...frameOf(
      say(
        "Map of the ties. The figures above the map and the list of the chosen city say in words what it shows.",
      ),
      false,
    ),
    geo: {
      map: "land",
      roam: true,
      boundingCoords: VIEWS[data.japan ? "asia" : "own"],
      aspectScale: 0.9,
      silent: true,
      itemStyle: { areaColor: look.land, borderColor: look.coast, borderWidth: 0.6 },
      scaleLimit: { min: 0.8, max: 40 },
    },
    legend: {
      bottom: 6,
      left: 8,
      itemWidth: 12,
      itemHeight: 11,
      selectedMode: false,
      backgroundColor: look.sea,
      data: Object.values(KINDS).map((kind) => kind.name),
      textStyle: { color: look.ink, fontSize: 11 },
    },
    tooltip: {
      trigger: "item",
      confine: true,
      ...tipLook(),
      formatter: (point) =>
        point.data && point.data.id !== undefined ? cityTip(point.data.id) : "",
    },
    series: [],
  };
}

// ---- one city ----

const localOf = (agent) => (agent.name_local === agent.name ? "" : agent.name_local);
const inJapan = data.japan && data.language === "ja";
const nameOf = (agent) => {
  if (!localOf(agent)) return agent.name;
  return inJapan ? `${agent.name_local} (${agent.name})` : `${agent.name} (${agent.name_local})`;
};
// The name of a list: in Japanese where the page and the country are and the file has one.
const placeOf = (agent) => (inJapan && agent.name_local) || agent.name;
const localName = (agent) => element("span", data.japan ? { lang: "ja" } : {}, agent.name_local);

function headOf(id, y) {
  const times = (atlas.world.heads.get(id) || []).filter((time) => time < y + 1);
  return times.length ? { since: Math.floor(times[times.length - 1]), count: times.length } : null;
}

function moneyOf(ties, y) {
  const running = ties.flatMap((tie) => runningOn(tie, y));
  const sum = (column) => running.reduce((total, project) => total + project[column], 0) / 1e6;
  return { projects: running.length, granted: sum("granted_yen"), own: sum("own_yen") };
}

function cityTip(id) {
  const agent = atlas.world.agents.get(id),
    y = year();
  const mine = shownTies().filter((tie) => tie.donor_id === id || tie.partner_id === id);
  const { projects, own, granted } = moneyOf(mine, y),
    head = headOf(id, y);
  return (
    `<b>${escaped(nameOf(agent))}</b><br>` +
    say("{kind}, ties: {ties}, running projects: {projects}", {
      kind: words(agent.kind),
      ties: mine.length,
      projects,
    }) +
    (projects
      ? `<br>${say("own {own}, granted {granted} million yen", { own: format(own), granted: format(granted) })}`
      : "") +
    (head ? `<br>${say("head in office since {year}", { year: head.since })}` : "")
  );
}

function tieItem(tie, id, y) {
  const { agents } = atlas.world,
    other = agents.get(tie.donor_id === id ? tie.partner_id : tie.donor_id);
  const schemes = runningOn(tie, y)
    .map((project) => words(project.scheme))
    .join(", ");
  const item = element(
    "li",
    {},
    say("{name}, {sector}, since {year}", {
      name: placeOf(other),
      sector: words(tie.sector),
      year: Math.floor(tie.onset),
    }),
  );
  if (tie.mode === "regional") item.append(say(" (regional)"));
  if (schemes) item.append(element("span", { class: "shown" }, say(", ") + schemes));
  return item;
}

function describeCity(id, ties) {
  const agent = atlas.world.agents.get(id),
    y = year(),
    head = headOf(id, y);
  const mine = ties.filter((tie) => tie.donor_id === id || tie.partner_id === id);
  const { projects, granted, own } = moneyOf(mine, y),
    title = element("h4", {}, agent.name);
  if (localOf(agent)) title.append(" ", localName(agent));
  const where = agent.region ? say(", ") + words(agent.region) : "";
  const lines = [
    words(agent.kind) +
      where +
      say("; {n} people", { n: format(agent.population) }) +
      (agent.estimated ? say(" (estimated)") : ""),
  ];
  if (head)
    lines.push(
      say("Head in office since JFY {year}, new head no. {n} of this run.", {
        year: head.since,
        n: head.count,
      }),
    );
  lines.push(
    projects
      ? say(
          "Running projects: {n}; {granted} million yen granted, {own} million yen of own money.",
          {
            n: projects,
            granted: format(granted),
            own: format(own),
          },
        )
      : say("No running project."),
  );
  const list = element("ul");
  list.append(...mine.map((tie) => tieItem(tie, id, y)));
  const counts = { n: mine.length, year: y },
    shown =
      mine.length === 1
        ? say("{n} tie shown at the end of JFY {year}.", counts)
        : say("{n} ties shown at the end of JFY {year}.", counts);
  return [
    title,
    ...lines.map((line) => element("p", {}, line)),
    element("p", {}, shown),
    list,
  ];
}

function showCity(ties) {
  const place = byId("map-detail");
  if (atlas.chosen === null) {
    const top = [...countTies(ties)].sort((a, b) => b[1] - a[1]).slice(0, 8),
      list = element("ul");
    for (const [id, count] of top) {
      const agent = atlas.world.agents.get(id),
        item = element("li", {}, `${placeOf(agent)} `);
      if (localOf(agent) && placeOf(agent) !== agent.name_local)
        item.append(localName(agent), " ");
      item.append(`${count}`);
      list.append(item);
    }
    place.replaceChildren(
      element("h4", {}, say("Most ties")),
      list,
      element("p", { class: "note hint" }, say("Choose a city in the list above or on the map.")),
    );
    return;
  }
  place.replaceChildren(...describeCity(atlas.chosen, ties));
}

function chooseCity(id) {
  atlas.chosen = id;
  byId("map-city").value = id === null ? "" : String(id);
  showMap();
}

// ---- controls ----

function fillFunders() {
  const select = byId("map-funder"),
    before = select.value;
  const schemes = [
    ...new Set([...atlas.world.projects.values()].flat().map((project) => project.scheme)),
  ].sort();
  select.replaceChildren(
    ...[ANY, ...schemes, NO_PROJECT].map((name) =>
      element(
        "option",
        { value: name },
        name === ANY || name === NO_PROJECT ? say(name) : words(name),
      ),
    ),
  );
  if ([...select.options].some((option) => option.value === before)) select.value = before;
}

function fillCities() {
  const groups = Object.entries(KINDS).map(([kind, style]) => {
    const group = element("optgroup", { label: style.name });
    const mine = [...atlas.world.agents.values()].filter((agent) => kindOf(agent) === kind);
    mine.sort((a, b) => a.name.localeCompare(b.name, "en"));
    group.append(
      ...mine.map((agent) => element("option", { value: agent.agent_id }, nameOf(agent))),
    );
    return group;
  });
  byId("map-city").replaceChildren(element("option", { value: "" }, say("none chosen")), ...groups);
}

function pause() {
  clearInterval(atlas.timer);
  atlas.timer = 0;
  byId("map-play").textContent = say("Play");
  byId("map-play").setAttribute("aria-pressed", "false");
  byId("map-count").setAttribute("aria-live", "polite");
}

function play() {
  if (atlas.timer) {
    pause();
    return;
  }
  const slider = byId("map-year");
  if (year() >= Number(slider.max)) slider.value = slider.min;
  byId("map-play").textContent = say("Pause");
  byId("map-play").setAttribute("aria-pressed", "true");
  // A voice that reads every year would never end.
  byId("map-count").setAttribute("aria-live", "off");
  atlas.timer = setInterval(() => {
    if (year() >= Number(slider.max)) {
      pause();
      return;
    }
    slider.value = year() + 1;
    showMap();
  }, atlas.pace);
}

function setView(name) {
  for (const button of document.querySelectorAll("[data-view]"))
    button.setAttribute("aria-pressed", String(button.dataset.view === name));
  atlas.chart.setOption({ geo: { boundingCoords: VIEWS[name], center: null, zoom: 1 } });
}

function zoomBy(factor) {
  const { zoom } = atlas.chart.getOption().geo[0];
  atlas.chart.setOption({ geo: { zoom: Math.min(40, Math.max(0.8, (zoom || 1) * factor)) } });
}

function changeMap() {
  const label = chosen(),
    map = atlas.data.maps[label],
    figure = byId("part-map");
  const shown = map ? label : Object.keys(atlas.data.maps)[0];
  atlas.scenario = shown;
  atlas.world = readWorld(atlas.data.maps[shown]);
  if (!atlas.world.agents.has(atlas.chosen)) atlas.chosen = null;
  figure.querySelector(".shown").textContent =
    say(" · {scenario}, replicate {rep}", { scenario: words(shown), rep: atlas.world.rep }) +
    (map ? "" : say(" ({scenario} has no ties)", { scenario: words(label) }));
  const slider = byId("map-year"),
    before = slider.value;
  slider.min = atlas.world.first;
  slider.max = atlas.world.last;
  slider.value = slider.dataset.set ? before : atlas.world.opens;
  slider.dataset.set = "yes";
  fillFunders();
  fillCities();
  chooseCity(atlas.chosen);
}

function resizeMap() {
  const place = byId("map-drawing");
  atlas.chart.resize({ width: place.clientWidth, height: place.clientHeight });
  atlas.chart.getZr().flush(); // a print does not wait for the next frame
}

// The map in the colours that now hold.
function repaintMap() {
  atlas.chart.setOption(baseOption());
  showMap();
}

function startMap() {
  atlas.data = data;
  if (!data.japan) VIEWS.own = Object.values(data.maps)[0].extent;
  echarts.registerMap("land", data.land);
  byId("map-drawing").replaceChildren();
  atlas.chart = echarts.init(byId("map-drawing"), null, { renderer: "canvas" });
  atlas.chart.setOption(baseOption());
  atlas.chart.on("click", (point) => {
    if (point.data && point.data.id !== undefined) chooseCity(point.data.id);
  });
  byId("map-year").addEventListener("input", showMap);
  byId("map-play").addEventListener("click", play);
  for (const id of ["map-city_to_city", "map-regional", "map-funder"])
    byId(id).addEventListener("change", showMap);
  byId("map-city").addEventListener("change", (event) =>
    chooseCity(event.target.value === "" ? null : Number(event.target.value)),
  );
  for (const button of document.querySelectorAll("[data-view]"))
    button.addEventListener("click", () => setView(button.dataset.view));
  byId("map-nearer").addEventListener("click", () => zoomBy(1.6));
  byId("map-farther").addEventListener("click", () => zoomBy(1 / 1.6));
  changeMap();
}
