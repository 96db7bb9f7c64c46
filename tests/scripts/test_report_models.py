# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of a model of its own: no empty part, and nothing that only cooperation has."""

import os
import re
import sqlite3
import subprocess

import pytest
from selenium.webdriver.common.by import By

import browser
from conftest import called
from results_files import build


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """A browser."""
    driver = browser.start(tmp_path_factory.mktemp("models"))
    try:
        yield driver
    finally:
        driver.quit()


@pytest.mark.parametrize("model, settings", [
    ("contagion", ["contagion.agents=500", "run.steps=30"]), ("none", [])])
def test_the_page_of_another_model_has_no_empty_part(page, tmp_path, model, settings):
    path, out = tmp_path / "m.db", tmp_path / "m.html"
    chosen = [word for setting in settings for word in ("--set", setting)]
    subprocess.run([os.environ["KUMIAI"], "run", f"scenarios/{model}.cfg", "--reps", "3", *chosen, "--detail", "full",
                    "--out", path], check=True, capture_output=True)
    no_empty_part(page, path, out)


def test_the_page_of_a_model_with_ties_of_its_own(page, tmp_path):
    """Ties of a kind and modes that cooperation does not have: cards and parts by them."""
    path, out = foreign(tmp_path / "f.db"), tmp_path / "f.html"
    text = no_empty_part(page, path, out)
    for words in ("Which form?", "Which last?", "Why?", "of new ties are", "small", "large", "JFY", "regional"):
        assert (words in text) == (words not in ("JFY", "regional")), words


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
