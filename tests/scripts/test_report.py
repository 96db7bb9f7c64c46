# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/report.py: its numbers by its own queries, and files that lack something."""

import json
import os
import re
import sqlite3
import subprocess
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from conftest import SCRIPTS, called, refused, written
from results_files import build

from kumiai import results
from kumiai.report import changes, facts, findings, language, page, part, places, queries
from kumiai.report.study import Study


ROOT = SCRIPTS.parent


def payload(path):
    """What the scripts of a page read."""
    text = path.read_text(encoding="utf-8")
    return json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', text,
                                re.DOTALL)[1])


def markup(path):
    """A page without scripts, style and data."""
    return re.sub(r"<(script|style)\b.*?</\1>", " ", path.read_text(encoding="utf-8"), flags=re.DOTALL)


def visible(path):
    """The words of a page, blanks as one."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", markup(path)))


def made(tmp_path, *arguments):
    """The page that the script writes, without complaint."""
    out = tmp_path / "page.html"
    result = called("report.py", *arguments, "-o", out)
    assert result.returncode == 0, result.stderr
    return out


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A results file of the program itself: three scenarios, five replicates, 18 years."""
    path = tmp_path_factory.mktemp("report") / "real.db"
    names = ("baseline", "jica_half", "jica_closed_to_cooperatives")
    subprocess.run([os.environ["KUMIAI"], "run", *(f"scenarios/{n}.cfg" for n in names), "--reps", "5",
                    "--set", "run.years=18", "--detail", "full", "--out", path], check=True,
                   capture_output=True)
    return path


@pytest.fixture(scope="module")
def parts_of(real):
    """(study, {key: part}) of the program's file."""
    study = Study([real])
    sections, _ = page.build(study)
    return study, {p.key: p for _, _, ps in sections for p in ps}


def ask(path, sql, **words):
    """A documented query's answer, with its placeholders filled in."""
    for name, value in words.items():
        sql = sql.replace("{" + name + "}", str(value))
    with sqlite3.connect(path) as db:
        return pd.read_sql_query(sql, db)


def agree(frame, answer, keys, pairs):
    """Columns of a part equal those of its query, row by row; every row has its partner."""
    joined = frame.merge(answer, on=keys, how="left", suffixes=("", "_sql"))
    assert len(joined) == len(frame) > 0
    for mine, theirs in pairs.items():
        theirs = f"{theirs}_sql" if f"{theirs}_sql" in joined else theirs
        np.testing.assert_allclose(joined[mine].astype(float), joined[theirs].astype(float),
                                   rtol=1e-9, atol=1e-9)
    return joined


# ---- every number by its query ----


def by_t(joined):
    """The t-interval that mean, sd and n of a query give."""
    half = stats.t.ppf(0.975, joined["n_sql"] - 1) * joined["sd"] / np.sqrt(joined["n_sql"])
    return joined["mean_sql"] - half, joined["mean_sql"] + half


def drawn_out(frame, plain):
    """Whether intervals are the plain ones (not below 0) but for the side of the tail."""
    low, high = plain[0].clip(lower=0), plain[1]
    near = [np.isclose(a, b, rtol=1e-6, atol=1e-7) for a, b in ((frame["low"], low), (frame["high"], high))]
    return ((near[0] | (frame["low"] < low)) & (near[1] | (frame["high"] > high)) &
            (near[0] | near[1])).all()


def by_logit(joined):
    """The same of shares: ln(m/(1 − m)) ± t·sd/(√n·m·(1 − m)), turned back."""
    m = joined["mean_sql"]
    reach = (by_t(joined)[1] - m) / (m * (1 - m))
    low, high = (1 / (1 + np.exp(np.log((1 - m) / m) - side * reach)) for side in (-1, 1))
    plain = by_t(joined)
    return np.minimum(low, plain[0].clip(lower=0)), np.maximum(high, plain[1].clip(upper=1))


