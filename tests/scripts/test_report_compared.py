# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report compares with the first scenario, what it does not, and what it says beside a difference."""

import re
import sqlite3
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from results_files import add_settings, build
from test_report_first_screen import folder, head_of, screen_of, two  # noqa: F401  # fixtures as well

from kumiai.report import card_changes, cards, changes, findings, observed, page, state_parts
from kumiai.report.study import Study

# ---- what is not compared, and what is equal ----

YEARS = {"run.start_year": 2000, "run.years": 20}


@pytest.mark.parametrize("other, said", [
    ({"run.start_year": 1990, "run.years": 30}, "“JICA half” runs 1990–2019, “baseline” 2000–2019: it is not compared (compare it with "
                                                "a scenario of the same years)."),
    ({"run.start_year": 2000, "run.years": 8}, "“JICA half” runs 2000–2007, “baseline” 2000–2019: it is not compared (compare it with "
                                               "a scenario of the same years).")])
def test_runs_of_other_years_are_not_compared(tmp_path, other, said):
    """Neither the sentence nor a card nor a table has a difference of them; the reason stands at the head once."""
    study = Study([add_settings(build(tmp_path / "a.db"), YEARS, other)])
    assert changes.answer(study) == said and changes.told(study) == {"jica_half": []}
    assert study.comparison["diff"].isna().all() and not [text for card in screen_of(study).cards for text in card.changes]
    head = head_of(study)
    assert head.count("it is not compared") == 1 and 'href="#policies"' not in head and "The cards show “baseline”." in head
    assert study.compared == [] and findings.policies(study)[0][1] == said


def test_models_of_steps_are_compared_by_their_steps(tmp_path):
    files = [build(tmp_path / f"{name}.db") for name in "ab"]
    study = Study([add_settings(files[0], {"run.steps": 300, "run.start_year": 1}, {"run.steps": 1200, "run.start_year": 1})])
    assert changes.answer(study) == "“JICA half” runs 1,200 steps, “baseline” 300 steps: it is not compared (compare it with a " \
        "scenario of as many steps)."
    study = Study([add_settings(files[1], {"run.steps": 300}, {"run.steps": 300, "team.size": 3})])
    assert study.apart == {} and np.isfinite(study.comparison["diff"]).any()


def test_of_several_one_of_other_years_stands_apart(tmp_path):
    names = ("baseline", "early", "jica_half")
    study = Study([add_settings(build(tmp_path / "a.db", names), YEARS, YEARS | {"run.start_year": 1990}, YEARS)])
    assert changes.answer(study).count("“early” runs 1990–2009, “baseline” 2000–2019") == 1
    assert [s.label for s, _ in changes.lines(study)] == ["jica_half"]
    kinds = [study.measure("ties_city_to_city", s).diff_kind for s in study.scenarios]
    assert kinds == ["reference", "none", "paired"]
    assert not any("early" in text for card in screen_of(study).cards for text in card.changes)


@pytest.mark.parametrize("other, said", [
    (YEARS, "“JICA half” is “baseline” again: the same settings, and the same result in all 6 replicates."),
    (YEARS | {"jica.budget": 2}, "“JICA half” changes nothing in “baseline”: all measures are equal in all 6 replicates.")])
def test_equal_scenarios_are_one_line(tmp_path, other, said):
    path = build(tmp_path / "a.db", shift=0.0)
    with sqlite3.connect(path) as db:  # each run of the second becomes that of the first with its replicate
        columns = [name for _, name, *_ in db.execute("PRAGMA table_info(summary)") if name != "run_id"]
        for name in columns:
            db.execute(f'UPDATE summary SET "{name}" = (SELECT one."{name}" FROM summary AS one WHERE one.run_id = '
                       "summary.run_id - 6) WHERE run_id > 6")
    db.close()
    study = Study([add_settings(path, YEARS, other)])
    assert changes.answer(study) == said
    head, html = head_of(study), page.render(study)
    assert head.count('<p class="answer">') == 1 and '<p class="change">' not in head and "no interval of" not in head
    assert "all 0 differences" not in html and "no key measure in common" not in html


def test_another_record_is_told(tmp_path):
    study = Study([add_settings(build(tmp_path / "a.db"), YEARS | {"record.ties": "ties.csv"}, YEARS | {"record.ties": ""})])
    assert findings.policies(study)[0][1].endswith(" “JICA half” begins with another record than “baseline”, so what differs holds the "
                                                   "beginning as well.")


# ---- what stands in a sentence ----


