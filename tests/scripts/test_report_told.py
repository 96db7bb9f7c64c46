# SPDX-License-Identifier: GPL-3.0-or-later
"""What the report may tell: comparisons of enough, titles that the intervals bear, and each thing once."""

import os
import sqlite3
import subprocess

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from kumiai import leading, matching, results, survival
from kumiai.report import alike_parts, cards, changes, facts, findings, language, page, parts, state_parts, tie_parts
from kumiai.report.part import said, said_points
from kumiai.report.study import Study


@pytest.fixture(scope="module")
def study(tmp_path_factory):
    """The scenarios of the quickstart, six replicates: two of them forbid a mode by rule."""
    path = tmp_path_factory.mktemp("told") / "told.db"
    names = ("baseline", "city_to_city_only", "regional_only")
    subprocess.run([os.environ["KUMIAI"], "run", *(f"scenarios/{name}.cfg" for name in names), "--reps", "6",
                    "--set", "run.years=20", "--detail", "full", "--out", path], check=True, capture_output=True)
    return Study([path])


# ---- like against like ----


def test_why_a_scenario_is_left_out_is_a_remark_and_no_title(study):
    for part in (part for _, _, parts in page.build(study)[0] for part in parts if hasattr(part, "frame")):
        assert isinstance(part.claim, str) and all(isinstance(remark, str) for remark in part.remarks), part.key


def test_what_a_rule_forbids_is_not_compared(study):
    part = alike_parts.alike(study)
    assert set(part.frame["scenario"]) == {"baseline"} and part.finding == ""
    assert [r.split(":")[0] for r in part.remarks] == ["city to city only", "regional only"]
    assert all(remark.endswith("by rule, so the modes are not compared.") for remark in part.remarks)
    with language.speaking("ja"):
        assert all(remark.endswith("比較しない。") for remark in alike_parts.alike(study).remarks)


def test_the_card_does_not_compare_with_a_mode_that_a_rule_forbids(study, monkeypatch):
    monkeypatch.setattr(study, "scenarios", study.scenarios[1:])
    card = cards.lasts(study)
    assert "of its first ten years a tie lasts" in card.what and "longer" not in card.what + card.answer


def test_a_tie_of_the_record_counts_once_over_all_runs():
    rows = [{"run_id": run, "mode": mode, "donor_id": donor, "partner_id": 9, "country": "VN", "sector": "waste",
             "onset_year": 2010.0, "entry": entry}
            for run in range(20) for mode, donor, entry in (("regional", 1, 3.0), ("city_to_city", 2, 3.0))]
    pairs = pd.DataFrame(rows)
    assert matching.distinct_ties(pairs) == 1
    assert matching.distinct_ties(pairs.assign(entry=0.0)) == 20
    assert matching.distinct_ties(pairs[pairs["mode"] == "regional"]) == 0


def compared(gap, distinct=50):
    """matching.Compared of eight replicates whose difference is so many standard errors from 0."""
    left_out = np.linspace(-1, 1, 8)
    error = np.sqrt(7 / 8 * (left_out ** 2).sum())
    regional = survival.Estimate(np.r_[0.0, left_out] + 5 + gap * error, 8, 100)
    city = survival.Estimate(np.full(9, 5.0), 8, 100)
    found = matching.Matched(regional, city, 60, 60, 60, 8)
    return matching.Compared(found, pd.Series(dtype=float), 0, distinct)


def test_differences_are_corrected_for_the_number_of_scenarios(study, monkeypatch):
    monkeypatch.setattr(alike_parts.facts, "forbids", lambda *_: False)
    gaps = dict(zip((s.label for s in study.scenarios), (4.0, 2.5, 2.4)))  # of 7 degrees of freedom: 2.36 is 5 %
    monkeypatch.setattr(study, "alike", {label: compared(gap) for label, gap in gaps.items()})
    part = alike_parts.alike(study)
    rows = part.frame[part.frame["what"] == "difference"].set_index("scenario")
    p = {label: 2 * stats.t.sf(gap, 7) for label, gap in gaps.items()}
    assert (rows["low"] > 0).all()  # each alone leaves out 0
    assert rows["p_corrected"].tolist() == pytest.approx([3 * p["baseline"], 2 * p["city_to_city_only"], 2 * p["city_to_city_only"]])
    assert "in 1 of 3 scenarios" in part.finding
    assert part.frame.loc[part.frame["what"] != "difference", "p_corrected"].isna().all()