@pytest.mark.parametrize("measure, ends", [
    ("ties_city_to_city", by_t), ("knowhow_kept_cooperatives", by_t), ("share_top3", by_logit),
    ("gini_donors", by_t)])
def test_stocks_by_their_query(parts_of, real, measure, ends):
    frame = parts_of[1]["series"].frame
    joined = agree(frame[frame["measure"] == measure], ask(real, queries.STOCK, metric=measure),
                   ["scenario", "year"], {"mean": "mean", "n": "n"})
    many = joined[(joined["n"] > 1) & (joined["sd"] > 1e-6)]
    assert len(many) > 20
    if ends is by_t:
        assert drawn_out(many, by_t(many))
        return
    for mine, theirs in zip((many["low"], many["high"]), ends(many)):
        np.testing.assert_allclose(mine, theirs, rtol=1e-6, atol=1e-7)


def test_flows_over_time_by_their_query(parts_of, real):
    frame = parts_of[1]["series"].frame
    agree(frame[frame["measure"] == "projects_started"],
          ask(real, queries.FLOW, metric="projects_started"), ["scenario", "year"], {"mean": "mean"})


def test_survival_by_its_query(parts_of, real):
    frame = parts_of[1]["survival"].frame.query("age > 0")
    agree(frame, ask(real, queries.SURVIVAL), ["scenario", "mode", "age"],
          {"share": "share", "at_risk": "at_risk", "ended": "ended"})


def test_risk_table_by_its_query(parts_of, real):
    agree(parts_of[1]["at_risk"].frame, ask(real, queries.RISK), ["scenario", "mode", "years"],
          {"at_risk": "at_risk"})


def test_lasting_by_its_query(parts_of, real):
    frame = parts_of[1]["lasting"].frame
    columns = ["lasting_5_years", "lasting_10_years", "mean_years_within_10", "median_years"]
    frame = frame[frame["mean_years_within_10"].notna()]  # followed that long
    agree(frame, ask(real, queries.LASTING), ["scenario", "mode"], {c: c for c in columns})


def test_like_against_like_by_its_query_and_by_modes(parts_of, real, tmp_path):
    part = parts_of[1]["alike"]
    years = part.frame.set_index(["scenario", "what"])["years"].unstack()
    answer = ask(real, part.query).pivot(index="scenario", columns="mode", values="mean_years_within_10").dropna()
    assert list(years.index) == sorted(answer.index) and "baseline" in answer.index
    for what, mode in (("regional", "regional"), ("city_to_city, alike", "city_to_city")):
        np.testing.assert_allclose(years[what], answer[mode], rtol=1e-9)
    np.testing.assert_allclose(years["difference"], answer["regional"] - answer["city_to_city"], atol=1e-9)
    assert called("modes.py", real, "--out-dir", tmp_path).returncode == 0
    table = pd.read_csv(written(tmp_path, "modes_means.csv"))
    assert list(table["what"]) == list(part.frame["what"])
    np.testing.assert_allclose(table.select_dtypes("number"), part.frame[table.select_dtypes("number").columns],
                               rtol=1e-5, atol=1e-5)
    assert part.finding.endswith("scenarios.") or part.finding == ""


def test_incidence_by_its_query(parts_of, real):
    frame = parts_of[1]["incidence"].frame.query("age == 10").assign(at=10.0)
    answer = ask(real, queries.INCIDENCE)
    answer = answer[answer["age"] <= 10].groupby(["scenario", "mode", "cause"])["share"].last()
    joined = frame.join(answer.rename("sql"), on=["scenario", "mode", "cause"])
    np.testing.assert_allclose(joined["share"], joined["sql"].fillna(0), rtol=1e-9)
    assert len(joined) > 4


@pytest.mark.parametrize("key, keys, column", [
    ("causes", ["scenario", "mode", "cause"], "ties_per_replicate"),
    ("refusals", ["scenario", "mode", "reason"], "per_replicate"),
    ("projects", ["scenario", "by", "name"], "per_replicate"),
    ("flows", ["scenario", "from_account", "to_account"], "million_yen")])
