# SPDX-License-Identifier: GPL-3.0-or-later
"""The first screen answers what was asked: of several scenarios what they change, of each kind of file."""

import os
import re
import sqlite3
import subprocess
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from conftest import SCRIPTS
from results_files import build

from kumiai import intervals
from kumiai.report import card_changes, cards, changes, facts, factor_parts, findings, first, page, part, parts, \
    state_parts, sweep_screen, tie_parts
from kumiai.report.language import say, speaking
from kumiai.report.study import Study

ROOT = SCRIPTS.parent
TEAM_OF_THREE = """// Is the field smaller when teams have three members?
base = "{root}/scenarios/gallery/team.cfg";
team = {{ size = 3; }};
"""


def run(path, scenarios, *options):
    """A results file of the program."""
    subprocess.run([os.environ["KUMIAI"], "run", *scenarios, *options, "--out", path], check=True, capture_output=True,
                   cwd=ROOT)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("first")


@pytest.fixture(scope="module")
def two(folder):
    """Two scenarios of cooperation, twelve replicates, in full and as a summary."""
    names = ("scenarios/baseline.cfg", "scenarios/jica_half.cfg")
    shape = ("--reps", "12", "--set", "run.years=18")
    return {detail: Study([run(folder / f"{detail}.db", names, *shape, "--detail", detail)]) for detail in ("full", "summary")}


@pytest.fixture(scope="module")
def teams(folder):
    """Two scenarios of a model of its own."""
    (folder / "small.cfg").write_text(TEAM_OF_THREE.format(root=ROOT), encoding="utf-8")
    return Study([run(folder / "teams.db", ("scenarios/gallery/team.cfg", folder / "small.cfg"), "--reps", "8",
                      "--set", "run.steps=120", "--detail", "full")])


def screen_of(study):
    """The first screen as made for a page."""
    return first.of(study, {p.key: p for _, _, ps in page.build(study)[0] for p in ps if isinstance(p, part.Part)})


def head_of(study, language="en"):
    """The head of a page: its markup up to the list of contents."""
    html = page.render(study, language=language).replace("\u00a0", " ")
    return re.search(r'<header class="head".*?</header>', html, re.DOTALL)[0]


# ---- two scenarios ----


@pytest.mark.parametrize("detail", ["full", "summary"])
def test_the_sentence_is_of_the_difference(two, detail):
    """Every difference of a key measure beyond chance stands in it with its interval, and no other."""
    study = two[detail]
    other, text = study.scenarios[1], changes.answer(study)
    assert text.startswith("“JICA half” against “baseline”: ") and text.endswith(", beyond chance in 12 paired replicates.")
    told = 0
    for metric, _ in findings.key_measures(study):
        row = study.measure(metric, other)
        size = part.size_and_ends(row.diff, row.diff_low, row.diff_high, row.unit == "share")
        assert (f"({size[1]} to {size[2]}" in text) == (row.p_holm < 0.05), metric
        told += row.p_holm < 0.05
    assert told >= 2 and "fewer projects" in text and "−" not in re.sub(r"; −\d+\u00a0%", "", text)


def test_question_answer_and_cards_come_in_this_order(two):
    head = head_of(two["full"])
    order = [head.index(words) for words in ("How much of the work depends on JICA?", '<p class="answer">“JICA half” against',
                                             '<p class="lead">baseline: ', '<article class="card">', "JICA half: ", "All differences")]
    assert order == sorted(order) and head.count('<p class="change">') == 3


@pytest.mark.parametrize("detail", ["full", "summary"])
def test_three_cards_have_the_value_and_the_change(two, detail):
    found = screen_of(two[detail]).cards
    assert [card.question for card in found][:2] == ["Which form?", "Which last?"] and len(found) == 3
    for card in found:
        assert card.changes and all(re.match(r"JICA half: .*\d", text) for text in card.changes)


def test_the_change_of_a_share_is_that_of_its_runs(two):
    """In full and from the summary the same, by the formed_* of the table."""
    study = two["full"]
    shares = [s.summary["formed_regional"] / (s.summary["formed_regional"] + s.summary["formed_city_to_city"])
              for s in study.scenarios]
    gap = intervals.paired_difference(*shares)
    expected = part.said_points(gap.mean, gap.low, gap.high, signed=True)
    for of in two.values():
        assert expected in screen_of(of).cards[0].changes[0]