def test_few_distinct_ties_are_no_comparison(study, monkeypatch):
    monkeypatch.setattr(alike_parts.facts, "forbids", lambda *_: False)
    monkeypatch.setattr(study, "alike", {s.label: compared(4.0, distinct=n)
                                         for s, n in zip(study.scenarios, (5, 4, 50))})
    part = alike_parts.alike(study)
    assert list(part.frame["scenario"].unique()) == ["baseline", "regional_only"]
    with pytest.raises(results.Absent, match="fewer than 5 different ties"):
        alike_parts.of_scenario(study, study.scenarios[1])


# ---- cards ----


@pytest.mark.parametrize("span, answer", [
    ((0.06, 0.05, 0.08), "Few ties form"), ((0.15, 0.0, 0.84), "do not tell"), ((0.7, 0.6, 0.8), "Most ties form"),
    ((0.4, 0.3, 0.6), "Many ties form"), ((0.06, np.nan, np.nan), "do not tell")])
def test_few_is_said_only_where_the_interval_tells_it(study, span, answer):
    assert answer in cards.forms_answer(study, span)


def test_what_a_rule_decides_is_no_answer(study, monkeypatch):
    monkeypatch.setattr(study, "scenarios", study.scenarios[1:])
    assert cards.forms_answer(study, (0.0, 0.0, 0.0)) == ""


@pytest.mark.parametrize("mean, ends, level, number, what", [
    (0.25, (0.0, 9.0), ("dormancy",), "no clear main cause", "More regional ties end by the end of the grant than by any other cause (0.25 per replicate)"),
    (1.2, (0.5, 8.0), (), "1", "tie per replicate ends by the end of the grant, the commonest")])
def test_a_cause_that_the_interval_does_not_tell_is_no_number(study, monkeypatch, mean, ends, level, number, what):
    frame = pd.DataFrame([{"scenario": "baseline", "mode": "regional", "cause": "grant_end", "n": 6, "mean": mean,
                           "low": ends[0], "high": ends[1]}])
    monkeypatch.setattr(study, "leads", (10, {"regional": leading.Lead("grant_end", "dormancy", (0.1, 0, 1), level, 8)}))
    card = cards._first_cause(study, {"causes": type("Part", (), {"frame": frame})})
    assert card.number == number and card.what.startswith(what)
    alone = leading.Lead("grant_end", None, None, (), 8)
    monkeypatch.setattr(study, "leads", (10, {"regional": alone}))
    only = cards._first_cause(study, {"causes": type("Part", (), {"frame": frame})})
    assert only.what.endswith("by the end of the grant, the only cause of regional ties")
    assert findings._claim({"regional": alone}, "{mode} ties end most often through {name}") == ""  # no cause is its first


def test_a_small_mean_is_not_shown_as_one():
    assert [cards.count(value) for value in (0, 0.58, 1.23, 13.7, 1234)] == ["0", "0.58", "1.2", "14", "1,234"]


# ---- titles ----


def test_the_first_three_are_told_where_each_has_more_than_every_other():
    few = pd.DataFrame({"a": [9, 8, 9, 7], "b": [7, 7, 6, 7], "c": [5, 6, 5, 5], "d": [0, 1, 0, 1], "e": [0, 0, 0, 1]})
    assert leading.first_are_told(few, 3)
    assert not leading.first_are_told(few.assign(d=[5, 1, 9, 0]), 3)  # its mean is below that of c by chance alone
    assert not leading.first_are_told(few[["a", "b", "c"]], 3)
    always = pd.DataFrame([[4, 3, 2, 1]] * 6)  # of no spread: six alike are no chance, five are
    assert leading.first_are_told(always, 3) and not leading.first_are_told(always.head(5), 3)


@pytest.mark.parametrize("side, part", [("donor", tie_parts.donors), ("partner", tie_parts.partners)])
def test_a_title_names_members_only_where_they_are_told(study, monkeypatch, side, part):
    monkeypatch.setattr(tie_parts.leading, "first_are_told", lambda counts, number: False)
    assert part(study).finding == ""
    monkeypatch.setattr(tie_parts.leading, "first_are_told", lambda counts, number: len(counts) == 6 and number == 3)
    assert "more projects than any other" in part(study).finding


def test_one_is_no_plural(study, monkeypatch):
    assert said_points(0.01, -0.05, 0.08) == "1 point (−5 to 8)" and said_points(0.02, -0.05, 0.08).startswith("2 points")
    assert said_points(-0.01, -0.08, 0.05) == "−1 point (−8 to 5)"
    monkeypatch.setattr(facts.results, "parameter_docs", lambda *_: pd.DataFrame({"tag": list("ABDDFFSS")}))
    assert facts.origin(study).startswith("Of its 8 parameters 1 is an assumption; 1 is background knowledge, not verified; "
                                          "2 are derived from sources; 2 are from")