def test_counts_by_their_query(parts_of, real, key, keys, column):
    answer = ask(real, parts_of[1][key].query)
    joined = agree(parts_of[1][key].frame.query("mean > 0"), answer, keys, {"mean": column})
    assert len(joined) == len(answer)
    known = joined[joined["low"].notna()]
    assert len(known) and (known["low"] >= 0).all() and (known["high"] > known["mean"]).all()


def test_rates_by_their_query(parts_of, real):
    frame = parts_of[1]["rates"].frame
    joined = agree(frame, ask(real, queries.RATES), ["scenario", "state", "mode"],
                   {"tie_years": "tie_years", "ended": "ended"})
    told = joined[joined["mean"].notna()]
    np.testing.assert_allclose(told["mean"], told["ends_per_100_tie_years"])
    few = (joined["ended"] < 10) | (joined["replicates"] < 5)
    assert (joined["mean"].isna() == few).all() and len(told) > 20
    # A tie is always in one state of each kind.
    kind = frame["state"].str.split(":").str[0]
    sums = frame.groupby(["scenario", "mode", kind])[["tie_years", "ended"]].sum().unstack()
    for column in ("tie_years", "ended"):
        np.testing.assert_allclose(sums[column]["stage"], sums[column]["institutions"])


def test_intervals_of_rates_leave_out_each_replicate(parts_of, real):
    one = parts_of[1]["rates"].frame.query("scenario == 'baseline' and state == 'stage: project'"
                                           " and mode == 'city_to_city'").iloc[0]
    with sqlite3.connect(real) as db:
        rows = pd.read_sql("SELECT s.run_id, s.tie_id, s.time, s.stage, iif(t.terminus_censored,"
                           " t.terminus - 0.25, t.terminus) AS seen, t.terminus_censored OR"
                           " t.cause = 'regional_form' AS alive FROM tie_state AS s JOIN tie AS t USING (run_id, tie_id) JOIN run"
                           " USING (run_id) WHERE scenario_id = 1 AND t.mode = 'city_to_city'", db)
    ended, years = dict.fromkeys(rows["run_id"], 0), dict.fromkeys(rows["run_id"], 0.0)
    for (run, _), tie in rows.sort_values("time").groupby(["run_id", "tie_id"]):
        times = [*tie["time"], tie["seen"].iloc[0]]
        years[run] += sum(b - a for a, b, s in zip(times, times[1:], tie["stage"]) if s == "project")
        ended[run] += tie["stage"].iloc[-1] == "project" and not tie["alive"].iloc[0]
    all_ended, all_years = sum(ended.values()), sum(years.values())
    assert one["mean"] == pytest.approx(100 * all_ended / all_years)
    left = np.log([(all_ended - ended[r]) / (all_years - years[r]) for r in years])
    error = np.sqrt((len(left) - 1) ** 2 / len(left) * left.var(ddof=1))
    half = stats.t.ppf(0.975, len(left) - 1) * error
    assert (one["low"], one["high"]) == pytest.approx((one["mean"] * np.exp(-half), one["mean"] * np.exp(half)))


def test_degrees_by_their_query(parts_of, real):
    frame = parts_of[1]["degrees"].frame
    joined = agree(frame, ask(real, queries.DEGREES), ["scenario", "side", "partners"],
                   {"mean": "mean", "n": "n"})
    known = joined[joined["low"].notna() & (joined["mean"] > 0)]
    assert drawn_out(known, by_t(known))
    assert set(frame["side"]) == {"donors", "partner cities"} and frame["partners"].max() > 3


@pytest.fixture(scope="module")
def swept(tmp_path_factory):
    """A results file of a sweep by the program: the spread of a disease over 60 points."""
    folder = tmp_path_factory.mktemp("sweep")
    (folder / "small.cfg").write_text('base = "%s/scenarios/contagion.cfg";\n'
                                      "contagion = { agents = 1000; };\n" % ROOT)
    (folder / "lhs.cfg").write_text(
        'scenario = "small.cfg";\nsweep = { design = "lhs"; points = 60; reps = 2;\n'
        'factors = ( { parameter = "contagion.beta"; min = 0.01; max = 0.1; },\n'
        '            { parameter = "contagion.gamma"; min = 0.05; max = 0.4; } ); };\n')
    subprocess.run([os.environ["KUMIAI"], "sweep", folder / "lhs.cfg", "--out", folder / "s.db"],
                   check=True, capture_output=True)
    return folder / "s.db"


