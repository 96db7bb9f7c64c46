# SPDX-License-Identifier: GPL-3.0-or-later
"""The report in a real browser: no errors, no requests, a map that moves, downloads that are right."""

import base64
import os
import re
import sqlite3
import subprocess

import pandas as pd
import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import Select

import browser
from conftest import called

DRAWN = """await new Promise(requestAnimationFrame); await new Promise(requestAnimationFrame);
return echarts.getInstanceByDom(document.getElementById('map-drawing')).getOption().series
  .filter((one) => one.type === 'lines').map((one) => one.data.length)"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """(browser with the page open, results file, folder of downloads): two scenarios, 2 runs each."""
    folder = tmp_path_factory.mktemp("page")
    path, out = folder / "r.db", folder / "report.html"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/baseline.cfg",
                    "scenarios/jica_closed_to_cooperatives.cfg", "--reps", "2", "--set", "run.years=18",
                    "--detail", "full", "--out", path], check=True, capture_output=True)
    result = called("report.py", path, "-o", out)
    assert result.returncode == 0, result.stderr
    driver = browser.start(folder)
    try:
        driver.get("about:blank")
        driver.get_log("performance")  # of the browser's own first page
        driver.get(out.as_uri())
        yield driver, path, folder
    finally:
        driver.quit()


@pytest.fixture
def page(shown):
    """The browser, with the page as it opens."""
    shown[0].execute_script("pause(); chooseCity(null)")
    set_scenario(shown[0], "baseline")
    Select(one(shown[0], "#map-funder")).select_by_value("all")
    return shown[0]


def one(driver, css):
    return driver.find_element(By.CSS_SELECTOR, css)


def drawn(driver):
    """How many ties of each mode the map draws, once it has drawn them."""
    return driver.execute_script(DRAWN)


def set_scenario(driver, label):
    Select(one(driver, "#scenario")).select_by_value(label)


def set_year(driver, year):
    """Move the slider with the keys of the keyboard alone."""
    slider = one(driver, "#map-year")
    slider.send_keys(Keys.HOME)
    slider.send_keys(Keys.ARROW_RIGHT * (year - int(slider.get_attribute("min"))))
    assert slider.get_attribute("value") == str(year)


def query_of(driver, key):
    """The query that the page documents for a part, as it now stands."""
    return one(driver, f"#part-{key} .query code").get_attribute("textContent")


def ask(path, sql):
    with sqlite3.connect(path) as db:
        return pd.read_sql_query(sql, db)


def ties_of(path, scenario, year, more=""):
    """Live ties by mode of replicate 0, by a query of the test's own."""
    found = ask(path, f"""SELECT mode, count(*) AS n FROM tie JOIN run USING (run_id)
        JOIN scenario USING (scenario_id) WHERE name = '{scenario}' AND rep = 0
        AND kind = 'cooperation' AND onset < {year} + 1
        AND (terminus_censored OR terminus >= {year} + 1) {more} GROUP BY mode""")
    counts = found.set_index("mode")["n"]
    return [int(counts.get(m, 0)) for m in ("city_to_city", "regional")]


def downloaded(shown, key):
    """The table that the button of a part saves."""
    driver, _, folder = shown
    path = folder / f"report_{key}.csv"
    path.unlink(missing_ok=True)
    one(driver, f"#part-{key} .csv").send_keys(Keys.ENTER)
    assert browser.until(path.exists), f"{path} was not saved"
    return pd.read_csv(path)


def test_no_error_and_no_request(shown):
    assert shown[0].get_log("browser") == []
    assert browser.requests(shown[0]) == []
    figures = shown[0].find_elements(By.CSS_SELECTOR, "figure.part")
    assert len(figures) >= 15
    for figure in figures:
        assert figure.find_elements(By.CSS_SELECTOR, ".drawing svg, .drawing canvas, .drawing table")


def test_a_request_would_be_seen(shown):
    shown[0].execute_script("new Image().src = 'http://127.0.0.1:9/x.png'")
    assert browser.until(lambda: shown[0].get_log("browser")), "the page's own rule did not stop it"


