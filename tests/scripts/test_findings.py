# SPDX-License-Identifier: GPL-3.0-or-later
"""Findings of the report: their numbers by queries of their own, and what may be called first."""

import json
import os
import re
import sqlite3
import subprocess
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from conftest import SCRIPTS

from kumiai import intervals, leading, pictures, survival, survival_pictures, tables
from kumiai.report import cards, findings, first, page, state_parts
from kumiai.report.part import decimals_of, said, said_points, said_share
from kumiai.report.study import Study

START, YEARS, STEP = 2000.0, 30, 0.25
NUMBER, PER_CENT = r"(−?[\d,.]+)", "(?:\u00a0%)?"
SPAN = re.compile(rf"{NUMBER}(?:\u00a0%| points?)? \({NUMBER}{PER_CENT} to {NUMBER}{PER_CENT}\)")
RUNS = "SELECT run_id FROM run WHERE scenario_id = 1 AND status = 'ok'"


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """A results file of the program itself: two scenarios, eight replicates."""
    folder = tmp_path_factory.mktemp("findings")
    path, base = folder / "real.db", f'base = "{Path("scenarios/from_2000.cfg").resolve()}";\n'
    (folder / "baseline.cfg").write_text(base, encoding="utf-8")
    (folder / "jica_half.cfg").write_text(base + "funding = { jica_budget_factor = 0.5; };\n",
                                          encoding="utf-8")
    subprocess.run([os.environ["KUMIAI"], "run", folder / "baseline.cfg",
                    folder / "jica_half.cfg", "--reps", "8", "--set", f"run.years={YEARS}",
                    "--detail", "full", "--out", path], check=True, capture_output=True)
    return path


@pytest.fixture(scope="module")
def told(real):
    """{key of a part: its finding}."""
    study = Study([real])
    parts = {p.key: p for _, _, ps in page.build(study)[0] for p in ps}
    findings.of_parts(study, parts)
    return {key: part.finding for key, part in parts.items() if getattr(part, "finding", "")}


def ask(path, sql):
    with sqlite3.connect(path) as db:
        return pd.read_sql_query(sql, db)


WORDS = json.loads((SCRIPTS / "kumiai/report/words/en.json").read_text(encoding="utf-8"))["names"]


def in_words(name):
    """A name of the file as the page writes it."""
    return WORDS.get(name, name.replace("_", " "))


def spans(text):
    """[(estimate, low, high)] of a sentence, as it says them."""
    return [tuple(float(x.replace(",", "").replace("−", "-")) for x in found)
            for found in SPAN.findall(text)]


def by_t(values):
    """Mean and ends of its t-interval."""
    mean, half = np.mean(values), stats.t.ppf(0.975, len(values) - 1) * stats.sem(values)
    return mean, mean - half, mean + half


def by_tail(values):
    """Mean and ends of its interval, drawn out on the side of the tail."""
    mean, low, high = by_t(values)
    n, skew = len(values), stats.skew(values, bias=False)
    if skew > 0:
        skew = min(skew, 3 * np.std(values, ddof=1) / mean) if min(values) >= 0 else skew
    rho = min(1, abs(skew) / np.sqrt(n))
    stretch = 1 + (2 + 18 / max(n, 8)) * rho ** 2 * (1 - rho) if skew > 0 or min(values) < 0 else 1
    q = stats.t.ppf(0.975, max(n - 1, 7)) * rho * stretch
    far = (high - mean) * stretch * np.expm1(q) / q
    low, high = (low, mean + far) if skew > 0 else (mean - far, high)
    return mean, max(low, 0) if min(values) >= 0 else low, high


def by_logit(values):
    """Mean share and ends of its interval on the logit scale, or plain where that is wider."""
    mean, low, high = by_t(values)
    middle, reach = np.log(mean / (1 - mean)), (mean - low) / (mean * (1 - mean))
    ends = (1 / (1 + np.exp(-x)) for x in (middle - reach, middle + reach))
    return mean, min(next(ends), max(low, 0)), max(next(ends), min(high, 1))


def hundredfold(span):
    return tuple(100 * x for x in span)


def same(span, expected):
    """A span of a sentence is the expected one, but for rounding to the unit that its width allows."""
    unit = 10.0 ** -decimals_of(*expected)
    assert span == pytest.approx(expected, abs=0.501 * unit), (span, expected)
    width = expected[2] - expected[1]
    least = 3 if abs(expected[0]) >= 99.5 * unit else 5  # less only where it saves a fourth figure
    assert least * unit <= width and (width < 50 * unit or expected[0] < 100 * unit)  # two figures are told in any case


