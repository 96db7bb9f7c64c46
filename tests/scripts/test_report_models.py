# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a model of its own: no empty part, and nothing that only cooperation has."""

import os
import re
import sqlite3
import subprocess

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select

import browser
from conftest import SCRIPTS, called
from results_files import build

from kumiai.report import facts, study

ROOT = SCRIPTS.parent


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A browser."""
    driver = browser.start(tmp_path_factory.mktemp("models"))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.mark.parametrize("model, settings, reps", [
    ("contagion", ["contagion.agents=500", "run.steps=30"], 6), ("none", [], 3)])
def test_the_page_of_another_model_has_no_empty_part(page, tmp_path, model, settings, reps):
    """Neither where the replicates are too few for intervals."""
    path, out = tmp_path / "m.db", tmp_path / "m.html"
    chosen = [word for setting in settings for word in ("--set", setting)]
    subprocess.run([os.environ["KUMIAI"], "run", f"scenarios/{model}.cfg", "--reps", str(reps), *chosen, "--detail", "full",
                    "--out", path], check=True, capture_output=True)
    text = no_empty_part(page, path, out)
    assert re.findall(r"(?i)leader|budget|donor|partner|municipal|prefect|fiscal|JFY|\byen\b|city|regional", text) == []
    pictures = [svg.get_attribute("innerHTML") for svg in page.find_elements(By.CSS_SELECTOR, ".card svg")]
    assert pictures and len(set(pictures)) == len(pictures), "a picture stands twice"
    html = out.read_text(encoding="utf-8")
    assert ("Student's t" in html.replace("&#39;", "'")) == (reps > 4) and not any(
        words in html for words in ("Korn", "Which cause or reason", "Coast lines", "its model records no ties"))


def test_the_page_of_a_model_with_ties_of_its_own(page, tmp_path):
    """Ties of a kind and modes that cooperation does not have: cards and parts by them."""
    path, out = foreign(tmp_path / "f.db"), tmp_path / "f.html"
    text = no_empty_part(page, path, out)
    assert "Korn and Graubard" in text and "Which cause or reason is the first" in text and "Coast lines" not in text
    for words in ("Which form?", "Which last?", "Why?", "of new ties are", "small", "large", "JFY", "regional"):
        assert (words in text) == (words not in ("JFY", "regional")), words


def test_the_title_of_a_chosen_measure_is_its_own(page, tmp_path):
    """What a chart with a choice claims is of the measure that is chosen."""
    path, out = foreign(tmp_path / "f.db"), tmp_path / "f.html"
    assert called("report.py", path, "-o", out).returncode == 0
    page.get(out.as_uri())
    figure = page.find_element(By.ID, "part-series")
    titles = []
    for measure in ("members", "groups"):
        Select(figure.find_element(By.TAG_NAME, "select")).select_by_value(measure)
        titles.append(figure.find_element(By.TAG_NAME, "h3").text)
    assert [title.split(":")[0] for title in titles] == ["Members", "Groups"] and all("in 2039" in one for one in titles)


@pytest.mark.parametrize("value, ends, shown", [
    (0.99999, [0.99985, 1], ["> 99.9 %", "(99.9 to 100)"]), (1, [0.83, 1], ["100 %", "(83 to 100)"]),
    (0.42, [0.4, 0.44], ["42.0 %", "(40.0 to 44.0)"])])
def test_the_page_writes_a_share_as_its_sentences_do(page, tmp_path, value, ends, shown):
    path, out = foreign(tmp_path / "f.db"), tmp_path / "f.html"
    assert called("report.py", path, "-o", out).returncode == 0
    page.get(out.as_uri())
    found = page.execute_script("return spanOf(arguments[0], arguments[1], true)", value, ends)
    assert [found[key].replace("\u00a0", " ") for key in ("value", "ends")] == shown
    apart = page.execute_script("return spanOf(-0.195, [-0.203, -0.189], true, true)")
    assert (apart["value"], apart["ends"]) == ("−19.5 points", "(−20.3 to −18.9)")


def test_titles_of_panels_beside_each_other_are_whole(page, tmp_path):
    """Three across on a tablet: a long title breaks and stays within the picture."""
    path = foreign(tmp_path / "f.db")
    with sqlite3.connect(path) as db:
        db.execute("UPDATE tie SET cause = 'retirement_of_the_member_number_' || (tie_id % 3) WHERE cause IS NOT NULL")
    assert called("report.py", path, "-o", tmp_path / "f.html").returncode == 0
    browser.resize(page, 768)
    page.get((tmp_path / "f.html").as_uri())
    page.execute_script("document.getElementById('part-incidence').scrollIntoView()")
    assert browser.until(lambda: page.find_elements(By.CSS_SELECTOR, "#part-incidence .drawing svg text"))
    outside = page.execute_script("""
        const svg = document.querySelector('#part-incidence .drawing svg'), whole = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter((t) => t.getBoundingClientRect().right > whole.right + 1
            || t.getBoundingClientRect().left < whole.left - 1).map((t) => t.textContent)""")
    assert outside == []


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_sweep_on_a_phone_breaks_names_of_parameters_at_their_marks(page, tmp_path, language):
    """No label of the picture is cut, or broken within a word, and no card is wider than the screen."""
    path, out = tmp_path / "s.db", tmp_path / "s.html"
    (tmp_path / "s.cfg").write_text(f'scenario = "{ROOT}/scenarios/contagion.cfg"; sweep = {{ design = "factorial"; factors = ('
                                    '{ parameter = "contagion.mean_degree"; levels = [2.0, 9.0]; },'
                                    '{ parameter = "contagion.initial_share"; levels = [0.1, 0.5]; } ); };', encoding="utf-8")
    subprocess.run([os.environ["KUMIAI"], "sweep", tmp_path / "s.cfg", "--set", "contagion.agents=200", "--set",
                    "run.steps=9", "--reps", "5", "--out", path], check=True, capture_output=True)
    assert called("report.py", path, "-o", out, "--lang", language).returncode == 0
    browser.resize(page, 390)
    try:
        page.get(out.as_uri())
        assert browser.until(lambda: page.find_elements(By.CSS_SELECTOR, "#part-factors .drawing svg text"))
        lines = page.execute_script("return linesOfLabel('contagion.initial_share, lowest', 100)")
        assert lines == ["contagion.", "initial_share,", "lowest"]
        shown = [one.text for one in page.find_elements(By.CSS_SELECTOR, "#part-factors .drawing svg text")]
        assert "contagion." in shown and not {"contagion.gam", "contagion.initia"} & set(shown)
        assert page.execute_script("return document.documentElement.scrollWidth") == 390
        assert page.execute_script("""return [...document.querySelectorAll('.card p, .card svg text')].filter((one) =>
            one.getBoundingClientRect().right > one.closest('.card').getBoundingClientRect().right)
            .map((one) => one.textContent)""") == []
    finally:
        browser.resize(page, 1280)


SMALLER = """base = "{root}/scenarios/gallery/team.cfg";
team = {{ size = {size}; }};
"""


@pytest.mark.parametrize("language", ["en", "ja"])
def test_lines_of_several_scenarios_and_changes_on_cards_fit_every_screen(page, tmp_path, language):
    for size in (2, 3):
        (tmp_path / f"of_{size}.cfg").write_text(SMALLER.format(root=ROOT, size=size), encoding="utf-8")
    path, out = tmp_path / "t.db", tmp_path / "t.html"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/gallery/team.cfg", tmp_path / "of_2.cfg", tmp_path / "of_3.cfg",
                    "--set", "run.steps=60", "--reps", "6", "--detail", "full", "--out", path], check=True,
                   capture_output=True, cwd=ROOT)
    assert called("report.py", path, "-o", out, "--lang", language).returncode == 0
    page.get_log("browser")
    page.get(out.as_uri())
    assert page.get_log("browser") == []
    assert len(page.find_elements(By.CSS_SELECTOR, ".beside div")) == 2 and page.find_elements(By.CSS_SELECTOR, ".card .change")
    for width in (1280, 768, 390):
        browser.resize(page, width)
        wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.until(lambda: page.execute_script(wide) == 0), width
        assert page.execute_script("""return [...document.querySelectorAll('.card p, .beside dd, .answer, .lead')]
            .filter((one) => one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).display !== 'inline')
            .map((one) => one.textContent)""") == []
    browser.resize(page, 1280)


@pytest.mark.parametrize("width, first_year, ticks", [(1280, "2001", ["2000", "2001", "2002"]), (390, "2001", ["2000", "2001", "2002"]),
                                                      (1280, "2000", ["0", "1", "2"]), (390, "2000", ["0", "1", "2"])])
def test_no_tick_is_a_fraction_and_the_first_has_its_name(page, tmp_path, width, first_year, ticks):
    """Of a model that is given a year, and of one that counts steps."""
    path, out = tmp_path / "v.db", tmp_path / "v.html"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/gallery/voter.cfg", "--set", "run.steps=2", "--set",
                    f"run.start_year={first_year}", "--reps", "3", "--detail", "full", "--out", path], check=True,
                   capture_output=True, cwd=ROOT)
    assert called("report.py", path, "-o", out).returncode == 0
    browser.resize(page, width)
    try:
        page.get(out.as_uri())
        page.execute_script("document.getElementById('part-series').scrollIntoView()")
        assert browser.until(lambda: page.find_elements(By.CSS_SELECTOR, "#part-series .drawing svg text"))
        shown = [one.text for one in page.find_elements(By.CSS_SELECTOR, "#part-series .drawing svg text")]
        assert [one for one in shown if re.fullmatch(r"\d{4}|\d(\.\d+)?", one)] == ticks
    finally:
        browser.resize(page, 1280)


@pytest.mark.parametrize("digest, shown", [("a" * 32, "kumiai run x.cfg"), ("a" * 32 + "+" + "b" * 32, "run x.cfg")])
def test_the_command_of_another_program_is_not_called_kumiai(tmp_path, digest, shown):
    """A program with models of its own: the file has the digest of its sources, but not its name."""
    path = foreign(tmp_path / "f.db")
    with sqlite3.connect(path) as db:
        db.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", [("command_line", "kumiai run x.cfg"),
                                                                     ("source_digest", digest)])
    [(_, found)] = facts.files(study.Study([path]))
    assert [value for _, key, value in found if key == "command_line"] == [shown]


def foreign(path):
    """A results file of a model of its own, with ties of one kind and two modes."""
    build(path, scenarios=("team",), reps=6, models=("team",))
    with sqlite3.connect(path) as db:
        db.execute("UPDATE tie SET kind = 'collaboration', mode = CASE mode WHEN 'regional' THEN 'large' ELSE 'small' END,"
                   " cause = CASE WHEN cause IS NULL THEN NULL ELSE 'retirement' END")
        for table in ("summary", "series"):
            db.execute(f"ALTER TABLE {table} RENAME COLUMN ties_city_to_city TO members")
        db.execute("ALTER TABLE series RENAME COLUMN ties_regional TO groups")
        db.execute("UPDATE column_doc SET column_name = 'groups', doc = 'Groups' WHERE table_name = 'series'")
        for table in ("refusal", "project", "tie_state"):
            db.execute(f"DROP TABLE {table}")
    return path


def no_empty_part(page, path, out):
    """Open the page of a file in a tab: no error, nothing empty, nothing of cooperation; its words."""
    assert called("report.py", path, "-o", out).returncode == 0
    page.get("about:blank")
    page.get_log("browser")
    page.get(out.as_uri())
    assert page.get_log("browser") == []
    assert 1 <= len(page.find_elements(By.CSS_SELECTOR, ".card")) <= 3
    for figure in page.find_elements(By.CSS_SELECTOR, "figure.part"):
        assert figure.find_elements(By.CSS_SELECTOR, ".drawing svg path, .drawing table tbody tr")
    for css in (".card p", "section h2", "section p", "h3"):
        assert all(part.get_attribute("textContent").strip() for part in page.find_elements(By.CSS_SELECTOR, css)), css
    for words in ("nan", "None", "undefined", "NaN"):
        assert not re.search(rf"\b{words}\b", page.find_element(By.TAG_NAME, "body").text.replace("None of", "")), words
    return page.find_element(By.TAG_NAME, "body").text


# Three governments and two partner cities of nowhere, of which no record of Japan says anything.
OWN = {
    "local_governments": """\