def test_the_slider_moves_the_ties(page, shown):
    seen = []
    for year in (2014, 2020, 2027):
        set_year(page, year)
        lines = drawn(page)
        assert lines == ties_of(shown[1], "baseline", year)
        answer = ask(shown[1], query_of(page, "map")).set_index("mode")["ties"]
        assert lines == [int(answer.get(m, 0)) for m in ("city_to_city", "regional")]
        assert f"{sum(lines)} ties at the end of JFY {year}" in one(page, "#map-count").text
        seen.append(tuple(lines))
    assert len(set(seen)) == 3


def test_modes_and_funders_filter(page, shown):
    set_year(page, 2016)
    city, regional = drawn(page)
    one(page, "#map-city_to_city").send_keys(Keys.SPACE)
    assert city > 0 and drawn(page) == [0, regional]
    one(page, "#map-city_to_city").send_keys(Keys.SPACE)
    Select(one(page, "#map-funder")).select_by_value("moe_jcm")
    paid = """AND EXISTS (SELECT 1 FROM project WHERE project.run_id = tie.run_id AND
        project.tie_id = tie.tie_id AND scheme = 'moe_jcm' AND start < 2017
        AND (finish IS NULL OR finish >= 2017))"""
    assert drawn(page) == ties_of(shown[1], "baseline", 2016, paid) != [city, regional]


def test_the_scenario_changes_the_map_and_the_pictures(page, shown):
    set_year(page, 2016)
    set_scenario(page, "jica_closed_to_cooperatives")
    assert drawn(page) == ties_of(shown[1], "jica_closed_to_cooperatives", 2016)
    assert "JICA closed to cooperatives" in one(page, "#part-survival .shown").text


def test_play_goes_on_to_the_end_and_pauses(page):
    set_year(page, 2023)
    button = one(page, "#map-play")
    page.execute_script("atlas.pace = 20")
    button.send_keys(Keys.ENTER)
    assert browser.until(lambda: one(page, "#map-year").get_attribute("value") == "2030")
    assert browser.until(lambda: button.text == "Play")
    page.execute_script("atlas.pace = 1e6")  # however slow this machine, the end does not come
    button.send_keys(Keys.ENTER)
    assert button.text == "Pause" and button.get_attribute("aria-pressed") == "true"
    button.send_keys(Keys.ENTER)
    assert button.text == "Play" and button.get_attribute("aria-pressed") == "false"


def test_a_city_tells_its_ties(page, shown):
    set_year(page, 2016)
    city = ask(shown[1], """SELECT agent_id, name, name_local, count(*) AS n FROM tie JOIN run USING
        (run_id) JOIN agent ON agent.scenario_id = run.scenario_id AND agent_id = donor_id
        WHERE run_id = 1 AND tie.kind = 'cooperation' AND onset < 2017 AND (terminus_censored OR
        terminus >= 2017) GROUP BY agent_id ORDER BY n DESC LIMIT 1""").iloc[0]
    Select(one(page, "#map-city")).select_by_value(str(city["agent_id"]))
    detail = one(page, "#map-detail")
    assert city["name"] in detail.text and f"{city['n']} ties shown" in detail.text
    assert detail.find_element(By.CSS_SELECTOR, "[lang=ja]").text == city["name_local"]
    assert len(detail.find_elements(By.CSS_SELECTOR, "li")) == city["n"]


@pytest.mark.parametrize("key, keys, mine, theirs", [
    ("causes", ["scenario", "mode", "cause"], "mean", "ties_per_replicate"),
    ("flows", ["scenario", "from_account", "to_account"], "mean", "million_yen"),
    ("survival", ["scenario", "mode", "age"], "share", "share")])
def test_downloads_are_what_the_query_gives(page, shown, key, keys, mine, theirs):
    table, answer = downloaded(shown, key), ask(shown[1], query_of(page, key))
    joined = table.query("age > 0" if key == "survival" else f"{mine} > 0") \
        .merge(answer, on=keys, suffixes=("", "_sql"))
    assert len(joined) == len(answer) > 4
    theirs = f"{theirs}_sql" if f"{theirs}_sql" in joined else theirs
    assert joined[mine].to_numpy() == pytest.approx(joined[theirs].to_numpy(), rel=1e-5)