def test_differences_have_their_per_cent_and_what_they_are_over(two):
    """Of the first scenario's mean; projects over the run, stocks at a time."""
    study = two["full"]
    text, row = changes.answer(study).replace("\u00a0", " "), study.measure("projects_started", study.scenarios[1])
    assert re.search(rf"fewer projects over the 18 years \([\d,]+ to [\d,]+; −{-100 * row.diff / (row.mean - row.diff):.0f} %\)", text)
    assert re.search(r"fewer city-to-city ties at a time \([\d.]+ to [\d.]+; −\d+ %", text)


@pytest.mark.parametrize("p, told", [(0.03, "; p = 0.03)"), (0.009, ""), (0.0499, "; p = 0.050)")])
def test_what_is_just_beyond_chance_has_its_p(two, monkeypatch, p, told):
    study = two["summary"]
    monkeypatch.setitem(study.__dict__, "comparison", study.comparison.assign(p_holm=p, diff=-3.0, diff_low=-5.0, diff_high=-0.1))
    assert changes.answer(study).count("; p = ") == (4 if told else 0) and told in changes.answer(study)


def test_a_rule_comes_first(tmp_path, monkeypatch):
    """What a rule sets stands before what the scenario changes, in the line and in the sentence on one."""
    names = ("baseline", "jica_half", "other")
    several, single = (Study([build(tmp_path / f"{n}.db", names[:n])]) for n in (3, 2))
    for module in (changes.facts, findings.facts):
        monkeypatch.setattr(module, "forbids", lambda s, mode: s.label == "jica_half" and mode == "city_to_city")
    assert dict((s.label, text) for s, text in changes.lines(several))["jica_half"].startswith("by rule no new city-to-city ties; ")
    assert changes.answer(single).startswith("By rule no new city-to-city ties form in “JICA half”. ")


def test_cards_show_the_clearest_changes_and_count_the_rest(two):
    """Not those of the first scenarios of the file."""
    labels = ("first", "b", "c", "d", "e")
    scenarios = [replace(two["full"].first, label=label) for label in labels]
    study = type("Stub", (), {"scenarios": scenarios})()
    gaps = {"b": (1.0, 0.5, 1.5), "c": (1.0, 0.9, 1.1), "d": (-9.0, -9.5, -8.5), "e": (2.0, -1.0, 5.0)}
    found = card_changes._kept(study, [(s, gaps[s.label], "x") for s in scenarios[1:]])
    assert found == ["c: x", "d: x", "and 1 more:"] and found[-1].rest
    assert card_changes._kept(study, [(s, gaps["e"], "x") for s in scenarios[1:]]) == ["In no other scenario told apart from that."]


def test_what_is_left_of_a_card_leads_to_all_differences(two, monkeypatch):
    monkeypatch.setattr(card_changes, "_kept", lambda *_: [card_changes.Rest("and 3 more:")])
    assert 'and 3 more: <a href="#policies">all differences</a></p>' in head_of(two["summary"])


@pytest.mark.parametrize("longer, regional, told", [(True, 1.5, True), (False, 1.5, False), (True, 0.9, False)])
def test_why_regional_ties_last_longer_only_where_the_runs_tell(two, monkeypatch, longer, regional, told):
    """Their rates always; the reason where they end sooner in both states, last longer and rest on agreements from the start."""
    spans = ((15.0, 14.0, 16.0), (3.0, 2.8, 3.2))
    rates = {"city_to_city": spans, "regional": tuple(tuple(regional * x for x in span) for span in spans)}
    monkeypatch.setattr(state_parts, "institutions", lambda frame, label, mode="city_to_city": rates[mode])
    monkeypatch.setattr(state_parts, "from_the_start", lambda *_: {"city_to_city": (0.0, 0.0, 0.01), "regional": (0.6, 0.5, 0.7)})
    monkeypatch.setattr(cards, "_regional_last_longer", lambda study: longer)
    text = cards._regional_ends(two["full"], pd.DataFrame(), spans)
    assert text.startswith(" Regional ties: ") and "Of regional ties 60 %" in text.replace("\u00a0", " ")
    assert ("State for state regional ties end sooner; they last longer because" in text) == told


@pytest.mark.parametrize("begins, formed, told", [(2000, 17, True), (2013, 17, False), (2000, 41, False)])
def test_pairs_of_runs_without_the_record_are_those_that_formed(monkeypatch, begins, formed, told):
    study = type("Stub", (), {"begins": begins})()
    monkeypatch.setattr(observed, "_standing_before", lambda: range(41))
    assert observed._without_record(study, formed) == (
        " On record are 41 such pairs; these 17 formed in a run as well. The runs begin in 2000, without the record." if told else "")