def test_the_change_of_rates_leaves_out_one_replicate_of_both(two):
    study = two["full"]
    sums = [state_parts._sums(study, s)[("institutions: yes", "city_to_city")].set_index("run_id").sort_index()
            for s in study.scenarios]
    ended, years = ([one[name].to_numpy() for one in sums] for name in ("ended", "years"))

    def gap(kept):
        return 100 * (ended[1][kept].sum() / years[1][kept].sum() - ended[0][kept].sum() / years[0][kept].sum())
    left = np.array([gap(np.arange(12) != i) for i in range(12)])
    error = np.sqrt(11 / 12 * ((left - gap(np.arange(12))) ** 2).sum())
    value, low, high = state_parts.change_of_institutions(study, study.scenarios[1])[1]
    assert value == pytest.approx(gap(np.arange(12))) and high - value == pytest.approx(2.200985 * error, rel=1e-5)
    assert value - low == pytest.approx(high - value)


def test_what_the_first_screen_tells_no_section_tells_again(two):
    html = page.render(two["full"]).replace("\u00a0", " ")
    sizes = re.findall(r"\(([\d,.]+ to [\d,.]+)[);]", changes.answer(two["full"]))
    policies = re.search(r'<dl class="policies">.*?</dl>', html, re.DOTALL)[0].replace("−", "")
    assert len(sizes) >= 2 and not [size for size in sizes if f"({size}" in policies]


def test_nothing_told_apart_is_said_with_the_precision(two, monkeypatch):
    study = two["summary"]
    monkeypatch.setitem(study.__dict__, "comparison", study.comparison.assign(p_holm=1.0, diff=1.0, diff_low=-2.0, diff_high=4.0))
    assert changes.answer(study).startswith("No key measure of “JICA half” can be told apart from “baseline” in 12 paired "
                                            "replicates: city-to-city ties +1 (−2 to +4), regional ties ")
    assert changes.told(study) == {"jica_half": ["ties_city_to_city", "ties_regional", "projects_started"]}


def test_where_one_pair_hides_the_mean_the_sign_test_tells_of_the_median(two, monkeypatch):
    study = two["summary"]
    frame = study.comparison.assign(p_holm=1.0, diff=1.0, diff_low=-2.0, diff_high=4.0, p_sign_holm=1.0)
    mine = frame["metric"].isin(["ties_regional", "people_served"]) & (frame["scenario"] == "jica_half")
    frame.loc[mine, ["pairs_higher", "pairs_lower", "p_sign_holm"]] = 11, 1, 0.012
    monkeypatch.setitem(study.__dict__, "comparison", frame.astype({"pairs_higher": int, "pairs_lower": int}))
    sentence = "By the sign test, which tells of the median: {} higher in 11 of 12 pairs (p = 0.012). The mean is uncertain because a few " \
        "differences are far larger than the rest."
    assert changes.answer(study).endswith(" " + sentence.format("regional ties"))
    [(_, text)] = findings.policies(study, changes.told(study))
    assert text.endswith(" " + sentence.format("people served")) and "regional ties" not in text


def test_one_replicate_is_refused_an_answer_with_the_reason(tmp_path):
    study = Study([build(tmp_path / "a.db", ("baseline", "other"), reps=1)])
    assert screen_of(study).answer == "One replicate is too few to tell from chance what “other” changes in “baseline”, so this page " \
        "has no intervals. Run at least 10 replicates (--reps 10)."


def test_one_scenario_of_few_replicates_has_no_interval_among_others(tmp_path):
    paths = [build(tmp_path / f"{name}.db", (name,), reps=n) for name, n in (("baseline", 8), ("few", 3), ("enough", 8))]
    study = Study(paths)
    screen = screen_of(study)
    assert dict((s.label, text) for s, text in screen.lines)["few"] == "3 replicates are too few to tell"
    assert "few" not in screen.answer and "“enough”" in screen.answer
    text = dict((s.label, text) for s, text in findings.policies(study))["few"]
    assert text.endswith("3 replicates are too few for intervals, so each may be chance.") and "(" not in text
    frame = next(p for _, _, ps in page.build(study)[0] for p in ps if p.key == "measures").frame
    assert frame.groupby("scenario")["low"].apply(lambda low: low.notna().any()).to_dict() == {
        "baseline": True, "few": False, "enough": True}


# ---- too few replicates ----


@pytest.mark.parametrize("reps, sentence, basis", [
    (1, "One replicate is too few", "One replicate."), (4, "4 replicates are too few", "Mean of 4 replicates.")])