def test_factors_of_a_sweep_by_their_query(swept):
    study = Study([swept])
    sections, _ = page.build(study)
    assert sections[0][0] == "factors"
    frame = sections[0][2][0].frame
    output = frame["output"].iloc[0]
    answer = ask(swept, queries.POINTS, metric=output)
    assert (answer["n"] == 2).all() and answer["point_id"].nunique() == 60
    wide = answer.pivot(index="point_id", columns="parameter", values="value")
    ranks = wide.assign(y=answer.groupby("point_id")["mean"].first()).rank()
    for factor, other in (wide.columns, wide.columns[::-1]):  # partial correlation by residuals
        left = [ranks[c] - np.polyval(np.polyfit(ranks[other], ranks[c], 1), ranks[other])
                for c in (factor, "y")]
        shown = frame[(frame["output"] == output) & (frame["factor"] == factor)].iloc[0]
        assert shown["value"] == pytest.approx(np.corrcoef(*left)[0, 1], abs=1e-6)
        assert shown["low"] < shown["value"] < shown["high"]


def test_the_page_of_a_sweep_tells_of_its_factors(swept, tmp_path):
    words, text = visible(out := made(tmp_path, swept)), markup(out)
    assert re.search(r'<(span|p) class="finding">(What moves|No factor moves|Whether a factor)', text)  # no list of remarks
    [answer] = re.findall(r'<p class="answer">(.*?)</p>', text)  # the head names the factors, and so does the part's title
    assert re.match(r"contagion\.\w+( and contagion\.\w+ move| moves) .* \(p below 0\.05, corrected by Holm for \d+ tests\)\.$",
                    answer), answer
    assert re.search(r"contagion\.\w+( and contagion\.\w+ move| moves) .* beyond chance \(small\)\.", words)
    assert "[&#39;" not in text and "formation.opt_out" == language.name("formation.opt_out")
    assert language.name("jica_local.db") == "jica_local.db" and language.name("opt_out") == "opt out"
    assert "What moves" in words and "contagion.beta" in words and "no replicates of one another" in words
    assert "Active ties" not in words
    assert "Which factors matter" not in visible(made(tmp_path, build(tmp_path / "plain.db", reps=2)))


def test_shares_of_refusals_by_their_query(parts_of, real):
    frame = parts_of[1]["refusals"].frame.query("mean > 0")
    agree(frame, ask(real, queries.REFUSALS), ["scenario", "mode", "reason"], {"share": "share"})
    assert np.allclose(frame.groupby(["scenario", "mode"])["share"].sum(), 1)
    assert ((frame["share_low"] >= 0) & (frame["share_high"] <= 1)).all()


@pytest.mark.parametrize("side", ["donors", "partners"])
def test_members_by_their_query(parts_of, real, side):
    frame = parts_of[1][side].frame
    assert (frame["name_local"].notna().any()) == (side == "donors")
    columns = ["projects", "share_of_runs", "granted_million_yen", "own_million_yen"]
    agree(frame, ask(real, parts_of[1][side].query), ["scenario", "code"],
          {c: c for c in columns})
    known = frame[frame["low"].notna()]
    assert ((0 <= known["low"]) & (known["low"] < known["projects"])
            & (known["projects"] < known["high"])).all()