# ---- every sentence by a query of its own ----


def test_ties_at_the_end_are_those_that_have_not_ended(told, real):
    alive = ask(real, f"""SELECT run_id, sum(mode = 'city_to_city') AS city, sum(mode = 'regional')
        AS regional FROM tie WHERE run_id IN ({RUNS}) AND kind = 'cooperation' AND terminus_censored
        GROUP BY run_id""")
    city, regional = spans(told["ties"])
    same(city, by_tail(alive["city"]))
    same(regional, by_tail(alive["regional"]))
    assert told["ties"].startswith("At the end of JFY 2029, “baseline” has ")


def lives(path, mode):
    """Age at which a mode's ties come under observation and at which they leave, and why; 'left' by
    whatever cause, 'ended' without those that go on in a regional form."""
    frame = ask(path, f"""SELECT run_id, cause, onset, terminus_censored = 0 AS left,
        terminus_censored = 0 AND cause <> 'regional_form' AS ended,
        iif(terminus_censored, {START + YEARS - STEP}, terminus) AS terminus FROM tie WHERE run_id IN ({RUNS})
        AND kind = 'cooperation' AND mode = '{mode}'
        AND NOT (onset_censored AND onset >= {START})""")
    age = (frame["terminus"] - frame["onset"]).round(6)
    frame["age"] = age.mask(age == 0, STEP / 2)
    frame["entry"] = np.maximum(0, START - frame["onset"]).round(6)
    return frame[frame["age"] > frame["entry"]]


def product_limit(frame, until, going="ended"):
    """(age, share alive before it, at risk, those that go there) of every age at which some go."""
    alive = 1.0
    for age in sorted(frame.loc[frame[going] == 1, "age"].unique()):
        if age > until:
            break
        ending = frame[(frame[going] == 1) & (frame["age"] == age)]
        at_risk = ((frame["entry"] < age) & (frame["age"] >= age)).sum()
        yield age, alive, at_risk, ending
        alive *= 1 - len(ending) / at_risk


def still_there(frame, age):
    """Share alive after an age."""
    alive = 1.0
    for _, before, at_risk, ending in product_limit(frame, age):
        alive = before * (1 - len(ending) / at_risk)
    return alive


def mean_years(frame, horizon=10):
    """Area under the curve up to the horizon."""
    ages = [a for a, *_ in product_limit(frame, horizon)]
    edges = [0.0, *ages, horizon]
    level = [before for _, before, *_ in product_limit(frame, horizon)]
    return float(np.dot([*level, still_there(frame, horizon)], np.diff(edges)))


def test_lasting_by_a_product_of_its_own(told, real):
    city, regional = (lives(real, mode) for mode in ("city_to_city", "regional"))
    found = spans(told["survival"])
    assert found[0][0] == pytest.approx(100 * still_there(city, 5), abs=0.51)
    assert found[1][0] == pytest.approx(100 * still_there(regional, 5), abs=0.51)
    for value, low, high in found:
        assert low < value < high


def incidence(frame, until):
    """Share of ties that each cause has ended by an age, largest first."""
    shares = {}
    for _, alive, at_risk, ending in product_limit(frame, until, "left"):
        for cause, n in ending["cause"].value_counts().items():
            shares[cause] = shares.get(cause, 0.0) + alive * n / at_risk
    return pd.Series(shares).drop("regional_form", errors="ignore").sort_values(ascending=False)


def test_causes_by_a_sum_of_their_own(told, real):
    text = told["incidence"]
    for mode, words in (("city_to_city", "city-to-city"), ("regional", "regional")):
        shares = incidence(lives(real, mode), 10)
        first, following = map(in_words, shares.index[:2])
        said_here = text[re.search(rf"{re.escape(first)} ends [^;]* of {words} ties", text).start():]
        assert spans(said_here)[0][0] == pytest.approx(100 * shares.iloc[0], abs=0.51)
        gap, low = re.search(r"(−?[\d.]+) points? \((−?[\d.]+) to ", said_here).groups()
        assert float(gap.replace("−", "-")) == pytest.approx(100 * (shares.iloc[0] - shares.iloc[1]), abs=0.51)
        assert following in said_here
        verdict = re.search(r"more than|told apart", said_here)[0]
        assert verdict == ("told apart" if low.startswith("−") else "more than")