@pytest.mark.parametrize("detail", ["full", "summary"])
def test_few_replicates_give_numbers_and_claim_nothing(folder, reps, sentence, basis, detail):
    """Below five nothing on the page has an interval, and the answer says why."""
    study = Study([run(folder / f"few_{reps}_{detail}.db", ("scenarios/baseline.cfg",), "--reps", str(reps), "--set",
                       "run.years=12", "--detail", detail)])
    screen = screen_of(study)
    assert re.fullmatch(r"baseline: [\d.]+ % of new ties are regional, and [-a-z]+ ties last [\d.]+ years? longer\. " + sentence +
                        r" to tell that from chance, so this page has no intervals\. Run at least 10 replicates \(--reps 10\)\.",
                        screen.answer.replace("\u00a0", " ")), screen.answer
    assert screen.question == "Which ties form, and which last, when nothing is changed?"
    assert [card.number for card in screen.cards if card.question == "Which last?"] == ["too few to tell"]
    assert [card.basis for card in screen.cards[:2]] == [basis, basis]
    for card in screen.cards:
        assert "band" not in card.picture and "whisker" not in card.picture and "(" not in card.observed.replace("(7 %)", "")
    assert reps > 1 or not re.search(r">\d+\.\d<", screen.cards[0].picture)  # counts of one run are whole
    words = re.sub(r"<(script|style)\b.*?</\1>", " ", page.render(study).replace("\u00a0", " "), flags=re.DOTALL)
    assert words.count("interval") == 2 and "(no " not in words, "the answer and the methods"
    with part.without_intervals(True):
        frames = [one.frame for _, _, found in page.build(study)[0] for one in found if isinstance(one, part.Part)]
    ends = [frame[column] for frame in frames for column in frame if column.endswith(("low", "high", "p_corrected"))]
    assert len(ends) >= 2 and not any(column.notna().any() for column in ends)


def test_few_replicates_do_not_tell_what_a_scenario_changes(folder):
    names = ("scenarios/baseline.cfg", "scenarios/jica_half.cfg")
    study = Study([run(folder / "three.db", names, "--reps", "3", "--set", "run.years=10")])
    screen = screen_of(study)
    assert screen.answer == "3 replicates are too few to tell from chance what “JICA half” changes in “baseline”, so this page has " \
        "no intervals. Run at least 10 replicates (--reps 10)."
    assert re.fullmatch(r"baseline: [\d.]+ % of new ties are regional, and [-a-z]+ ties last [\d.]+ years? longer\.",
                        screen.lead.replace("\u00a0", " "))
    assert screen.told == {} and not any(card.changes for card in screen.cards)
    [(_, text)] = findings.policies(study)
    assert text.startswith("“JICA half” against “baseline”, over the whole run: ") and "(" not in text


def test_no_loss_is_greater_than_what_there_was(two, monkeypatch):
    study, metric = two["summary"], "projects_started"
    frame = study.comparison.copy()
    mine = (frame["metric"] == metric) & (frame["scenario"] == "jica_half")
    frame.loc[mine, "diff_low"] = -1e9
    monkeypatch.setattr(study, "comparison", frame)
    row = study.measure(metric, study.scenarios[1])
    assert row.diff_low == pytest.approx(-study.measure(metric).mean)


@pytest.mark.parametrize("gap, number, what", [
    ((1.13, 0.9, 1.4), "1.1 years", "Of their first ten years regional ties last 1.1 years longer than city-to-city ties"),
    ((1.13, -0.2, 2.4), "no clear difference",
     "Regional ties lasted 1.1 years longer (5.2 → 6.3) than city-to-city ties, which may be chance"),
    ((-1.13, -2.4, 0.2), "no clear difference",
     "City-to-city ties lasted 1.1 years longer (6.3 → 5.2) than regional ties, which may be chance")])
def test_which_last_is_said_as_far_as_it_is_told(two, gap, number, what):
    spans = [(5.2, 5.0, 5.4), (6.3, 6.1, 6.5)]
    card = cards.lasts_by_spans(two["full"], spans, gap, 12, "measures")
    assert (card.number, card.what) == (number, what)


# ---- models of their own, several scenarios ----