code,kind,type,name,name_local,prefecture,lat,lon,population,fiscal_strength,industry,port,estimated,source
A1,prefecture,prefecture,Northshire,Northshire,A1,-33.4,-70.5,13500000,0.9,0.3,0,0,me
A11,municipality,city,Oldbridge,Oldbridge,A1,-33.26,-70.03,2190000,0.8,0.4,0,0,me
A12,municipality,city,Newport,Puerto Nuevo,A1,-33.43,-71.13,1920000,0.9,0.3,1,0,me
""",
    "countries": """\
country,name,region,jica,jcm,jcm_from,priority,head_term_years,head_max_terms,stability,sisters,source
VN,Viet Nam,southeast_asia,1,1,2013,0.9,5,2,0.9,20,me
""",
    "partner_cities": """\
code,name,country,region,lat,lon,population,need_waste,need_water,need_air,capacity,popularity,named,estimated
B1,Lima,VN,southeast_asia,-12.03,-77.03,8000000,0.7,0.6,0.6,0.4,0.5,1,0
B2,Quito,VN,southeast_asia,-0.2,-78.5,1100000,0.6,0.5,0.4,0.4,0.5,1,0
""",
    "cooperatives": """\
code,name,name_local,form,prefecture,established,sanitation,plants,staff,budget_yen,fixed_members,cohesion,estimated
K1,Northshire Waste Union,Northshire Waste Union,partial_cooperative,A1,1998,1,3,80,4000000000,0,0,0
""",
    "cooperative_members": "cooperative,member\nK1,A11\nK1,A12\n"}


def own_country(folder):
    """A results file of the country."""
    for name, text in OWN.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    tables = " ".join(f'{name} = "{name}.csv";' for name in OWN)
    (folder / "own.cfg").write_text(
        f'base = "{ROOT / "configs/cooperation/base.cfg"}";\n'
        'record = { ties = ""; projects = ""; histories = ""; };\n'
        f'population = {{ associations = ""; networks = ""; {tables} }};\n', encoding="utf-8")
    subprocess.run([os.environ["KUMIAI"], "run", folder / "own.cfg", "--reps", "3", "--set", "run.years=14",
                    "--detail", "full", "--out", folder / "own.db"], check=True, capture_output=True)
    return folder / "own.db"


def test_the_page_of_an_own_country_says_nothing_of_japan(page, tmp_path):
    out = tmp_path / "own.html"
    assert called("report.py", own_country(tmp_path), "-o", out).returncode == 0
    page.get(out.as_uri())
    text = page.execute_script("""const copy = document.body.cloneNode(true);
        copy.querySelectorAll("script").forEach((one) => one.remove());
        return copy.textContent;""")
    assert "local name" in text and "Oldbridge" in text
    for words in ("On record", "Observed:", "Clean Authority of Tokyo", "name in Japanese", "Oldbridge (Oldbridge)"):
        assert words not in text, words
    (west, north), (east, south) = page.execute_script("return VIEWS.own")
    places = page.execute_script("return [...atlas.world.agents.values()].map(a => [a.lon, a.lat])")
    assert len(places) > 3 and all(west < lon < east and south < lat < north for lon, lat in places)
    assert page.execute_script("return atlas.chart.getOption().geo[0].boundingCoords") == [[west, north], [east, south]]
    assert page.execute_script("return shownTies().length") > 0