def test_refusals_by_their_counts(told, real):
    counts = ask(real, f"""SELECT run_id, mode, reason, sum(count) AS n FROM refusal
        WHERE run_id IN ({RUNS}) GROUP BY 1, 2, 3""")
    sentences = told["refusals"].rstrip(".").split(": ")[1].split("; ")
    for sentence, mode in zip(sentences, ("city_to_city", "regional"), strict=True):
        wide = counts[counts["mode"] == mode].pivot(index="run_id", columns="reason", values="n")
        shares = wide.fillna(0).div(wide.sum(axis=1), axis=0)
        first, following = shares.mean().sort_values(ascending=False).index[:2]
        assert re.match(rf"{in_words(first)} accounts for [^(]+ \([^)]+\) of refused {mode.replace('_', '-')} ", sentence)
        assert f"more than {in_words(following)}, the next reason" in sentence
        share, gap = spans(sentence)
        same(share, hundredfold(by_logit(shares[first])))
        same(gap, hundredfold(by_tail(shares[first] - shares[following])))


def test_money_by_the_ledger(told, real):
    paid = ask(real, f"""SELECT run_id, from_account, sum(yen) / 1e6 AS paid FROM ledger
        WHERE run_id IN ({RUNS}) AND to_account = 'projects' GROUP BY 1, 2""") \
        .pivot(index="run_id", columns="from_account", values="paid")
    order = paid.fillna(0).mean().sort_values(ascending=False)
    found = spans(told["flows"])
    assert len(found) == len(order) > 3
    for span, payer in zip(found, order.index, strict=True):
        same(span, by_tail(paid[payer].fillna(0)))
    assert told["flows"].index("JICA") < told["flows"].index("local governments")


def gini(counts):
    """Gini coefficient: half the mean difference of all pairs over the mean."""
    x = np.asarray(counts, dtype=float)
    return np.abs(x[:, None] - x).mean() / (2 * x.mean())


def test_concentration_by_the_projects(told, real):
    started = ask(real, f"""SELECT run_id, donor_id, count(*) AS n FROM project
        WHERE run_id IN ({RUNS}) AND start >= {START + YEARS - 5} GROUP BY 1, 2""")
    runs = started.groupby("run_id")["n"]
    share, inequality = spans(told["concentration"])
    same(share, hundredfold(by_logit(runs.apply(lambda n: n.nlargest(3).sum() / n.sum()))))
    same(inequality, by_logit(runs.apply(gini)))
    assert "In JFY 2025 to 2029 the three largest donors" in told["concentration"]


def test_knowhow_by_the_last_step(told, real):
    last = ask(real, f"""SELECT knowhow_kept AS governments,
        knowhow_kept_cooperatives AS cooperatives FROM series
        WHERE run_id IN ({RUNS}) AND step = (SELECT max(step) FROM series)""")
    assert len(last) == 8
    governments, cooperatives = spans(told["knowhow"])
    # a ratio, which is above 1 at times, and no share
    same(governments, hundredfold(by_tail(last["governments"])))
    same(cooperatives, hundredfold(by_tail(last["cooperatives"])))


def test_key_measures_of_a_model_without_ties(tmp_path):
    path = tmp_path / "c.db"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/contagion.cfg", "--reps", "6", "--set",
                    "contagion.agents=500", "--set", "run.steps=30", "--out", path], check=True,
                   capture_output=True)
    final, mean, peak = spans(findings.general(Study([path])))[:3]
    values = ask(path, "SELECT infected_final, infected_mean, infected_peak FROM summary")
    same(final, by_tail(values["infected_final"]))
    same(mean, by_tail(values["infected_mean"]))
    same(peak, by_tail(values["infected_peak"]))


# ---- what may be called the first ----


def shares_of(*rows):
    return leading.shares_by_run(pd.DataFrame(rows, columns=["a", "b", "c"]))


def test_a_lead_by_hand():
    # a − b of the shares: 0.2, 0.3, 0.4 → 0.3 ± 4.302653 · 0.1/√3 = 0.248414.
    lead = leading.of_shares(shares_of((5, 3, 2), (55, 25, 20), (6, 2, 2), (0, 0, 0)))
    assert (lead.first, lead.next, lead.level, lead.sure) == ("a", "b", (), True)
    assert lead.gap == pytest.approx((0.3, 0.3 - 0.248414, 0.3 + 0.248414), abs=1e-6)


