# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables of the report on a small screen: no number is cut, and what does not fit becomes a block for each row."""

import os
import subprocess

import pytest
from selenium.webdriver.common.by import By

import browser
from conftest import called

# Cells that stick out of what the reader sees without scrolling, or break inside an estimate or its interval.
OUTSIDE = """\
return [...document.querySelectorAll('.table td, .scroll td, .scroll tbody th')].filter((cell) => {
  if (!cell.getClientRects().length) return false;
  const frame = cell.closest('.table, .scroll').getBoundingClientRect();
  const range = document.createRange();
  range.selectNodeContents(cell);
  const box = range.getBoundingClientRect();
  return box.width && (box.right > frame.right + 1 || box.left < frame.left - 1);
}).map((cell) => `${cell.closest('figure, section').id}: ${cell.textContent}`)"""
BROKEN = """return [...document.querySelectorAll('.interval > span')].filter((span) =>
  span.getClientRects().length > 1).map((span) => span.textContent)"""
STACKED = "return document.querySelectorAll('.stacked').length"


@pytest.fixture(scope="module", name="pages")
def fixture_pages(tmp_path_factory):
    """A browser, and the pages of two scenarios in both languages."""
    folder = tmp_path_factory.mktemp("stacked")
    path = folder / "s.db"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/baseline.cfg", "scenarios/no_hub.cfg", "--reps", "6", "--set",
                    "run.years=20", "--detail", "full", "--out", path], check=True, capture_output=True)
    for lang in ("en", "ja"):
        assert called("report.py", path, "-o", folder / f"{lang}.html", "--lang", lang).returncode == 0
    driver = browser.start(folder)
    try:
        yield driver, folder
    finally:
        driver.quit()


def shown(driver, address, width):
    """The page on a screen of that width, with every table open."""
    browser.resize(driver, width)
    driver.get(address)
    driver.execute_script("document.querySelectorAll('details.data').forEach((one) => { one.open = true; })")
    assert browser.until(lambda: driver.execute_script(
        "return [...document.querySelectorAll('details.data .table')].every((one) => one.hasChildNodes())"))


@pytest.mark.parametrize("lang", ["en", "ja"])
@pytest.mark.parametrize("width", [360, 390, 768])
def test_no_cell_is_cut(pages, lang, width):
    driver, folder = pages
    shown(driver, (folder / f"{lang}.html").as_uri(), width)
    assert driver.execute_script(OUTSIDE) == []
    assert driver.execute_script(BROKEN) == []
    assert driver.execute_script(STACKED) > 3
    wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert driver.execute_script(wide) == 0
    driver.execute_script("document.querySelectorAll('.stacked').forEach((one) => one.classList.remove('stacked'))")
    assert driver.execute_script(OUTSIDE) != []  # the check sees what stacking mends


def test_blocks_keep_their_heads_their_order_and_their_roles(pages):
    driver, folder = pages
    shown(driver, (folder / "en.html").as_uri(), 390)
    table = driver.find_element(By.CSS_SELECTOR, "#part-donors .table.stacked table")
    heads = [head.text.rstrip("↕↑↓\xa0 ") for head in table.find_elements(By.CSS_SELECTOR, "thead th")]
    cells = table.find_elements(By.CSS_SELECTOR, "tbody tr:first-child td")
    assert [cell.get_attribute("data-label") for cell in cells] == heads and heads[:2] == ["name", "projects"]
    assert {one.get_attribute("role") for one in cells} == {"cell"} and table.get_attribute("role") == "table"
    first = cells[0].text
    table.find_elements(By.CSS_SELECTOR, "thead th button")[1].click()
    again = table.find_elements(By.CSS_SELECTOR, "tbody tr:first-child td")
    assert again[0].text != first and again[1].get_attribute("data-label") == heads[1]
    browser.resize(driver, 1280)
    assert browser.until(lambda: driver.execute_script(STACKED) == 0)


def test_paper_has_the_table(pages):
    """What was a block on the screen is a table in print, whose cells say their heads once."""
    driver, folder = pages
    shown(driver, (folder / "en.html").as_uri(), 390)
    driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": "print"})
    try:
        assert driver.execute_script(
            "return getComputedStyle(document.querySelector('#part-donors .table tbody tr')).display") == "table-row"
        assert driver.execute_script("""return getComputedStyle(
            document.querySelector('#part-donors .table tbody td + td'), '::before').content""") == "none"
    finally:
        driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": ""})