@pytest.mark.parametrize("metric", ["ties_city_to_city", "projects_started", "own_yen"])
def test_differences_by_their_query(parts_of, real, metric):
    frame = parts_of[1]["differences"].frame
    frame = frame[frame["metric"] == metric]
    joined = agree(frame, ask(real, queries.DIFFERENCE, metric=metric), ["scenario"],
                   {"difference": "mean", "pairs": "n"})
    half = stats.t.ppf(0.975, joined["n"] - 1) * joined["sd"] / np.sqrt(joined["n"])
    sides = np.sort([joined["high"] - joined["difference"], joined["difference"] - joined["low"]], axis=0)
    np.testing.assert_allclose(sides[0], half, rtol=1e-6)  # the other is that of the tail
    levels = parts_of[1]["measures"].frame
    agree(levels[levels["metric"] == metric], ask(real, queries.MEASURE, metric=metric),
          ["scenario"], {"mean": "mean", "n": "n"})


def test_a_wrong_number_is_found(parts_of, real):
    frame = parts_of[1]["causes"].frame.assign(mean=lambda f: f["mean"] * 1.001)
    with pytest.raises(AssertionError):
        agree(frame, ask(real, queries.CAUSES), ["scenario", "mode", "cause"],
              {"mean": "ties_per_replicate"})


def test_the_origin_of_parameters_is_told(parts_of, real):
    counts = ask(real, "SELECT tag, count(*) AS n FROM parameter_doc WHERE model = 'cooperation'"
                       " GROUP BY tag").set_index("tag")["n"]
    told = [int(n) for n in re.findall(r"\b\d+\b", facts.origin(parts_of[0]))]
    assert told == [counts.sum(), *counts[["A", "B", "D", "F", "S"]], 2019]


def test_the_runs_by_their_query(parts_of, real):
    told = facts.scenarios(parts_of[0])
    answer = ask(real, queries.RUNS)
    assert [(s["label"], s["ok"], s["failed"], s["digest"]) for s in told] \
        == list(answer[["scenario", "ok", "failed", "config_digest"]].itertuples(index=False, name=None))


# ---- words ----


def test_a_finding_of_one_scenario_names_it(parts_of):
    study, parts = parts_of
    page.findings.of_parts(study, parts)
    for key in ("ties", "survival", "incidence", "concentration", "knowhow", "refusals", "flows",
                "shape"):
        assert "baseline" in parts[key].finding, key


def test_no_finding_without_its_uncertainty(parts_of):
    study, parts = parts_of
    page.findings.of_parts(study, parts)
    found = {key: p.finding for key, p in parts.items() if getattr(p, "finding", "")}
    found |= {s.label: text for s, text in page.findings.policies(study)}
    assert len(found) >= 10
    counts = {"alike", "donors", "partners"}  # of scenarios, or names
    for key, text in found.items():
        assert "nan" not in text and "None" not in text
        assert key in counts or re.search(r"\(−?[+\d.,]+.* to .*\)", text), text


def test_no_interval_of_a_count_goes_below_zero(parts_of):
    for key in ("ties", "causes", "refusals", "projects", "degrees", "flows", "rates"):
        low = parts_of[1][key].frame["low"].dropna()
        assert len(low) and (low >= 0).all(), key
    shares = parts_of[1]["survival"].frame
    assert ((shares["low"].dropna() >= 0) & (shares["high"].dropna() <= 1)).all()


def test_every_finding_stands_once(real, tmp_path):
    """No sentence of the page is there twice, and none of the two answers of a card again below it."""
    out = made(tmp_path, real)
    found = [re.sub("<[^>]+>", "", line).strip() for line in re.findall(
        r'<(?:h3|p class="(?:finding|answer|what|number)"|dd)[^>]*>(.*?)</(?:h3|p|dd)>', markup(out), re.DOTALL)]
    assert len(found) > 20 and len(found) == len(set(found))


@pytest.fixture(scope="module")
def forbidding(tmp_path_factory):
    """The study of a file whose second scenario has no regional ties, by rule."""
    path = tmp_path_factory.mktemp("rule") / "r.db"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/jica_closed_to_cooperatives.cfg",
                    "scenarios/city_to_city_only.cfg", "scenarios/low_turnover.cfg", "--reps", "4",
                    "--set", "run.years=12", "--out", path], check=True, capture_output=True)
    return Study([path])