def test_what_is_level_is_not_the_first():
    lead = leading.of_shares(shares_of((5, 4, 1), (4, 5, 1), (6, 3, 1)))
    assert (lead.first, lead.level, lead.sure) == ("a", ("b",), False)
    everyone = leading.of_shares(shares_of((5, 4, 1), (1, 5, 4), (4, 1, 5)))
    assert len(everyone.level) == 2
    one = leading.of_shares(shares_of((9, 1, 0)))
    assert one.first == "a" and not one.tested and not one.sure
    assert leading.of_shares(shares_of((0, 0, 0))) is None


def test_the_first_of_equals_is_seldom_called_that():
    # Three equal reasons: whoever happens to be first may be called it in 5 % of studies at most;
    # 600 studies, standard error 0.009 there. Without a test it would be called it in all.
    rng = np.random.default_rng(3)
    sure = [leading.of_shares(shares_of(*rng.multinomial(60, [1 / 3] * 3, 10))).sure
            for _ in range(600)]
    assert np.mean(sure) < 0.05 + 3 * 0.009
    clear = [leading.of_shares(shares_of(*rng.multinomial(60, [0.5, 0.25, 0.25], 10))).sure
             for _ in range(100)]
    assert np.mean(clear) > 0.95


def test_what_was_never_seen_is_not_ruled_out_by_few():
    # The first alone, or always by the same: 0.5 ** 5 = 3 % is no rare chance, 0.5 ** 6 is.
    for rows in ((3, 0, 0), (2, 1, 0)):
        assert not leading.of_shares(shares_of(*[rows] * 5)).sure
        assert leading.of_shares(shares_of(*[rows] * 6)).sure
    assert not leading.of_shares(leading.shares_by_run(pd.DataFrame({"a": [1, 0, 1, 1]}))).sure  # three with anything
    # Two equally likely causes of few ends each: it is seldom said that one is the first.
    rng = np.random.default_rng(5)
    for runs, ends in ((5, 0.3), (8, 0.5), (20, 0.2)):
        drawn = [leading.of_shares(leading.shares_by_run(pd.DataFrame(rng.poisson(ends / 2, (runs, 2)), columns=["a", "b"])))
                 for _ in range(400)]
        assert np.mean([lead is not None and lead.sure for lead in drawn]) < 0.05 + 3 * 0.011


def spells(runs, causes, seed=1):
    """Spells of equal hazard, 20 a run, their causes drawn with these probabilities."""
    rng = np.random.default_rng(seed)
    n, names = 20 * runs, list(causes)
    return pd.DataFrame({"run_id": np.repeat(np.arange(runs), 20), "mode": "regional", "entry": 0.0,
                         "stop": np.ceil(rng.exponential(4, n) * 4) / 4, "event": 1,
                         "cause": rng.choice(names, n, p=list(causes.values()))})


def test_the_gap_of_causes_is_student_s_over_replicates():
    # One tie each, all ended: the share of a cause is a mean over the replicates.
    frame = spells(10, {"a": 1.0}).groupby("run_id").first().reset_index().assign(
        stop=np.arange(1, 11) / 2, cause=list("aaaaaabbbb"))
    found = leading.of_incidence(frame, range(10), 10)
    wanted = intervals.student([1] * 6 + [-1] * 4)
    assert found.gap == pytest.approx((wanted.mean, wanted.low, wanted.high))
    assert (found.first, found.level, found.sure) == ("a", ("b",), False)


def test_lead_of_causes():
    clear = leading.of_incidence(spells(8, {"a": 0.6, "b": 0.3, "c": 0.1}), range(8), 10)
    assert (clear.first, clear.next, clear.sure) == ("a", "b", True) and clear.gap[1] > 0
    level = leading.of_incidence(spells(8, {"a": 0.45, "b": 0.45, "c": 0.1}), range(8), 10)
    assert {level.first, *level.level} == {"a", "b"} and not level.sure
    few = leading.of_incidence(spells(4, {"a": 0.6, "b": 0.4}), range(4), 10)
    assert not few.tested and few.level == ()
    assert leading.of_incidence(spells(8, {"a": 1.0}), range(8), 10).next is None
    none = spells(8, {"a": 1.0}).assign(event=0, cause=None)
    assert leading.of_incidence(none, range(8), 10) is None