# ---- what a rule sets is no finding ----


def test_what_is_by_rule_is_no_difference_of_the_first_screen(study):
    """Its line begins with the rule, and has no number of what that sets; the section on policies has."""
    head = {s.label: [row.metric for row in changes.key_rows(study, s)] for s in study.scenarios[1:]}
    assert "ties_regional" not in head["city_to_city_only"] and "ties_city_to_city" not in head["regional_only"]
    lines = {scenario.label: text for scenario, text in changes.lines(study)}
    assert all(head.values()) and "rule" not in changes.answer(study)
    assert lines["regional_only"].startswith("by rule no new city-to-city ties; ") and "fewer city-to-city" not in lines["regional_only"]
    policies = {scenario.label: text for scenario, text in findings.policies(study)}
    assert policies["city_to_city_only"].count("By rule no new regional ties form") == 1
    assert policies["regional_only"].count("By rule no new city-to-city ties form") == 1


def test_ties_of_the_first_screen_are_not_told_again(study, monkeypatch):
    """The differences at the top of the page do not stand with the policies; those of later scenarios do."""
    other = study.scenarios[2]
    monkeypatch.setitem(study.__dict__, "comparison", study.comparison.assign(p_holm=study.comparison["metric"].map(
        {"projects_started": 0.001, "people_served": 0.002}).fillna(1.0)))
    assert changes.told(study)[other.label] == ["projects_started", "people_served"]
    fewer = f"projects started {said_alone(study, other, 'projects_started')}"
    assert fewer in findings.policy(study, other) and fewer not in policies_of(study)[other.label]
    assert parts.differences(study).finding == ""  # each scenario's changes stand above the picture
    monkeypatch.setattr(changes, "MOST_LINES", 1)
    assert other.label not in changes.told(study) and fewer in policies_of(study)[other.label]


def policies_of(study):
    """{label: what the section on policies says of the scenario}, below the head of the page."""
    return {scenario.label: text for scenario, text in findings.policies(study, changes.told(study))}


def said_alone(study, scenario, metric):
    """A difference with its interval, as the section on policies has it."""
    row = study.measure(metric, scenario)
    return said(row.diff, row.diff_low, row.diff_high, signed=True)


def test_what_is_by_rule_is_no_change_beyond_chance(study, monkeypatch):
    sure = study.comparison.assign(p_holm=1.0, diff_low=-1.0, diff_high=1.0)
    sure.loc[sure["metric"].str.startswith("ties_"), "p_holm"] = 0.001
    monkeypatch.setitem(study.__dict__, "comparison", sure)
    frame = parts.differences(study).frame.set_index(["scenario", "metric"])
    assert np.isnan(frame.loc[("regional_only", "ties_city_to_city"), "p_corrected"])
    assert frame.loc[("regional_only", "ties_city_to_city"), "verdict"] == ""
    assert frame.loc[("city_to_city_only", "ties_city_to_city"), "p_corrected"] == 0.001


# ---- why regional ties last ----


def test_ties_that_rest_on_an_agreement_from_the_start_by_a_query_of_its_own(study):
    with sqlite3.connect(study.first.path) as db:
        rows = pd.read_sql_query("""SELECT run_id, mode, tie_id, institutionalised AS yes, min(time) AS time FROM tie_state
            JOIN tie USING (run_id, tie_id) JOIN run USING (run_id) JOIN scenario USING (scenario_id)
            WHERE scenario.name = 'baseline' AND kind = 'cooperation' AND NOT onset_censored AND onset >= 2013
            GROUP BY run_id, tie_id""", db)
    shares = rows.groupby(["mode", "run_id"])["yes"].mean()
    found = state_parts.from_the_start(study, study.first)
    for mode, (share, low, high) in found.items():
        assert share == pytest.approx(shares[mode].mean()) and low < share < high
    assert found["regional"][1] > 0.3 > found["city_to_city"][2]


@pytest.mark.parametrize("regional, told", [((0.7, 0.6, 0.8), True), ((0.3, 0.01, 0.7), False),
                                            ((0.7, np.nan, np.nan), False)])
def test_that_is_said_only_where_it_is_told(study, monkeypatch, regional, told):
    shares = {"city_to_city": (0.02, 0.01, 0.03), "regional": regional}
    monkeypatch.setattr(cards.state_parts, "from_the_start", lambda *_: shares)
    text = cards._carried_from_the_start(study).replace("\u00a0", " ")
    assert text == (" Of regional ties 70 % (60 to 80) rest on one of these when they begin, of city-to-city ties 2.0 % "
                    "(1.0 to 3.0)." if told else "")