def test_a_mode_forbidden_by_rule_is_no_finding_of_chance(forbidding):
    first, ruled, free = forbidding.scenarios
    there, left = (forbidding.measure("ties_regional", s) for s in (first, ruled))
    assert facts.forbids(ruled, "regional") and not facts.forbids(ruled, "city_to_city")
    with part.without_intervals(True):  # of four replicates
        shown = [part.said(m.mean, m.low, m.high) for m in (left, there)]
    assert page.findings.policy(forbidding, ruled).startswith(
        f"By rule no new regional ties form. At a time there are {shown[0]}, all from the start; “JICA closed to "
        f"cooperatives” has {shown[1]}. “city to city only”")
    assert "By rule" not in page.findings.policy(forbidding, free)
    forbidding.scenarios[0] = ruled
    try:
        assert page.findings.policy(forbidding, ruled).startswith("By rule no new regional ties form, as in “city to city only”.")
        assert page.findings.policy(forbidding, free).startswith("In “city to city only” no new regional ties form, by rule. ")
    finally:
        forbidding.scenarios[0] = first


def measured(p_holm):
    """A study whose only key measure fell by 2 (1 to 3), with this corrected p-value."""
    row = SimpleNamespace(metric="ties_regional", unit="ties", mean=3.0, diff=-2.0, diff_low=-3.0,
                          diff_high=-1.0, p_holm=p_holm, p_sign_holm=p_holm)
    first = SimpleNamespace(label="base")
    return SimpleNamespace(first=first, scenarios=[first], has_cooperation=True, apart={}, equal={}, other_records=(),
                           is_few=lambda *_: False, measure=lambda metric, scenario=None: row if metric == "ties_regional" else None)


def test_what_only_an_uncorrected_interval_tells_is_said_to_be_that(monkeypatch):
    monkeypatch.setattr(facts, "forbids", lambda *_: False)
    other = SimpleNamespace(label="other")
    sure, unsure = (page.findings.policy(measured(p), other) for p in (0.01, 0.2))
    assert sure == "“other” against “base”, over the whole run: regional ties −2.0 (−3.0 to −1.0), −40\u00a0%."
    assert unsure == "“other” against “base”, over the whole run, less sure (by intervals not corrected for many " \
        "comparisons): regional ties −2.0 (−3.0 to −1.0), −40\u00a0%."


def test_questions_and_what_differs(parts_of):
    base, half, _ = facts.scenarios(parts_of[0])
    assert base["question"].startswith("Which ties form") and base["differs"] == []
    assert half["differs"] == [("funding.jica_budget_factor", "0.5", "1.0")]


def test_settings_come_from_their_table(forbidding, tmp_path):
    ruled = forbidding.scenarios[1]
    found = results.settings(ruled)
    assert found["model"] == "cooperation" and found["formation.regional"] == "false"
    assert found["run.years"] == 12 and found["run.reps"] == 4
    assert ("formation.regional", "false", "true") in facts.differences(ruled, forbidding.first)
    old, _ = results.load(build(tmp_path / "old.db"))  # of schema version 1
    with pytest.raises(results.Absent, match="schema version 1"):
        results.settings(old[0])
    assert old[0].model == "cooperation" and facts.differences(old[0], old[1]) == []


# ---- the page ----


def test_the_page_is_small_and_whole(real, tmp_path):
    out = made(tmp_path, real)
    assert out.stat().st_size < 4_000_000
    assert not re.search(r'(src|href)="(?!#|data:)', markup(out))
    assert "Yokohama" in (text := out.read_text(encoding="utf-8")) and "横浜市" in text


def test_names_cannot_break_the_page(tmp_path):
    evil = '</script><script>alert("x")</script>'
    path = build(tmp_path / "r.db", scenarios=("a", evil), reps=2)
    out = made(tmp_path, path)
    assert "<script>alert" not in out.read_text(encoding="utf-8")
    assert evil in payload(out)["scenarios"]