SHARES = {"dormancy": "31 % (25 % to 37 %)", "grant_end": "30 %", "moe_x": "29 %"}


@pytest.mark.parametrize("lead, words", [
    (leading.Lead("dormancy", "grant_end", (0.01, 0.005, 0.015)),
     "dormancy ends 31 % (25 % to 37 %) of ties, 1.0 points (0.5 to 1.5) more than the end of the grant, "
     "the next cause"),
    (leading.Lead("dormancy", "grant_end", (0.01, -0.02, 0.04), ("grant_end",)),
     "dormancy ends 31 % (25 % to 37 %) of ties and the end of the grant 30 %; they differ by 1 point "
     "(−2 to 4) and cannot be told apart in these runs"),
    (leading.Lead("dormancy", "grant_end", (0.01, -0.02, 0.04), ("grant_end", "moe_x")),
     "dormancy ends 31 % (25 % to 37 %) of ties, the end of the grant 30 % and MoE x 29 %; the first two "
     "differ by 1 point (−2 to 4), and none of these can be told apart from the first in "
     "these runs"),
    (leading.Lead("dormancy", replicates=6), "dormancy ends 31 % (25 % to 37 %) of ties, the only cause")])
def test_a_lead_in_words(lead, words):
    assert findings._lead_words(lead, SHARES.get, ("{name} ends {share} of ties", "cause")) == words


def test_few_replicates_name_no_first():
    rows = pd.DataFrame({"mode": "regional", "cause": ["dormancy", "grant_end"],
                         "share": [0.3, 0.2], "low": np.nan, "high": np.nan})
    leads = {"regional": leading.Lead("dormancy", "grant_end", (0.1, np.nan, np.nan))}
    text = findings._leads_words(rows.set_index(["mode", "cause"]), ["share", "low", "high"], leads,
                                 findings.ENDS)
    assert text.replace("\u00a0", " ") == "dormancy ends 30 % (no interval) of regional ties and " \
        "the end of the grant 20 % (no interval). So few replicates do not tell which cause is the first."


@pytest.mark.parametrize("span, words", [
    ((0.5, 0.45, 0.56), "50 % (45 to 56)"), ((0.5, 0.495, 0.506), "50.0 % (49.5 to 50.6)"),
    ((0.5, np.nan, np.nan), "50 % (no interval)"),
    ((1.0, 1.0, 1.0), "100 % (the same in every replicate)")])
def test_shares_in_words(span, words):
    assert said_share(*span).replace("\u00a0", " ") == words


def test_numbers_are_as_exact_as_their_intervals():
    assert said(1912321.0, 1741000.0, 2083643.0) == "1,910,000 (1,740,000 to 2,080,000)"
    assert said(0.9123, 0.6712, 1.1434) == "0.91 (0.67 to 1.14)"
    assert said(-0.04, -0.6, 0.8, signed=True) == "0.0 (−0.6 to +0.8)"
    assert said(33.41, 33.22, 33.60) == "33.4 (33.2 to 33.6)"
    assert said(0.9, 0.04, 1.8, signed=True) == "+0.90 (+0.04 to +1.80)" and said(0.9, 0.0, 1.8).endswith("0.0 to 1.8)")
    assert said_points(-0.2, -0.41, -0.0004).endswith("to −0.04)") and said_points(0.49, np.nan, np.nan).startswith("49 p")
    assert said(286.4, 280.1, 292.7) == "286 (280 to 293)" and said(3.0, np.nan, np.nan) == "3 (no interval)"


# ---- titles of pictures and a table ----


@pytest.mark.parametrize("rows, title", [
    (((5, 3, 2), (55, 25, 20), (6, 2, 2)), "a 55 % (43 % to 67 %), the most"),
    (((5, 4, 1), (4, 5, 1), (6, 3, 1)), "a 50 % (25 % to 75 %), b 40 % (15 % to 65 %), not told "
                                         "apart"),
    (((9, 1, 0),), "a 90 % (too few replicates to tell)"), (((0, 0, 0),), "none")])
def test_titles_call_the_first_what_the_replicates_allow(rows, title):
    assert pictures.lead_words(shares_of(*rows)).replace("\u00a0", " ") == title


@pytest.mark.parametrize("causes, runs, verdict", [
    ({"a": 0.6, "b": 0.4}, 8, r"a \d+ % \(\d+ % to \d+ %\)"),
    (dict.fromkeys("abcd", 0.25), 8, r"(. \d+ % \(.*?\)(, )?){3} and 1 more, not told apart"),
    ({"a": 0.6, "b": 0.4}, 3, r"a \d+ % \(too few replicates to tell\)")])