def test_the_map_downloads_what_it_shows(page, shown):
    set_year(page, 2015)
    table = downloaded(shown, "map")
    assert len(table) == sum(drawn(page))
    assert (table["year"] == 2015).all() and table["donor_local"].notna().any()


def test_tables_sort_by_keyboard(page):
    head = one(page, "#part-donors th:nth-child(2) button")
    head.send_keys(Keys.ENTER)
    cells = [float(c.text.split(" ")[0]) for c in page.find_elements(
        By.CSS_SELECTOR, "#part-donors tbody td:nth-child(2)")]
    # A cell is as exact as its interval: neighbours of one value may be rounded apart.
    assert all(after > before - 1 for before, after in zip(cells, cells[1:])) and cells[-1] > 2 * cells[0]
    head.send_keys(Keys.ENTER)
    column = one(page, "#part-donors th:nth-child(2)")
    assert column.get_attribute("aria-sort") == "descending"


def test_everything_can_be_reached_by_tab(page):
    order = page.execute_script("""return [...document.querySelectorAll(
        'a[href], button, select, input, summary, [tabindex="0"]')].filter((one) => one.tabIndex === 0
        && one.checkVisibility()).length""")
    one(page, ".skip").send_keys(Keys.TAB)
    page.execute_script("""window.reached = [];
        document.addEventListener('focusin', (event) => window.reached.push(event.target.id))""")
    one(page, "body").send_keys(Keys.TAB * (order + 5))
    seen = set(page.execute_script("return window.reached"))
    assert {"scenario", "map-play", "map-year", "map-regional", "map-funder", "map-city",
            "differences-choose", "series-choose"} <= seen


def test_names_for_those_who_hear_the_page(page):
    assert page.execute_script("return document.documentElement.lang") == "en"
    assert page.execute_script("""return [...document.querySelectorAll('.drawing')].filter((one) =>
        one.querySelector('svg, canvas') && !one.getAttribute('aria-label')).length""") == 0
    assert page.execute_script("""return [...document.querySelectorAll('button, select, input')].filter(
        (one) => !one.textContent.trim() && !one.labels?.length && !one.ariaLabel).length""") == 0


def test_a_phone_scrolls_in_one_direction_only(page):
    browser.resize(page, 360)
    try:
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert page.execute_script("return document.documentElement.clientWidth") == 360
        assert browser.until(lambda: page.execute_script(wide) == 0)
        assert browser.until(lambda: page.execute_script(
            "return document.querySelector('#part-ties svg').clientWidth") <= 360)
    finally:
        browser.resize(page, 1280)
    assert shown_errors(page) == []


CUT = """return [...document.querySelectorAll('.drawing > div > svg')].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.width && (box.left < frame.left - 1 || box.right > frame.right + 1
      || box.top < frame.top - 1 || box.bottom > frame.bottom + 1);
  }).map((text) => text.textContent);
})"""
OVERLAID = """return [...document.querySelectorAll('.drawing > div > svg')].flatMap((svg) => {
  const boxes = [...svg.querySelectorAll('text')].map((text) =>
    [text.textContent, text.getBoundingClientRect()]).filter(([, box]) => box.width);
  return boxes.flatMap(([one, a], i) => boxes.slice(i + 1).filter(([, b]) =>
    Math.min(a.right, b.right) - Math.max(a.left, b.left) > 3
    && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6).map(([two]) => [one, two]));
})"""