def test_land_keeps_japan_and_drops_the_antarctic():
    rings = [np.array(p[0]) for p in places.land()["features"][0]["geometry"]["coordinates"]]
    assert all((r[0] == r[-1]).all() for r in rings)
    assert min(r[:, 1].max() for r in rings) > -56
    honshu = [r for r in rings if r[:, 0].min() < 131 and 141 < r[:, 0].max() < 143 and r[:, 1].max() < 42]
    assert len(honshu) == 1 and len(honshu[0]) > 150


def test_land_does_not_run_back_round_the_globe():
    rings = [np.array(p[0]) for p in places.land()["features"][0]["geometry"]["coordinates"]]
    assert max(np.abs(np.diff(r[:, 0])).max() for r in rings) < 180
    assert all(abs(r[:, 0].mean()) <= 180 for r in rings)
    assert max(r[:, 0].max() for r in rings) > 180  # the Chukchi Peninsula lies beyond the line


def test_columns_come_back():
    frame = pd.DataFrame({"n": [1, 2], "x": [0.123456789, np.nan], "w": ["a", None]})
    assert part.columns(frame) == {"n": [1, 2], "x": [0.123457, None],
                                   "w": {"labels": ["a", ""], "codes": [0, 1]}}


# ---- files that lack something ----


def test_one_run(tmp_path):
    out = made(tmp_path, build(tmp_path / "r.db", scenarios=("baseline",), reps=1))
    text = visible(out)
    assert "2000 to 2039" in text and "2000 to 2040" not in text
    assert "One replicate is too few to tell that from chance, so this page has no intervals. Run at least 10 replicates (--reps 10)." in text
    assert "nothing to compare it with" in text
    assert "differences" not in payload(out)["parts"] and "survival" in payload(out)["parts"]


@pytest.mark.parametrize("detail, kept", [("series", {"ties", "series"}), ("summary", set())])
def test_less_than_full_detail(tmp_path, detail, kept):
    out = made(tmp_path, build(tmp_path / "r.db", detail=detail))
    found = payload(out)["parts"].keys()
    assert kept | {"differences", "measures"} == set(found)
    assert "What this report leaves out" in visible(out) and "detail" in visible(out)


def test_failed_runs_are_told(tmp_path):
    path = build(tmp_path / "r.db", failed={("jica_half", 1), ("jica_half", 2)})
    text = visible(made(tmp_path, path))
    assert "2 runs failed and are in no number" in text and "jica half, replicate 1" in text.replace("JICA", "jica")


def test_several_files_keep_scenarios_apart(tmp_path):
    paths = [build(tmp_path / f"{n}.db", scenarios=("baseline",), reps=2, first_rep=r)
             for n, r in (("one", 0), ("two", 5))]
    out = made(tmp_path, *paths)
    assert payload(out)["scenarios"] == ["baseline (one.db)", "baseline (two.db)"]


def test_two_models_are_refused_and_one_can_be_named(tmp_path):
    path = build(tmp_path / "r.db", scenarios=("a", "b"), models=("cooperation", "contagion"))
    out = tmp_path / "page.html"
    assert refused(called("report.py", path, "-o", out), 2, "several models", "--model")
    assert not out.exists()
    assert payload(made(tmp_path, path, "--model", "contagion"))["scenarios"] == ["b"]


def test_a_model_without_ties(tmp_path):
    path = tmp_path / "c.db"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/contagion.cfg", "--reps", "2", "--set",
                    "contagion.agents=500", "--set", "run.steps=30", "--out", path], check=True,
                   capture_output=True)
    out = made(tmp_path, path)
    assert set(payload(out)["parts"]) == {"series", "measures"}
    text = visible(out)
    assert "What the runs of contagion say" in text and "argest number of infected agents" in text and "2 replicates are too few" in text
    assert markup(out).count('<article class="card">') == 3
    left_out = text[text.index("What this report leaves out"):].split("Methods")[0]
    assert left_out.count("contagion: the results file has no ties.") == 1
    for word in ("JFY", "regional", "refusals", "payments", "map", "detail"):
        assert word not in left_out