def test_a_model_of_its_own_has_the_comparison_too(teams):
    text, found = changes.answer(teams), screen_of(teams)
    assert re.match(r"“small” against “team”: agents at the end lower by [\d.]+ \([\d.]+ to [\d.]+; −\d+\u00a0%\), ties at the end lower", text)
    assert found.question == "Is the field smaller when teams have three members?" and found.lead.startswith("Agents at the end: ")
    assert [card.question for card in found.cards] == ["How many form?", "How long do they last?", "Why do they end?"]
    assert all(re.match(r"small: .*\d", card.changes[0]) for card in found.cards)


def test_cards_of_measures_are_called_by_what_they_mean(folder):
    study = Study([run(folder / "voter.db", ("scenarios/gallery/voter.cfg",), "--reps", "3", "--set", "run.steps=10")])
    found = screen_of(study).cards
    assert [card.question for card in found] == ["With opinion 1 at the end", "Active ties at the end"]
    assert all(card.what == "mean of 3 replicates" for card in found)


def test_of_several_scenarios_each_has_a_short_line(folder):
    names = ("baseline", "jica_half", "jica_closed_to_cooperatives", "regional_only")
    study = Study([run(folder / "four.db", [f"scenarios/{name}.cfg" for name in names], "--reps", "8", "--set",
                       "run.years=18", "--detail", "full")])
    found = screen_of(study)
    assert [s.label for s, _ in found.lines] == list(names[1:]) and found.question == ""
    assert re.search(r"differs? from “baseline” beyond chance", found.answer) and "JICA half" in found.answer
    assert all(text.count(" to ") <= changes.MOST_SHORT for _, text in found.lines)
    assert all(len(card.changes) <= card_changes.MOST + 1 for card in found.cards)
    assert not any("regional only" in text for text in found.cards[0].changes)  # a rule sets its share


@pytest.mark.parametrize("span, words", [((-0.02, -0.03, -0.01), "−2.0 points (−3.0 to −1.0)"),
                                         ((-0.02, -0.03, 0.01), "−2.0 points (−3.0 to +1.0), not told apart"),
                                         ((-0.02, np.nan, np.nan), "−2 points (no interval)")])
def test_a_change_says_what_its_interval_allows(span, words):
    assert card_changes.change(span, share=True) == words


def test_means_of_runs_that_are_no_pairs_are_refused_with_the_reason(two, monkeypatch):
    """Means by leaving out one replicate are compared where the replicates are pairs."""
    study = two["full"]
    assert "(" in cards._changes_of_means(study)[0]
    monkeypatch.setattr(card_changes.drawn, "are_paired", lambda *_: False)
    assert cards._changes_of_means(study) == ["JICA half: no interval, since its runs are no pairs with those of “baseline”"]


def test_what_only_an_uncorrected_interval_tells_is_called_less_sure(two, monkeypatch):
    study = two["summary"]
    monkeypatch.setitem(study.__dict__, "comparison", study.comparison.assign(p_holm=0.2, diff=-3.0, diff_low=-5.0, diff_high=-1.0))
    assert re.match(r"“JICA half” against “baseline”: 3\.0 fewer city-to-city ties at a time \(1\.0 to 5\.0; −\d+\u00a0%\), .*, less sure: no key "
                    r"measure is told apart once .* \(12 paired replicates\)\.$", changes.answer(study))