# Words of one line without a blank between them are read as one: "0.010.1".
CROWDED = """return [...document.querySelectorAll('.drawing > div > svg')].flatMap((svg) => {
  const boxes = [...svg.querySelectorAll('text')].map((text) =>
    [text.textContent, text.getBoundingClientRect()]).filter(([, box]) => box.width);
  return boxes.filter(([one]) => !one.endsWith(' ')).flatMap(([one, a]) => boxes.filter(([, b]) =>
    Math.abs(a.top + a.bottom - b.top - b.bottom) < 6 && b.left > a.left && b.left - a.right < 4)
    .map(([two]) => [one, two]));
})"""
# Names of accounts that lie on a bar, of which the picture has the places.
ON_BARS = """const place = document.querySelector('#part-flows .drawing'),
  frame = place.querySelector('svg').getBoundingClientRect(),
  nodes = echarts.getInstanceByDom(place).getModel().getSeriesByIndex(0).getGraph().nodes;
  const bars = nodes.map((node) => {
    const at = node.getLayout(), group = echarts.getInstanceByDom(place)
      .getViewOfSeriesModel(echarts.getInstanceByDom(place).getModel().getSeriesByIndex(0)).group;
    return [frame.left + group.x + at.x, frame.top + group.y + at.y, at.dx, at.dy];
  });
  return [...place.querySelectorAll('svg text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return bars.some(([x, y, dx, dy]) => Math.min(box.right, x + dx) - Math.max(box.left, x) > 1
      && Math.min(box.bottom, y + dy) - Math.max(box.top, y) > 1);
  }).map((text) => text.textContent)"""


@pytest.mark.parametrize("width", [1280, 768, 390, 360])
def test_no_word_of_a_picture_is_cut_or_overlaid(page, width):
    browser.resize(page, width)
    try:
        assert browser.until(lambda: page.execute_script(
            "return document.querySelector('#part-flows svg').clientWidth") <= width)
        assert len(page.find_elements(By.CSS_SELECTOR, ".drawing > div > svg text")) > 100
        assert browser.until(lambda: not page.execute_script(CUT)), page.execute_script(CUT)
        assert page.execute_script(OVERLAID) == []
        assert page.execute_script(CROWDED) == []
        assert page.execute_script(ON_BARS) == []
    finally:
        browser.resize(page, 1280)


@pytest.fixture(scope="module")
def japanese(shown):
    """The same page in Japanese, in a tab of its own."""
    driver, path, folder = shown
    out = folder / "japanese.html"
    assert called("report.py", path, "-o", out, "--lang", "ja").returncode == 0
    first = driver.current_window_handle
    driver.switch_to.new_window("tab")
    driver.get(out.as_uri())
    mine = driver.current_window_handle
    driver.switch_to.window(first)
    return mine


@pytest.fixture
def in_japanese(page, japanese):
    """The browser with the Japanese page before it."""
    first = page.current_window_handle
    page.switch_to.window(japanese)
    yield page
    page.switch_to.window(first)


SMALL_CUT = """return [...document.querySelectorAll('svg.small')].flatMap((svg) => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('text')].filter((text) => {
    const box = text.getBoundingClientRect();
    return box.left < frame.left - 1 || box.right > frame.right + 1 || box.bottom > frame.bottom + 1;
  }).map((text) => text.textContent);
})"""


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_no_word_of_the_japanese_page_is_cut_or_overlaid(in_japanese, width):
    page = in_japanese
    browser.resize(page, width)
    try:
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.until(lambda: page.execute_script(wide) == 0), page.execute_script(wide)
        assert browser.until(lambda: not page.execute_script(CUT)), page.execute_script(CUT)
        for words in (OVERLAID, CROWDED, ON_BARS, SMALL_CUT):
            assert page.execute_script(words) == []
    finally:
        browser.resize(page, 1280)


@pytest.mark.parametrize("width", [1280, 768, 390])
def test_no_word_of_a_card_is_cut(page, width):
    browser.resize(page, width)
    try:
        assert page.execute_script(SMALL_CUT) == []
        assert page.execute_script("""return [...document.querySelectorAll('.card p, h1, .answer')]
            .filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => one.textContent)""") == []
    finally:
        browser.resize(page, 1280)


