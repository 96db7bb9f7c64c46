# SPDX-License-Identifier: GPL-3.0-or-later
"""The head of the page of a model of its own: its answer, its cards, titles that say what is seen."""

import os
import re
import sqlite3
import subprocess

import pandas as pd
import pytest

from conftest import SCRIPTS, called
from results_files import build, foreign

from kumiai import database, drawn, yearly
from kumiai.report import card, cards, drawings, first, measure_cards, page, part, parts, queries, study

ROOT = SCRIPTS.parent
GALLERY = sorted(path.stem for path in (ROOT / "scenarios/gallery").glob("*.cfg"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """Makes, once, the results file of six replicates of a scenario of the gallery."""
    folder, there = tmp_path_factory.mktemp("gallery"), {}

    def of(name):
        if name not in there:
            there[name] = folder / f"{name}.db"
            subprocess.run([os.environ["KUMIAI"], "run", f"scenarios/gallery/{name}.cfg", "--reps", "6", "--detail",
                            "full", "--out", there[name]], check=True, capture_output=True, cwd=ROOT)
        return there[name]
    return of


def words_of(html):
    """The text of a page without its scripts, and the titles of its parts."""
    text = re.sub(r"<(script|style)\b.*?</\1>", "", html, flags=re.DOTALL).replace("\u00a0", " ")
    return re.sub(r"<[^>]+>", "", text), [re.sub(r"<[^>]+>", "", one) for one in re.findall(r"<h3 id.*?</h3>", text)]


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("name", GALLERY)
def test_the_page_of_a_model_of_the_gallery_answers(made, name, language):
    """One sentence with the first measures, their values and intervals, and no title that claims nothing."""
    of = study.Study([made(name)])
    html = page.render(of, language=language)
    text, titles = words_of(html)
    [told] = re.findall(r'<p class="answer">(.*?)</p>', html.replace("\u00a0", " "))
    first = of.measure(next(iter(of.comparison["metric"])))
    value = (part.said_share if first.unit == "share" else part.said)(first.mean, first.low, first.high)
    assert value.split(" ")[0].replace("\u00a0", " ") in told
    assert ("6 replicates, 95 % intervals" if language == "en" else "6 反復、95 % 区間") in told
    assert '<p class="subtitle">' in html  # the question, above its answer
    assert len(titles) >= 2 and all(re.search(r"\d", title) for title in titles if title not in ("Causes of end", "終了の原因別件数"))
    assert not re.search(r"100\.\d+ %", text)


def test_an_ended_run_stays_as_it_was(made):
    """The course of a mean ends at the mean of the last states, in page, query, picture and table of one year."""
    of = study.Study([made("sir")])
    last, rows = of.series[0].groupby("measure").last(), of.series[0]
    end = of.first.summary["recovered_final"].mean()
    assert of.ended_early and last.loc["recovered", "mean"] == pytest.approx(end)
    assert last.loc["infected", "mean"] == 0 and set(rows["n"]) == {6}
    for name in ("recovered", "infected"):
        with sqlite3.connect(made("sir")) as db:
            answer = pd.read_sql_query(queries.STOCK.replace("{metric}", name), db)
        mine = rows[rows["measure"] == name]
        assert answer["mean"].to_numpy() == pytest.approx(mine["mean"].to_numpy())
        assert answer["n"].tolist() == mine["n"].tolist() and answer["year"].tolist() == mine["year"].tolist()
    of_year = yearly.at_year(of.first, int(rows["year"].max()), ["recovered"], {})
    assert of_year["recovered"].mean() == pytest.approx(end) and len(of_year) == 6
    shown = [words_of(page.render(one))[0] for one in (of, study.Study([made("boltzmann")]))]
    assert ["stays as it was" in text for text in shown] == [True, False]


def test_nothing_happens_any_more_in_an_ended_run(tmp_path):
    """A flow is 0 after the end, in page, query and table of one year."""
    path = build(tmp_path / "a.db", ("baseline",), reps=6)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE series SET ties_regional = 1")
        db.execute("UPDATE column_doc SET unit = 'ties/step' WHERE column_name = 'ties_regional'")
        db.execute("DELETE FROM series WHERE run_id <= 3 AND time >= 2030")
    of = study.Study([path])
    flow = of.series[0].query("measure == 'ties_regional'").set_index("year")["mean"]
    assert flow.loc[2029] == 4 and flow.loc[2030] == 2
    with sqlite3.connect(path) as db:
        answer = pd.read_sql_query(queries.FLOW.replace("{metric}", "ties_regional"), db).set_index("year")["mean"]
    assert answer.to_dict() == pytest.approx(flow.to_dict())
    assert yearly.at_year(of.first, 2031, ["ties_regional"], {"ties_regional": "ties/step"}).mean().item() == 2
    result = called("compare.py", path, "--at", "2031", "--metrics", "ties_regional", "--csv", tmp_path / "at.csv")
    assert result.returncode == 0 and pd.read_csv(tmp_path / "at.csv")["mean"].tolist() == [2]


@pytest.mark.parametrize("name", GALLERY)
def test_the_number_of_a_card_is_where_its_picture_ends(made, name):
    of = study.Study([made(name)])
    for made_card in first.made_cards(of, {}):
        shown = re.findall(r'class="strong[^"]*">([^<]*)<', made_card.picture)
        assert made_card.number in shown or made_card.question == "How many form?", (made_card.number, shown)


def test_a_course_keeps_its_last_year(tmp_path):
    of = study.Study([foreign(tmp_path / "f.db")])
    for years in (2, 40, 41, 79, 80, 300):
        kept = cards._thinned(pd.DataFrame({"x": range(years)}))
        assert kept.index[0] == 0 and kept.index[-1] == years - 1 and len(kept) <= 40
    [(_, _, years, mean, *_)] = cards._over_time(of)
    alive = drawn.by_unit(of.first, of.alive(of.first)["trade"], "columns").mean(axis=1)
    assert years[-1] == alive.index[-1] and mean[-1] == pytest.approx(alive.iloc[-1])


def test_a_peak_is_no_end_of_a_series(made):
    """A measure that its series does not end at is drawn by itself."""
    of = study.Study([made("sir")])
    peak, final = (of.measure(name) for name in ("infected_peak", "recovered_final"))
    assert measure_cards._series_of(of, peak) is None and measure_cards._series_of(of, final) == "recovered"


def test_failed_and_missing_replicates_are_told(tmp_path):
    path = build(tmp_path / "a.db", ("baseline",), reps=6, failed=[("baseline", 2)])
    of = study.Study([path])
    assert card.replicates(of.first, 5) == "5 of 6 replicates; 1 failed"
    assert card.replicates(of.first, 4) == "4 of 6 replicates; 1 failed and 1 without a value"
    assert "5 of 6 replicates; 1 failed" in card.rests_on(of, (3.0, 2.0, 4.0), 5)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO meta VALUES ('reps', '8')")
    database.check_file(path, False)
    assert card.replicates(study.Study([path]).first, 5) == "5 of 8 replicates; 1 failed and 2 not yet run"
    whole = study.Study([build(tmp_path / "b.db", ("baseline",), reps=6)])
    assert card.replicates(whole.first, 6) == "6 replicates"


def test_the_cards_of_a_page_tell_of_failed_replicates(tmp_path):
    path = build(tmp_path / "a.db", ("baseline",), reps=8, failed=[("baseline", 2), ("baseline", 5)])
    text, _ = words_of(page.render(study.Study([path])))
    assert "(chance only, of 6 of 8 replicates; 2 failed)" in text


@pytest.mark.parametrize("span, told", [
    ((0.99999, 0.99985, 1.0), "more than 99.9 %"), ((0.9962, 0.9951, 0.9973), "more than 99.5 %"),
    ((1.0, 0.83, 1.0), "100 % (83 to 100)"), ((1.0, 1.0, 1.0), "100 % (the same in every replicate)"),
    ((1.35, 1.32, 1.38), "135 % (132 to 138)")])
def test_nearly_all_is_said_without_figures_that_tell_nothing(span, told):
    assert part.said_share(*span).replace("\u00a0", " ") == told


@pytest.mark.parametrize("heights", [[8, 32], [8, 9, 10], [90, 80], [50], [8, 40, 60]])
def test_labels_at_the_ends_of_lines_are_apart(heights):
    placed = sorted(drawings._apart(heights, 26, 14, 86))
    assert placed[0] >= 14 and placed[-1] <= 86 and all(b - a >= 26 for a, b in zip(placed, placed[1:]))


def test_a_difference_is_claimed_where_it_is_told_apart(tmp_path):
    """Of two further scenarios one differs from the first in the first measure, none in the second."""
    path = build(tmp_path / "a.db", ("harbours", "alike", "fewer"), reps=8, detail="series", models=("harbours",) * 3)
    with sqlite3.connect(path) as db:
        db.execute("ALTER TABLE summary RENAME COLUMN ties_city_to_city TO routes")
        db.execute("UPDATE summary SET routes = routes + 2 WHERE run_id BETWEEN 9 AND 16")
    of = study.Study([path])
    titles = parts.differences(of).chart["titles"]
    assert titles["routes"] == "Routes: “fewer” differs from “harbours” beyond chance."
    assert titles["projects_active"] == "Running: no scenario can be told apart from “harbours”."
    frame = pd.DataFrame({"metric": "routes", "scenario": list("abcde"), "p_corrected": [0.01] * 4 + [0.3]})
    assert parts._apart(of, frame) == {"routes": "Routes: 4 of 5 scenarios differ from “harbours” beyond chance."}