@pytest.mark.parametrize("detail, scenario, reason", [
    ("full", "contagion", "its model, contagion, records no refusals"),
    ("summary", "contagion", "its model, contagion, records no refusals"),
    ("series", "baseline", "its runs were kept at detail 'series', but refusals need --detail full")])
def test_why_a_table_is_empty(tmp_path, detail, scenario, reason):
    path = tmp_path / "r.db"
    small = ["contagion.agents=500", "run.steps=30"] if scenario == "contagion" else ["run.years=3"]
    settings = [word for setting in small for word in ("--set", setting)]
    subprocess.run([os.environ["KUMIAI"], "run", f"scenarios/{scenario}.cfg", "--reps", "1",
                    "--out", path, "--detail", detail, *settings], check=True, capture_output=True)
    run = results.load(path)[0][0]
    with pytest.raises(results.Absent, match=reason):
        results.read_refusals(run)
    with pytest.raises(results.Absent, match=reason.replace("refusals", "(cooperation )?ties")):
        results.read_ties(run)


def test_what_never_arose_is_said_to_be_that(tmp_path):
    path = build(tmp_path / "r.db", scenarios=("a",), reps=1)
    with sqlite3.connect(path) as db:
        db.execute("INSERT INTO meta VALUES ('detail', 'full')")
        db.execute("INSERT INTO column_doc VALUES ('refusal', 'count', '', '')")
        db.execute("DELETE FROM refusal")
    with pytest.raises(results.Absent, match="a: no refusals arose in its runs"):
        results.read_refusals(results.load(path)[0][0])


def test_what_cannot_be_read_is_refused(tmp_path):
    other = build(tmp_path / "r.db", version="99")
    assert refused(called("report.py", other), 2, "schema_version 99")
    assert refused(called("report.py", tmp_path / "none.db"), 2, "no such file")
    assert refused(called("report.py", build(tmp_path / "s.db"), "--rep", "77"), 2, "replicate 77")
    (tmp_path / "text.db").write_text("no database at all, but long enough to be taken for one" * 20)
    assert refused(called("report.py", tmp_path / "text.db"), 2, "not a kumiai results file")


def test_a_port_that_no_machine_has_is_refused(real):
    assert refused(called("report.py", real, "--serve", "--port", "99999"), 2, "99999", "65535")
    assert refused(called("report.py", real, "--port", "8000"), 2, "--port", "--serve")
    assert refused(called("report.py", real, "--serve", "-o", "page.html"), 2, "--serve", "--out")


def test_the_first_screen_tells_of_the_other_scenarios(parts_of, real, tmp_path):
    study, _ = parts_of
    lines = {scenario.label: text for scenario, text in changes.lines(study)}
    assert list(lines) == [s.label for s in study.scenarios[1:]]
    for label, text in lines.items():
        sure = [metric for metric, _ in findings.key_measures(study)
                if study.measure(metric, next(s for s in study.scenarios if s.label == label)).p_holm < 0.05]
        assert len(changes.told(study)[label]) == min(len(sure), changes.MOST_SHORT) == text.count(" to ")
        assert set(changes.told(study)[label]) <= set(sure) and (text == "no key measure told apart from “baseline”") == (not sure)
    words = visible(made(tmp_path, real))
    assert words.index(changes.answer(study)) < words.index("JICA half: ") < words.index("Which form?") < words.index("no forecast")


def test_one_replicate_says_once_that_it_has_no_interval(tmp_path):
    path = tmp_path / "one.db"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/baseline.cfg", "scenarios/jica_half.cfg", "--reps", "1",
                    "--set", "run.years=12", "--detail", "full", "--out", path], check=True, capture_output=True)
    words = visible(made(tmp_path, path))
    assert words.count("interval") == 2, "the answer and the methods"  # noqa: PLR2004
    assert "One replicate is too few to tell from chance what “JICA half” changes" in words and "1 replicates" not in words