# Words whose colour is too near to what lies behind them (WCAG 2 AA: 4.5, large ones 3).
FAINT = """const parse = (text) => (text.match(/[\\d.]+/g) || []).map(Number);
const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => c <= 0.04045 ? c / 12.92
  : ((c + 0.055) / 1.055) ** 2.4).reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const behind = (one) => { for (let at = one; at; at = at.parentElement) {
  const colour = parse(getComputedStyle(at).backgroundColor);
  if (colour.length === 3 || colour[3] > 0.99) return colour; } return [255, 255, 255]; };
const found = [];
for (const one of document.querySelectorAll('body *')) {
  const own = [...one.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim());
  if (!own || !one.checkVisibility() || one.closest('noscript')) continue;
  const style = getComputedStyle(one), svg = one instanceof SVGElement;
  if (svg && getComputedStyle(one).strokeWidth !== '0px' && style.stroke !== 'none') continue;  // on a halo
  const colour = parse(svg ? style.fill : style.color), size = parseFloat(style.fontSize);
  const [a, b] = [light(colour), light(behind(one))].sort((x, y) => y - x);
  const least = size >= 24 || (size >= 18.66 && style.fontWeight >= 700) ? 3 : 4.5;
  if ((a + 0.05) / (b + 0.05) < least - 0.01) found.push([one.textContent.slice(0, 40), colour.join(), (a + 0.05) / (b + 0.05)]);
}
return found;"""


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_every_word_has_the_contrast_of_aa(page, mode):
    scheme = [{"name": "prefers-color-scheme", "value": mode}]
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": scheme})
    try:
        ink = "return getComputedStyle(document.body).color"
        assert browser.until(lambda: page.execute_script(ink) == (
            "rgb(31, 41, 51)" if mode == "light" else "rgb(232, 236, 239)"))
        assert page.execute_script(FAINT) == []
        page.execute_script("document.querySelector('.answer').style.color = '#8899aa'")
        assert len(page.execute_script(FAINT)) == (mode == "light")  # the test can fail
    finally:
        page.execute_script("document.querySelector('.answer').style.color = ''")
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})


def test_the_charts_follow_dark_mode_and_paper_is_light(page):
    colours = "return [look.ink, document.querySelector('#part-ties svg text').getAttribute('fill')]"
    page.execute_cdp_cmd("Emulation.setEmulatedMedia",
                         {"features": [{"name": "prefers-color-scheme", "value": "dark"}]})
    try:
        assert browser.until(lambda: page.execute_script(colours)[0] == "#e8ecef")
        page.execute_script("window.dispatchEvent(new Event('beforeprint'))")
        assert page.execute_script(colours)[0] == "#1f2933"
        page.execute_script("window.dispatchEvent(new Event('afterprint'))")
        assert page.execute_script(colours)[0] == "#e8ecef"
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
    assert browser.until(lambda: page.execute_script(colours)[0] == "#1f2933")


def test_the_first_screen_is_the_answer(page):
    browser.resize(page, 1280, 900)
    page.execute_script("window.scrollTo(0, 0)")
    try:
        tops = page.execute_script("""return ['.answer', '.card:nth-child(3) .number', '#part-map', '#methods', '#run']
            .map((css) => document.querySelector(css).getBoundingClientRect().top + window.scrollY)""")
        assert tops == sorted(tops) and tops[1] < 900
        assert len(page.find_elements(By.CSS_SELECTOR, ".card")) == 3
        for link in page.find_elements(By.CSS_SELECTOR, ".card .more a"):
            assert one(page, link.get_attribute("href").split("#")[1].join(["#", ""])).is_displayed()
    finally:
        browser.resize(page, 1280)


def test_without_scripts_answer_map_and_sentences_stand(page, shown):
    first = page.current_window_handle
    page.switch_to.new_window("tab")
    page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        page.get((shown[2] / "report.html").as_uri())
        texts = [line.text for line in page.find_elements(By.CSS_SELECTOR, ".answer, .number, h3")]
        assert all(texts[:4]) and len(texts) > 15
        assert one(page, "svg.plain-map path.c-city_to_city").is_displayed()
        hidden = page.find_elements(By.CSS_SELECTOR, ".map-controls, .tools, .chooser")
        assert hidden and not any(part.is_displayed() for part in hidden)
        assert "JavaScript" in one(page, "noscript p").text
    finally:
        page.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
        page.close()
        page.switch_to.window(first)


