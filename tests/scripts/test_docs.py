# SPDX-License-Identifier: GPL-3.0-or-later
"""The site of pages: it builds without a warning, every page is reached from the first, every link and file is there,
nothing comes from another host, and the search finds pages without a server."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import browser
import pytest

ROOT = Path(__file__).resolve().parents[2]
KUMIAI = Path(os.environ["KUMIAI"]).resolve()
sys.path.insert(0, str(ROOT / "scripts"))
from pages import plan, sources  # noqa: E402


class Page(HTMLParser):
    """Links, identifiers and resources of a page."""

    def __init__(self, path):
        super().__init__()
        self.links, self.ids, self.resources = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        self.ids.add(found.get("id"))
        if tag == "a" and found.get("href"):
            self.links.append(found["href"])
        elif tag == "link" and found.get("href") and found.get("rel") not in ("search", "index", "next", "prev"):
            self.resources.append(found["href"])
        if found.get("src"):
            self.resources.append(found["src"])


@pytest.fixture(scope="module", name="site")
def fixture_site(tmp_path_factory):
    """The folder of the site; the build itself must be silent."""
    folder = tmp_path_factory.mktemp("docs")
    done = subprocess.run(["/usr/bin/python3", ROOT / "scripts/pages/build.py", KUMIAI, folder / "source", folder / "site"],
                          check=False, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 0 and "WARNING" not in done.stderr, done.stderr[-3000:]
    return folder / "site"


@pytest.fixture(scope="module", name="pages")
def fixture_pages(site):
    """{path: Page} of all pages."""
    return {path.resolve(): Page(path) for path in site.rglob("*.html")}


def wrong_links(pages):
    """(page, link) of links within the site that lead nowhere."""
    found = []
    for path, page in pages.items():
        for link in page.links:
            name, _, anchor = link.partition("#")
            if re.match(r"\w+:", link):
                continue
            to = (path.parent / name).resolve() if name else path
            if not to.exists() or (anchor and to in pages and anchor not in pages[to].ids):
                found.append((path.name, link))
    return found


def test_every_link_leads_somewhere(pages):
    assert len(pages) > 100
    assert wrong_links(pages) == []


def test_a_wrong_link_is_seen(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b.html">x</a><a href="#no">y</a><a id="yes" href="#yes">z</a>', encoding="utf-8")
    assert len(wrong_links({(tmp_path / "a.html").resolve(): Page(tmp_path / "a.html")})) == 2


def test_every_page_is_reached_from_the_first(site, pages):
    first = (site / "index.html").resolve()
    seen, waiting = {first}, [first]
    while waiting:
        path = waiting.pop()
        for link in pages[path].links:
            to = (path.parent / link.partition("#")[0]).resolve()
            if to in pages and to not in seen:
                seen.add(to)
                waiting.append(to)
    assert {path.name for path in pages.keys() - seen} <= {"search.html", "genindex.html"}


def test_nothing_comes_from_another_host(site, pages):
    for path, page in pages.items():
        for resource in page.resources:
            assert not re.match(r"(\w+:)?//", resource), (path.name, resource)
            assert (path.parent / resource.partition("?")[0]).exists(), (path.name, resource)
    for style in site.rglob("*.css"):
        text = style.read_text(encoding="utf-8")
        for address in re.findall(r"url\(['\"]?([^)'\"]+)|@import ['\"]([^'\"]+)", text):
            assert not re.match(r"https?:|//|/", "".join(address)), (style.name, address)


def test_each_section_of_the_sources_is_on_one_page():
    parts = {page.name: page.parts for _, _, pages in plan.CHAPTERS for page in pages}
    book = sources.Book(parts | {"index": ("README.md",)}, plan.HOMES)  # refuses a section on two pages
    on_topics = [str(path.relative_to(ROOT)) for folder in ("scenarios", "scripts")
                 for path in (ROOT / folder).glob("[A-Z]*.md") if path.name != "README.md"]
    assert len(on_topics) > 15
    for path in ("README.md", *on_topics, plan.SCENARIOS, plan.RESULTS, plan.MODELS, plan.POPULATION, plan.RECORD, "configs/README.md",
                 "configs/cooperation/README.md", "sim/README.md", "tests/README.md",
                 "scripts/kumiai/README.md", "scripts/package/README.md"):
        assert book.unplaced(path) == [], path


def test_what_a_reader_looks_for_has_a_page(site):
    for scenario in (ROOT / "scenarios").glob("*.cfg"):
        assert (site / "scenarios" / f"{scenario.stem}.html").exists(), scenario.stem
    for name in ("tutorial/question-to-report", "how-to/own-country", "how-to/dated-policy", "how-to/named-agents",
                 "how-to/fork", "how-to/sweep", "how-to/calibrate", "how-to/cluster", "how-to/other-programs", "how-to/notebook",
                 "how-to/own-model", "reference/commands/run", "reference/parameters/leadership", "reference/metrics",
                 "reference/tables", "explanation/statistics", "explanation/odd/index"):
        assert (site / f"{name}.html").exists(), name


def test_the_list_of_how_to_says_what_each_page_is_for(site):
    listed = re.search(r"<h1>How to.*?</ul>", (site / "how-to/index.html").read_text(encoding="utf-8"), re.DOTALL)[0]
    lines = [re.sub(r"<[^>]*>", "", line) for line in re.findall(r"<li>.*?</li>", listed, re.DOTALL)]
    assert len(lines) > 20 and not [line for line in lines if not re.search(r"\S – \w+ \w+", line)]


def test_the_notebook_and_the_r_script_have_run(site):
    notebook = (site / "how-to/executed-notebook.html").read_text(encoding="utf-8")
    assert "jica_half" in notebook and "<img" in notebook and "Traceback" not in notebook
    in_r = (site / "how-to/r-script.html").read_text(encoding="utf-8")
    assert "mode=regional" in in_r or "R was not installed" in in_r


def test_in_a_browser(site, tmp_path):
    driver = browser.start(tmp_path)
    try:
        driver.get((site / "index.html").as_uri())
        browser.requests(driver), driver.get_log("browser")  # those of the browser's own first page
        for name in ("index", "reference/parameters/leadership", "how-to/executed-notebook", "explanation/odd/index"):
            for width in (1280, 390):
                browser.resize(driver, width)
                driver.get((site / f"{name}.html").as_uri())
                assert driver.find_element("tag name", "h1").text
                wide = driver.execute_script("return document.documentElement.scrollWidth")
                assert wide <= width, f"{name}: {wide} px at {width}"
        driver.get((site / "search.html").as_uri() + "?q=turnover_factor")
        found = browser.until(lambda: driver.find_elements("css selector", "#search-results li a"))
        assert any("leadership" in link.get_attribute("href") for link in found)
        assert browser.requests(driver) == []
        assert [entry["message"] for entry in driver.get_log("browser")] == []
    finally:
        driver.quit()