def test_title_of_competing_causes(causes, runs, verdict):
    frame = spells(runs, causes)
    lead = leading.of_incidence(frame, range(runs), 10)
    title = survival_pictures._lead_words(survival.incidence_bands(frame, range(runs)), lead, 10)
    assert re.fullmatch(verdict, title.replace("\u00a0", " ")), title


def test_a_main_cause_that_is_not_sure_is_marked():
    curve = survival.kaplan_meier(spells(8, {"a": 1.0}), range(8))
    rows = [("x", "regional", curve, ("a", 0.5), True), ("y", "regional", curve, ("b", 0.4), False)]
    lines = tables.survival_block(rows)
    assert lines[2].endswith("a 50 %") and lines[3].endswith("b 40 % ?")
    assert lines[4].startswith("  ?: not told apart")
    assert len(tables.survival_block(rows[:1])) == 3


def test_rates_with_and_without_institutions(real, told):
    rows = ask(real, f"""SELECT run_id, tie_id, time, institutionalised AS yes,
        iif(terminus_censored, terminus - {STEP}, terminus) AS seen,
        terminus_censored OR cause = 'regional_form' AS alive FROM tie_state JOIN tie USING (run_id, tie_id) WHERE run_id IN ({RUNS})
        AND mode = 'city_to_city' ORDER BY run_id, tie_id, time DESC""")
    later = rows["tie_id"].eq(rows["tie_id"].shift())  # the row above is the same tie's next
    rows["years"] = rows["seen"].where(~later, rows["time"].shift()) - rows["time"]
    rows["ended"] = ~later & (rows["alive"] == 0)
    study = Study([real])
    found = state_parts.institutions(state_parts.rates(study).frame, "baseline")
    for yes, shown in zip((0, 1), found, strict=True):
        sums = rows[rows["yes"] == yes].groupby("run_id")[["ended", "years"]].sum()
        rate = 100 * sums["ended"].sum() / sums["years"].sum()
        left = np.log((sums["ended"].sum() - sums["ended"]) / (sums["years"].sum() - sums["years"]))
        half = stats.t.ppf(0.975, 7) * np.sqrt(7 ** 2 / 8 * left.var(ddof=1))
        assert shown == pytest.approx((rate, rate * np.exp(-half), rate * np.exp(half)))


# ---- the head of the page ----


@pytest.fixture(scope="module")
def head(real):
    """The cards of the program's file."""
    study = Study([real])
    parts = {p.key: p for _, _, ps in page.build(study)[0] for p in ps if hasattr(p, "frame")}
    return study, first.made_cards(study, parts)


def test_three_cards_with_number_uncertainty_and_picture(head):
    study, found = head
    assert [card.question for card in found] == ["Which form?", "Which last?", "Why?"]
    for card in found:
        assert re.search(r"\d", card.number if card.told else card.what) and re.match(r"95 % intervals? .* (to|and) |No interval: ", card.basis)
        assert "<svg" in card.picture and "aria-label" in card.picture
    assert first.answer(study, found).startswith("Few ties form regionally")


def test_share_of_new_ties_by_a_query_of_its_own(head, real):
    shares = ask(real, f"""SELECT run_id, avg(mode = 'regional') AS share FROM tie WHERE run_id IN ({RUNS})
        AND kind = 'cooperation' AND NOT onset_censored AND onset >= {START} GROUP BY run_id""")["share"]
    expected = hundredfold(by_logit(shares))
    low, high = re.search(r"interval ([\d.]+) to ([\d.]+)", head[1][0].basis).groups()
    same((float(head[1][0].number.split("\u00a0")[0]), float(low), float(high)), expected)