def test_crowded_words_would_be_seen(page):
    assert browser.until(lambda: widths(page, "#part-flows svg")[0] > 900)  # as on a desktop again
    move = """const chart = echarts.getInstanceByDom(document.querySelector('#part-flows .drawing')),
      series = chart.getModel().getSeriesByIndex(0), group = chart.getViewOfSeriesModel(series).group,
      bar = series.getGraph().nodes[0].getLayout();
    document.querySelector('#part-flows svg text').setAttribute('transform',
      `translate(${group.x + bar.x - 5} ${group.y + bar.y + bar.dy / 2})`)"""
    page.execute_script(move)
    try:
        assert page.execute_script(ON_BARS)
    finally:
        page.execute_script("draw(document.querySelector('#part-flows'))")
    assert page.execute_script(ON_BARS) == []


def test_panels_of_shares_are_in_per_cent_and_say_what_they_show(page):
    words = page.execute_script("""return [...document.querySelectorAll(
        '#part-concentration svg text')].map((text) => text.textContent)""")
    assert {"20\u00a0%", "projects of the three largest donors", "active donors"} <= set(words)
    assert not {"share", "share top3", "donors"} & {word.strip() for word in words}


def test_no_axis_of_a_share_goes_beyond_all(page):
    """Nor does the axis of a share that nearly all have, which the library would end beyond."""
    assert page.execute_script("""return [...document.querySelectorAll('.drawing svg text')]
        .map((text) => text.textContent).filter((text) => /^\\d{3} ?%$/.test(text) && parseInt(text) > 100)""") == []
    ends = page.execute_script("""return [0.5, 0.95, 1.0].map((high) => rangeOf(
        [{ share: 0.4, low: 0.3, high }], { share: true, y: "share" }).max)""")
    assert ends == [None, 1, 1]


def test_no_table_is_cut_on_a_desktop(page):
    tables = """return [...document.querySelectorAll('.scroll, .drawing.table')].map(
        (one) => [one.ariaLabel, one.scrollWidth - one.clientWidth])"""
    assert browser.until(lambda: page.execute_script(
        "return document.querySelector('#part-flows svg').clientWidth") > 900)
    found = page.execute_script(tables)
    assert len(found) > 5 and [name for name, beyond in found if beyond > 0] == []


@pytest.fixture
def sheet(page):
    """The page as it is drawn for a sheet of A4."""
    page.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    yield page
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
    page.execute_script("window.dispatchEvent(new Event('afterprint'))")


def widths(driver, css):
    return driver.execute_script("""return [...document.querySelectorAll(arguments[0])].map(
        (one) => Math.round(one.getBoundingClientRect().width))""", css)


@pytest.mark.parametrize("css, millimetres", [(".drawing svg", 180), ("#map-drawing canvas", 132)])
def test_a_print_is_drawn_at_the_width_of_the_sheet(page, css, millimetres):
    before, sheet_width = widths(page, css), millimetres / 25.4 * 96
    page.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    assert all(sheet_width - 4 <= width <= sheet_width for width in widths(page, css))
    page.execute_script("window.dispatchEvent(new Event('afterprint'))")
    assert widths(page, css) == before and min(before) > sheet_width


def test_no_word_of_a_print_is_cut_or_overlaid(sheet):
    for words in (CUT, OVERLAID, CROWDED, ON_BARS):
        assert sheet.execute_script(words) == []


def test_a_print_tells_what_the_screen_tells(sheet):
    shown = {css: one(sheet, css).is_displayed() for css in (
        ".key.city", ".key.regional", "#run details li", "#map-play", ".tools", ".contents")}
    assert shown == {".key.city": True, ".key.regional": True, "#run details li": True,
                     "#map-play": False, ".tools": False, ".contents": False}