def test_rates_of_runs_that_share_draws_count_draws(two, monkeypatch):
    """Each draw of two replicates is left out as one."""
    study, units = two["full"], state_parts.drawn.units
    alone = state_parts.change_of_institutions(study, study.scenarios[1])[1]
    monkeypatch.setattr(state_parts.drawn, "units", lambda s: pd.Series(np.arange(12) // 2, index=units(s).index))
    key = ("institutions: yes", "city_to_city")
    left = [state_parts._leaving_out(s, state_parts._sums(study, s)[key]) for s in study.scenarios]
    assert [len(one) for one in left] == [7, 7] and left[1][0] - left[0][0] == pytest.approx(alone[0])
    assert state_parts.change_of_institutions(study, study.scenarios[1])[1] != alone



# ---- sweeps ----

SCREENING = """scenario = "{root}/scenarios/contagion.cfg";
sweep = {{ design = "morris"; trajectories = 8; levels = 4; factors = (
    {{ parameter = "contagion.beta"; min = 0.01; max = 0.2; }}, {{ parameter = "contagion.gamma"; min = 0.05; max = 0.5; }},
    {{ parameter = "contagion.mean_degree"; min = 2.0; max = 16.0; }} ); }};
"""


@pytest.fixture(scope="module")
def screening(folder):
    """A Morris sweep of three factors of contagion."""
    (folder / "morris.cfg").write_text(SCREENING.format(root=ROOT), encoding="utf-8")
    subprocess.run([os.environ["KUMIAI"], "sweep", folder / "morris.cfg", "--set", "contagion.agents=300", "--set",
                    "run.steps=20", "--reps", "2", "--out", folder / "morris.db"], check=True, capture_output=True, cwd=ROOT)
    return Study([folder / "morris.db"])


def factors_of(study):
    """The part on factors of a sweep."""
    [(_, _, [found])] = page.build(study)[0]
    return found


def test_a_sweep_says_which_factors_move_the_outputs(screening):
    """Those whose corrected p is below 0.05, of each of the first outputs, and no other."""
    found, answer = factors_of(screening), sweep_screen.answer(screening, factors_of(screening))
    told = found.frame[found.frame["p_holm"] < 0.05]
    assert len(told) and set(re.findall(r"contagion\.\w+", answer, re.I)) == set(told["factor"])
    assert answer.endswith(f"(p below 0.05, corrected by Holm for {found.frame['p_holm'].notna().sum()} tests).")


def test_a_card_of_a_sweep_names_the_strongest_factor_that_is_told(screening):
    found = factors_of(screening)
    for card, (_, rows) in zip(screen_of(screening).cards, found.frame.groupby("output", sort=False)):
        sure = rows[rows["p_holm"] < 0.05]
        assert card.number == (sure["factor"].iloc[0] if len(sure) else "no clear effect")
        assert re.match(r"95 % interval [\d.]+ to [\d.]+", card.basis) and "(not corrected); corrected p" in card.basis
        assert card.picture.count("no clear effect") == (rows.head(4)["p_holm"] >= 0.05).sum()


def test_a_sweep_without_a_factor_that_is_told_says_so(screening):
    found = factors_of(screening)
    none = replace(found, frame=found.frame.assign(p_holm=0.5))
    assert sweep_screen.answer(screening, none).startswith("No factor is shown to move any of the three outputs: 8 trajectories "
                                                            "are too few (no corrected p is below 0.5). Use 20.")
    assert all(card.number == "no clear effect" and "can be told from chance" in card.what
               for card in sweep_screen.cards(screening, none))
    untested = replace(found, frame=found.frame.assign(p_holm=np.nan))
    assert "is not tested: there is no spread" in sweep_screen.answer(screening, untested)


def test_the_largest_effect_of_an_output_is_the_largest_in_size(screening):
    """Not the first of the table, whose rows stand by factor; and none is more exact than it can be."""
    found = factors_of(screening)
    rows = found.frame[found.frame["output"] == "infected_final"].head(2).assign(
        factor=["heads, lowest", "heads, highest"], value=[-1.8, 3.04], low=np.nan, high=np.nan, p_holm=0.5)
    ends = replace(found, frame=rows, chart=found.chart | {"design": "ends", "trajectories": 0})
    [card] = sweep_screen.cards(screening, ends)
    assert "The largest, heads, changes it by about 3.0\u00a0agents where it is highest." in card.what
    sure = factor_parts.largest_sure(rows.assign(p_holm=0.01))
    assert list(sure["value"]) == [3.04]


def test_a_sweep_is_asked_what_its_file_asks(folder):
    (folder / "asked.cfg").write_text("// Does it spread?\n" + SCREENING.format(root=ROOT), encoding="utf-8")
    subprocess.run([os.environ["KUMIAI"], "sweep", folder / "asked.cfg", "--set", "contagion.agents=100", "--set",
                    "run.steps=4", "--out", folder / "asked.db"], check=True, capture_output=True, cwd=ROOT)
    assert screen_of(Study([folder / "asked.db"])).question == "Does it spread?"


@pytest.mark.parametrize("output, words", [("life_10y_regional", "mean years of regional ties within ten years"),
                                           ("ties_regional", "regional ties")])
def test_outputs_have_short_names(two, output, words):
    assert sweep_screen.output_words(two["summary"], output) == words


def test_a_japanese_sweep_has_no_english_sentence(screening):
    text = re.sub(r"<(script|style|pre)\b.*?</\1>|<dl class=\"facts\">.*?</dl>", " ", page.render(screening, language="ja"),
                  flags=re.DOTALL)
    left = re.findall(r"[A-Za-z]+(?: [a-z]+){2,}", re.sub(r"<[^>]+>", "\n", text))
    assert left == [], left
    with speaking("ja"):
        assert factor_parts.output_name("life_10y_regional-life_10y_city_to_city").endswith("の差")


# ---- one number in one place, and what it is ----


def test_the_picture_of_a_card_ends_at_the_number_of_the_chart(two):
    study = two["full"]
    shown = re.findall(r'class="strong[^"]*">([^<]*)<', screen_of(study).cards[0].picture)
    frame = parts.ties(study).frame
    last = [frame[(frame["measure"] == f"ties_{mode}") & (frame["scenario"] == "baseline")]["mean"].iloc[-1]
            for mode in ("city_to_city", "regional")]
    assert shown == [cards.count(value) for value in last]


def test_a_course_begins_before_the_first_step(teams):
    titles = parts.measures(teams).chart["titles"]
    assert re.match(r"Agents that have not left: \d+ \(the same in every replicate\) before the first step, .* in step 120",
                    titles["agents"])


# ---- models that count steps ----


def test_a_model_without_a_calendar_counts_steps_from_0(teams):
    """Charts, pictures, durations and the table of runs; the query gives the same column."""
    assert teams.counts_steps
    made = {p.key: p for _, _, ps in page.build(teams)[0] for p in ps if isinstance(p, part.Part)}
    frame = made["series"].frame
    assert (frame["steps"].min(), frame["steps"].max()) == (0, 120) and made["series"].chart["x"] == "steps"
    for key, query in (("series", made["series"].query.replace("{metric}", "agents")), ("ties", made["ties"].query)):
        with sqlite3.connect(teams.paths[0]) as db:
            found = pd.read_sql_query(query, db)
        mine = made[key].frame
        mine = mine[mine["measure"] == "agents"] if key == "series" else mine
        both = found.merge(mine, on=["scenario", "steps"])
        assert len(both) == len(mine) > 100 and both["mean_x"].to_numpy() == pytest.approx(both["mean_y"].to_numpy())
    assert [card.number.split()[-1] for card in screen_of(teams).cards][1] == "steps"
    assert {one["years"] for one in facts.scenarios(teams)} == {"120"}
    text = re.sub(r"<(script|style|pre)\b.*?</\1>|<dl class=\"facts\">.*?</dl>", " ", page.render(teams), flags=re.DOTALL)
    assert not re.findall(r"\b(?:1999|2[01]\d\d)\b", re.sub(r"<[^>]+>", " ", text.split("Methods</h2>")[0]))


@pytest.mark.parametrize("settings", [("run.start_year=1990",), ("run.years=12",), ("run.steps_per_year=4",)])
def test_a_model_that_is_given_a_calendar_has_years(folder, settings):
    path = folder / f"calendar_{settings[0].partition('=')[0]}.db"
    options = [word for setting in settings for word in ("--set", setting)]
    study = Study([run(path, ("scenarios/none.cfg",), "--reps", "2", *options)])
    assert not study.counts_steps


@pytest.mark.parametrize("words, shown", [("22 ポイント 減", "22 ポイント減"), ("q95では", "q95 では")])
def test_japanese_points_and_names_are_set_as_one(words, shown):
    with speaking("ja"):
        assert say(words).replace("\u2060", "").replace("\u00a0", " ") == shown


def test_totals_of_an_account_are_the_sums_of_its_flows(two):
    part_of = tie_parts.flows(two["full"])
    rows = part_of.frame[part_of.frame["scenario"] == "jica_half"]
    totals = part_of.chart["totals"]["jica_half"]
    for account in ("jica", "local_governments", "projects"):
        for side, column in (("in", "to_account"), ("out", "from_account")):
            mean, low, high = totals[account][side]
            assert mean == pytest.approx(rows.loc[rows[column] == account, "mean"].sum(), rel=1e-5) and low < mean < high
    assert "the greater of what came in and what went out" in part_of.note


def test_where_parameters_come_from_is_one_japanese_sentence(two):
    with speaking("ja"):
        text = facts.origin(two["full"])
    assert "である、" not in text and re.match(r"\d+\s個のパラメータのうち、仮定が \d+\s個、", text), text


def test_one_year_is_no_plural():
    assert [cards._in_years((value, value - 3, value + 3)) for value in (1.0, 2.0)] == ["1 year", "2 years"]


def test_names_in_latin_letters_stand_apart_from_kana():
    with speaking("ja"):
        assert say("資金の多くはJICAとMoEが負担する") == "資金の多くは JICA と MoE が負担する"