def test_ties_of_the_record_are_no_new_ones(tmp_path):
    """The share of the card is that of the formed_* of the summary, in which ties of before the run have no part."""
    path, names = tmp_path / "forms.db", ("baseline", "regional_only", "city_to_city_only")
    subprocess.run([os.environ["KUMIAI"], "run", *(f"scenarios/{name}.cfg" for name in names), "--reps", "6",
                    "--set", "run.years=20", "--detail", "full", "--out", path], check=True, capture_output=True)
    formed = ask(path, """SELECT name, avg(formed_regional / (formed_regional + formed_city_to_city)) AS share
        FROM summary JOIN run USING (run_id) JOIN scenario USING (scenario_id) GROUP BY name""").set_index("name")
    study = Study([path])
    assert (study.ties(study.first)["onset"] < study.ties(study.first)["start"]).any()  # the record has such ties
    for scenario in list(study.scenarios):
        study.scenarios.remove(scenario)
        study.scenarios.insert(0, scenario)
        shown = cards.forms(study).number.split("\u00a0")[0]
        unit = 10.0 ** -len(shown.partition(".")[2])
        assert float(shown) == pytest.approx(100 * formed.loc[scenario.name, "share"], abs=0.51 * unit), scenario.name
    assert formed.loc["city_to_city_only", "share"] == 0


@pytest.mark.parametrize("gap, verdict, answer", [
    ((0.8, 0.2, 1.4), "regional ties outlast", "regional ties last longer"),
    ((-0.8, -1.4, -0.2), "city-to-city ties outlast", "city-to-city ties last longer"),
    ((0.3, -0.2, 0.8), "do not tell which", "do not tell which"), ((0.3, np.nan, np.nan), "chance", "do not tell which")])
def test_the_verdict_is_what_the_interval_allows(gap, verdict, answer):
    assert verdict in cards.verdict(gap)
    assert answer in cards.lasts_answer(gap, ("city_to_city", "regional"))


@pytest.mark.parametrize("gap, number, what", [
    ((0.8, 0.2, 1.4), "0.8 years", "Of their first ten years regional ties last 0.8 years longer than city-to-city ties"),
    ((-0.8, -1.4, -0.2), "0.8 years", "Of their first ten years city-to-city ties last 0.8 years longer than regional ties"),
    ((0.3, -0.2, 0.8), "no clear difference", "Regional ties lasted 0.3 years longer"),
    ((0.3, np.nan, np.nan), "no clear difference", "Regional ties lasted")])
def test_a_number_that_is_not_told_apart_is_no_finding(head, monkeypatch, gap, number, what):
    study = head[0]
    monkeypatch.setattr(cards.observed, "lasting", lambda _: "")
    card = cards._lasts(study, ((5.52, 5.3, 5.7), (6.31, 6.0, 6.6)), gap, 8)
    assert card.number == number and what in card.what
    assert card.told == (number != "no clear difference")
    assert re.findall(r'text-anchor="(?:start|end)" class="soft">(\d\.\d+)<', card.picture)  # ends of the axis


def test_a_cause_is_called_the_commonest_only_where_it_is_told_apart(head, monkeypatch):
    study = head[0]
    parts = {"causes": cards.tie_parts.causes(study)}
    frame = parts["causes"].frame
    first = frame[frame["scenario"] == "baseline"].sort_values("mean").iloc[-1]
    for level, words in (((), "the commonest cause of"), (("dormancy",), "which may be chance")):
        lead = leading.Lead(first["cause"], "other", (0.1, 0.05, 0.2), level, 8)
        monkeypatch.setattr(study, "leads", (10, {first["mode"]: lead}))
        card = cards._first_cause(study, parts)
        assert words in card.what and card.told == (not level)
        assert re.match(r"\d", card.number) if card.told else card.number == "no clear main cause"


def test_an_observation_beyond_the_interval_is_judged():
    found, many, few = SimpleNamespace(known=True, high=0.6), SimpleNamespace(is_few=lambda: False), SimpleNamespace(is_few=lambda: True)
    assert "too often" in cards.observed._judged(many, found, (41, 41)) and cards.observed._judged(many, found, (41, 20)) == ""
    assert cards.observed._judged(few, found, (41, 41)) == ""


def test_parameters_bear_the_variance_that_they_do():
    """Ten draws with three histories each: what differs between draws is the parameters' share."""
    runs = pd.DataFrame({"rep": range(30)}, index=range(1, 31))
    study = SimpleNamespace(first=None, draws=lambda _: runs["rep"] // 3)
    draw = np.repeat(np.linspace(0, 9, 10), 3)
    same_within = pd.Series(draw, index=runs.index)
    assert "Parameters bear 100 %" in cards._parameters(study, same_within)
    chance = pd.Series(np.tile([0.0, 5.0, 10.0], 10), index=runs.index)
    assert "Parameters bear 0 %" in cards._parameters(study, chance)
    study.draws = lambda _: None
    assert cards._parameters(study, chance) == ""