def test_the_cards_of_a_print_stand_beside_each_other(sheet):
    browser.resize(sheet, 680)  # as wide as a sheet of A4 within its margins: 180 mm
    try:
        tops = sheet.execute_script("""return [...document.querySelectorAll('.card')].map(
            (card) => Math.round(card.getBoundingClientRect().top))""")
        assert len(tops) == 3 and len(set(tops)) == 1
    finally:
        browser.resize(sheet, 1280)


ROWS = """const names = arguments[0], place = document.createElement('div'), chart = arguments[1];
document.body.append(place);
const rows = names.map((name, i) => ({ name, series: 's', x: i, difference: i, low: i, high: i + 1 }));
const made = DRAW[chart.kind](rows, { ...chart, xname: 'x', order: ['s'] }, 680, '', true);
const shown = echarts.init(place, null, { renderer: 'svg', width: 680, height: made.height });
shown.setOption(made.option);
const boxes = [...place.querySelectorAll('text')].map((text) => [text.textContent, text.getBoundingClientRect()])
  .filter(([text]) => names.some((name) => text && name.includes(text)))
  .map(([text, box]) => [text, box.top, box.bottom]).sort((a, b) => a[1] - b[1]);
shown.dispose(); place.remove();
return boxes"""


@pytest.mark.parametrize("chart", [
    {"kind": "bars", "category": "name", "series": "series", "x": "x", "ordered": True},
    {"kind": "forest", "category": "name", "x": "difference"}])
@pytest.mark.parametrize("name", ["relations between the countries {n}", "short {n}"])
def test_rows_of_a_print_have_room_for_the_lines_of_their_labels(page, chart, name):
    names = [name.format(n=letter) for letter in "ABCDEFGHIJKL"]
    boxes = page.execute_script(ROWS, names, chart)
    assert " ".join(text for text, *_ in boxes).split() == " ".join(names).split()
    assert all(below[1] >= above[2] - 3 for above, below in zip(boxes, boxes[1:]))  # a box has a blank edge


def text_of_sheets(driver, path):
    """The words of every sheet of the page's print."""
    found = driver.execute_cdp_cmd("Page.printToPDF", {"preferCSSPageSize": True})
    path.write_bytes(base64.b64decode(found["data"]))
    text = subprocess.run(["pdftotext", "-layout", path, "-"], check=True, capture_output=True,
                          text=True).stdout
    return text.split("\f")[:-1]


def test_sheets_are_full_and_tables_go_on_with_their_heads(page, tmp_path):
    sheets = text_of_sheets(page, tmp_path / "r.pdf")
    assert 5 < len(sheets) <= 12
    members = [text for text in sheets if re.search(r"partner city +[A-Z]{2}-\d+$", text, re.MULTILINE)]
    assert members and all(re.search(r"name +projects", text) for text in members)
    assert all(len(text.split()) > 40 for text in sheets)


def test_no_word_of_a_japanese_print_is_cut_or_overlaid(in_japanese):
    page = in_japanese
    page.execute_script("window.dispatchEvent(new Event('beforeprint'))")
    page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        for words in (CUT, OVERLAID, CROWDED, ON_BARS, SMALL_CUT):
            assert page.execute_script(words) == []
    finally:
        page.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
        page.execute_script("window.dispatchEvent(new Event('afterprint'))")


def test_the_page_of_one_run_has_no_error(page, tmp_path):
    path, out = tmp_path / "one.db", tmp_path / "one.html"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/baseline.cfg", "--reps", "1", "--set",
                    "run.years=18", "--detail", "full", "--out", path], check=True,
                   capture_output=True)
    assert called("report.py", path, "-o", out).returncode == 0
    first = page.current_window_handle
    page.switch_to.new_window("tab")
    try:
        page.get(out.as_uri())
        assert page.find_elements(By.CSS_SELECTOR, "#part-refusals svg text")
        assert shown_errors(page) == []
    finally:
        page.close()
        page.switch_to.window(first)


def shown_errors(driver):
    """Errors of the page's own scripts; what a test provoked is left out."""
    return [e for e in driver.get_log("browser") if "127.0.0.1:9" not in e["message"]]
