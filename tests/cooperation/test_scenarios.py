# SPDX-License-Identifier: GPL-3.0-or-later
"""The scenarios of the cooperation model on the real population: matched seeds, nothing that hangs
on threads or order, tables that agree with each other, and faults of the data files."""

import csv
import os
import shutil
import sqlite3
import statistics
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
POPULATION = ROOT / "configs" / "cooperation" / "population"
FILES = ["local_governments", "countries", "partner_cities", "cooperatives", "cooperative_members"]

pytestmark = pytest.mark.skipif(
    not all((POPULATION / f"{name}.csv").exists() for name in FILES),
    reason="configs/cooperation/population/ is not complete")


def kumiai(*arguments):
    """Runs the program to its end."""
    return subprocess.run([KUMIAI, *map(str, arguments)], check=False, capture_output=True,
                          text=True, timeout=100, stdin=subprocess.DEVNULL)


def run(out, *names, **options):
    """Runs scenarios by name; options are --reps=N and so on."""
    given = [word for key, value in options.items() for word in (f"--{key}", value)]
    result = kumiai("run", *(SCENARIOS / f"{name}.cfg" for name in names), "--out", out, *given)
    assert result.returncode == 0, result.stderr
    return out


def query(path, sql, *parameters):
    """All rows of a query on a results file."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return db.execute(sql, parameters).fetchall()


@pytest.fixture(scope="module")
def full(tmp_path_factory):
    """Two replicates of baseline (runs 1, 2) and jica_half (3, 4) with all their rows."""
    out = tmp_path_factory.mktemp("full") / "r.db"
    return run(out, "baseline", "jica_half", reps=2, threads=2, detail="full")


def test_parts_add_up_to_their_wholes(full):
    """Projects by scheme and contacts by way are those of the totals, step by step."""
    schemes = ["jica_local", "moe_jcm", "jica_partner", "jica_support", "clair_model", "meti", "own"]
    ways = ["conference", "sister_city", "visitor", "trainee", "intermediary", "funder_mission",
            "firm", "other_city"]
    for whole, parts in [("projects_started", [f"projects_{s}" for s in schemes]),
                         ("contacts_made", [f"contacts_{w}" for w in ways])]:
        rows = query(full, f"SELECT {whole}, {' + '.join(parts)} FROM series WHERE step >= 0")
        assert sum(a for a, _ in rows) > 0 and all(a == b for a, b in rows)


# ---- the scenarios run, and are what their names say ----

def test_the_page_of_scenarios_names_each_and_each_says_its_question():
    text = (SCENARIOS / "README.md").read_text(encoding="utf-8")
    for path in SCENARIOS.glob("*.cfg"):
        assert f"`{path.stem}`" in text, path.stem
        said = path.read_text(encoding="utf-8").replace("// SPDX-License-Identifier: GPL-3.0-or-later\n", "")
        assert said.startswith("// ") and ("?" in said.partition("base")[0] or path.stem == "none")


def test_all_scenarios_of_the_model_run_with_their_invariants_checked(tmp_path):
    names = [path.stem for path in sorted(SCENARIOS.glob("*.cfg"))
             if any(base in path.read_text(encoding="utf-8")
                    for base in ("cooperation/base.cfg", "from_2000.cfg"))]
    assert len(names) >= 24
    files = [SCENARIOS / f"{name}.cfg" for name in names]
    result = kumiai("run", *files, "--out", tmp_path / "r.db", "--reps", 1, "--threads", 2,
                    "--paranoid", "--set", "run.years=22")
    assert result.returncode == 0, result.stderr
    assert query(tmp_path / "r.db", "SELECT DISTINCT status FROM run") == [("ok",)]


def test_one_mode_alone_has_no_tie_of_the_other(tmp_path):
    out = run(tmp_path / "r.db", "city_to_city_only", "regional_only", "baseline", reps=2,
              detail="full")
    modes = {name: set() for name in ("city_to_city_only", "regional_only", "baseline")}
    for name, mode in query(out, """SELECT DISTINCT s.name, t.mode FROM tie t JOIN run USING (run_id)
            JOIN scenario s USING (scenario_id)
            WHERE t.kind = 'cooperation' AND t.onset >= 2013"""):
        modes[name].add(mode)
    assert modes["city_to_city_only"] == {"city_to_city"}
    assert modes["regional_only"] <= {"regional"}
    assert "city_to_city" in modes["baseline"]


# ---- matched pairs ----

def test_a_policy_on_money_leaves_every_election_alone(full):
    rows = """SELECT time, kind, subject_id, CASE kind WHEN 'election' THEN value END FROM event
              WHERE run_id = ? AND kind IN ('election', 'leader_turnover') ORDER BY rowid"""
    for rep in (1, 2):
        assert query(full, rows, rep) == query(full, rows, rep + 2)
    assert len(query(full, rows, 1)) > 10000
    assert query(full, rows, 1) != query(full, rows, 2)
    awards = "SELECT time, subject_id FROM event WHERE run_id = ? AND kind = 'award' ORDER BY rowid"
    assert query(full, awards, 1) != query(full, awards, 3)


def ratio(one, other):
    """Variance of the differences over that of independent runs: 1 when pairing wins nothing."""
    differences = [x - y for x, y in zip(one, other)]
    return statistics.variance(differences) / (
        statistics.variance(one) + statistics.variance(other))


def test_matched_seeds_make_differences_sharper(tmp_path):
    """Correlation is about .8 over 40 replicates. The ratio is above .6 (a correlation below .4) by
    chance once in 50,000; a shifted pair is below it once in 200."""
    out = run(tmp_path / "r.db", "baseline", "jica_half", reps=40, threads=2, detail="summary")
    base, half = ([value for (value,) in query(
        out, """SELECT projects_started FROM summary JOIN run USING (run_id)
                WHERE scenario_id = ? ORDER BY rep""", scenario)] for scenario in (1, 2))
    shifted = [ratio(base, half[k:] + half[:k]) for k in range(1, 40)]
    assert ratio(base, half) < 0.6
    assert statistics.mean(shifted) > 0.9
    assert sum(r < 0.6 for r in shifted) <= 4
    assert statistics.mean(base) > statistics.mean(half)


# ---- what single scenarios are for, on paired seeds ----

@pytest.fixture(scope="module")
def policies(tmp_path_factory):
    """Ten pairs of the scenarios of single mechanisms; run_id 10 k + rep for the k-th of NAMES."""
    out = tmp_path_factory.mktemp("policies") / "r.db"
    return run(out, *NAMES, reps=10, threads=2, detail="full")


NAMES = ["baseline", "from_2000", "both_ended", "hub_without_sunset", "no_hub", "no_intermediaries",
         "rupture_china", "supplementary_off"]


def runs(name):
    """The range of run ids of a scenario in `policies`, for SQL."""
    first = 10 * NAMES.index(name)
    return f"run_id BETWEEN {first + 1} AND {first + 10}"


def differences(path, one, other, column):
    """Paired differences of a column of the summary."""
    values = [[x for (x,) in query(path, f"SELECT {column} FROM summary WHERE {runs(name)} "
                                         "ORDER BY run_id")] for name in (one, other)]
    return [x - y for x, y in zip(*values)]


def starts_before(path, name, year):
    """Cooperation ties and projects of a scenario that start before a year. Who leads a tie of several may
    change later."""
    first = 10 * NAMES.index(name)
    return [query(path, f"SELECT run_id - {first}, {columns} FROM {table} WHERE {runs(name)} "
                        f"AND {start} < ? {also} ORDER BY 1, 2, 3, 4", year)
            for table, start, columns, also in (
                ("tie", "onset", "onset, partner_id, sector", "AND kind = 'cooperation'"),
                ("project", "start", "start, donor_id, partner_id, granted_yen", ""))]


@pytest.mark.parametrize("name, base, year", [
    ("rupture_china", "baseline", 2018), ("supplementary_off", "baseline", 2013),
    ("hub_without_sunset", "from_2000", 2010)])
def test_nothing_differs_before_the_policy_begins(policies, name, base, year):
    before = starts_before(policies, base, year)
    assert starts_before(policies, name, year) == before and any(before)
    assert starts_before(policies, name, 2040) != starts_before(policies, base, 2040)


def test_a_rupture_stops_awards_and_few_ties(policies):
    national = """SELECT count(*) FROM project p JOIN agent a ON a.scenario_id = 1
        AND a.agent_id = p.partner_id WHERE a.code LIKE 'CN%' AND p.scheme != 'own'
        AND p.start >= 2018 AND p.start < 2023 AND """
    ended = "SELECT count(*) FROM tie WHERE cause = 'national_relations' AND "
    (during,), = query(policies, national + runs("rupture_china"))
    (otherwise,), = query(policies, national + runs("baseline"))
    assert during == 0
    assert otherwise > 20
    (more,), = query(policies, ended + runs("rupture_china"))
    (less,), = query(policies, ended + runs("baseline"))
    assert more > less
    # S: local ties mostly go on
    alive, gone = query(policies, f"""SELECT count(*), sum(t.cause = 'national_relations'
        AND t.terminus < 2023) FROM tie t JOIN agent a ON a.scenario_id = 1
        AND a.agent_id = t.partner_id WHERE a.code LIKE 'CN%' AND t.kind = 'cooperation'
        AND t.onset < 2018 AND t.terminus > 2018 AND {runs("rupture_china")}""")[0]
    assert 0 < gone < 0.5 * alive


def test_hub_ties_end_with_the_money_of_the_hub(policies):
    spells = """SELECT min(onset), max(onset), min(terminus), max(terminus),
        count(DISTINCT coalesce(cause, '-')), max(cause), count(*) FROM tie
        WHERE kind = 'initiative' AND partner_id = (SELECT min(agent_id) FROM agent
            WHERE code = 'KITAKYUSHU-INITIATIVE') AND coalesce(cause, '') != 'partner_exit' AND """
    first, last, end, latest, causes, cause, count = query(policies, spells + runs("from_2000"))[0]
    assert (first, end, latest, causes, cause) == (2000, 2010, 2010, 1, "grant_end")
    assert last < 2010
    # 62 cities by 2007 (F): joins of ten replicates are about 660
    assert 500 < count < 1000
    assert query(policies, spells + runs("no_hub"))[0][-1] == 0
    assert query(policies, spells + runs("hub_without_sunset"))[0][5] is None


def test_without_jica_and_moe_the_others_and_own_money_are_left(policies):
    left = query(policies, f"SELECT DISTINCT scheme FROM project WHERE {runs('both_ended')} "
                           "AND start >= 2013")
    assert {("own",), ("clair_model",)} <= set(left) <= {("own",), ("clair_model",), ("meti",)}
    assert min(differences(policies, "baseline", "both_ended", "ties_city_to_city")) > 0


def test_supplementary_budgets_bring_projects(policies):
    count = "SELECT count(*) FROM event WHERE kind = 'supplementary_budget' AND "
    assert query(policies, count + runs("supplementary_off")) == [(0,)]
    (happened,), = query(policies, count + runs("baseline"))
    assert 80 < happened < 250  # 540 trials of .3: 162, standard deviation 10.6
    assert statistics.mean(differences(policies, "baseline", "supplementary_off",
                                       "projects_started")) > 0


def test_a_closed_scheme_takes_no_cooperatives(tmp_path):
    """Where money and quality do not bind, and mandates are many."""
    loose = ["funding.quality_bar=-20", "funding.jica_budget=1e10", "initiative.rate=1",
             "run.years=25"]
    scenarios = [SCENARIOS / f"{name}.cfg" for name in ("baseline", "jica_closed_to_cooperatives")]
    result = kumiai("run", *scenarios, "--out", tmp_path / "r.db", "--reps", 10, "--threads", 2,
                    "--detail", "full", *(word for setting in loose for word in ("--set", setting)))
    assert result.returncode == 0, result.stderr
    (opened, closed), = query(tmp_path / "r.db", """SELECT sum(run_id <= 10), sum(run_id > 10)
        FROM project p JOIN agent a ON a.scenario_id = 1 AND a.agent_id = p.donor_id
        WHERE a.kind = 'cooperative' AND p.scheme = 'jica_local' AND p.start >= 2013""")
    assert opened > 10 and closed == 0


# ---- municipalities and cooperatives that come and go ----

@pytest.fixture(scope="module")
def wave(tmp_path_factory):
    """Six of baseline (runs 1 to 6), merger_wave (7 to 12) and from_2000 (13 to 18)."""
    out = tmp_path_factory.mktemp("wave") / "r.db"
    return run(out, "baseline", "merger_wave", "from_2000", reps=6, threads=2, detail="full")


def level(path, scenario, metric, time):
    """A metric at a time, by run of the scenario."""
    return [x for (x,) in query(path, f"""SELECT {metric} FROM series JOIN run USING (run_id)
        WHERE scenario_id = ? AND time = ? ORDER BY run_id""", scenario, time)]


def test_cooperatives_do_not_decline_outside_the_merger_wave(wave):
    """C5: 1,481 partial cooperatives in 2007 and 1,466 in 2018, -.1 % a year."""
    rates = [1 - (late / early) ** (1 / 11) for early, late in zip(
        level(wave, 3, "cooperatives", 2007), level(wave, 3, "cooperatives", 2018))]
    assert -0.002 < statistics.mean(rates) < 0.005
    founded, = query(wave, """SELECT count(*) / 6.0 / 18 FROM event JOIN run USING (run_id)
        WHERE scenario_id = 3 AND kind = 'cooperative_founded' AND time < 2019""")[0]
    assert 1 < founded < 8
    # M36: 9 mergers in four years (F); 54 expected here in 24 run-years, standard deviation 7
    merged, = query(wave, """SELECT sum(mergers) FROM series JOIN run USING (run_id)
        WHERE scenario_id = 3 AND time >= 2001 AND time < 2005""")[0]
    assert 25 < merged < 90


def test_a_merger_wave_leaves_fewer_bodies_and_its_ties_to_heirs(wave):
    before, after = (level(wave, 2, "municipalities", year) for year in (2017.75, 2025))
    for start, rest in zip(before, after):  # 3,232 to 1,820 in seven years (F): .563
        assert 0.5 < rest / start < 0.63
    fewer = [a - b for a, b in zip(level(wave, 1, "cooperatives", 2025),
                                   level(wave, 2, "cooperatives", 2025))]
    assert min(fewer) > 0
    ended, inherited = query(wave, """SELECT sum(t.cause IN ('merger', 'cooperative_dissolved')),
        (SELECT count(*) FROM event JOIN run USING (run_id) WHERE scenario_id = 2
         AND kind = 'tie_inherited') FROM tie t JOIN run USING (run_id)
        WHERE scenario_id = 2 AND t.kind = 'cooperation'""")[0]
    assert 0 < ended <= 1.5 * inherited
    # until the wave the two are one
    for metric in ("cooperatives", "municipalities", "ties_city_to_city"):
        assert level(wave, 1, metric, 2017.75) == level(wave, 2, metric, 2017.75)


def test_who_is_gone_does_nothing_any_more(wave):
    kinds = ("merger", "cooperative_dissolved", "cooperatives_unified")
    events = query(wave, """SELECT run_id, kind, subject_id, object_id, time FROM event
        WHERE kind NOT IN ('call', 'rupture', 'supplementary_budget')""")
    gone = {(run_id, subject): time for run_id, kind, subject, _, time in events if kind in kinds}
    assert len(gone) > 5000
    assert not [row for row in events
                if max(gone.get((row[0], agent), 9999) < row[4] for agent in row[2:4])]
    ties = query(wave, "SELECT run_id, donor_id, coalesce(terminus, 9999) FROM tie")
    assert not [tie for tie in ties if tie[2] > gone.get(tie[:2], 9999)]


# ---- threads and order ----

ROWS = {"tie": "t.tie_id", "series": "t.step", "project": "t.project_id", "ledger": "t.rowid",
        "refusal": "t.rowid", "event": "t.rowid", "summary": "t.run_id"}


def content(path):
    """Digests and all rows by scenario and replicate, whatever the order of the runs."""
    found = {"digest": query(path, """SELECT s.name, rep, state_digest FROM run
                                      JOIN scenario s USING (scenario_id) ORDER BY 1, 2""")}
    for table, order in ROWS.items():
        columns = ", ".join(f't."{row[0]}"' for row in query(
            path, "SELECT name FROM pragma_table_info(?) WHERE name != 'run_id'", table))
        found[table] = query(path, f"""SELECT s.name, r.rep, {columns} FROM {table} t
            JOIN run r USING (run_id) JOIN scenario s USING (scenario_id) ORDER BY 1, 2, {order}""")
    return found


def test_results_hang_on_neither_threads_nor_order(tmp_path):
    settings = {"reps": 3, "detail": "full", "set": "run.years=20"}
    names = ["baseline", "jica_half", "merger_wave"]
    first = content(run(tmp_path / "1.db", *names, threads=1, **settings))
    assert len(set(first["digest"])) == 9
    for threads in (2, 3, 7):
        out = run(tmp_path / f"{threads}.db", *names[::-1], threads=threads, **settings)
        again = content(out)
        for table, rows in first.items():
            assert rows == again[table], f"{table} with {threads} threads"


def test_a_run_of_a_scenario_alone_is_the_same_run(tmp_path):
    one = content(run(tmp_path / "1.db", "jica_half", reps=1, detail="full"))
    both = content(run(tmp_path / "2.db", "baseline", "jica_half", reps=1, detail="full"))
    for table, rows in one.items():
        assert rows == [row for row in both[table] if row[0] == "jica_half"], table


# ---- tables that must agree ----

def test_ties_agree_with_the_series(full):
    for run_id in (1, 3):
        ties = query(full, """SELECT mode, onset, terminus, terminus_censored FROM tie
                              WHERE run_id = ? AND kind = 'cooperation'""", run_id)
        for mode in ("city_to_city", "regional"):
            series = query(full, f"""SELECT step, time, ties_{mode}, formed_{mode}, ended_{mode}
                                     FROM series WHERE run_id = ? ORDER BY step""", run_id)
            for step, time, live, formed, ended in series:
                mine = [(on, off if not open_ else float("inf"))
                        for m, on, off, open_ in ties if m == mode]
                assert live == sum(on <= time < off for on, off in mine), (run_id, mode, time)
                if step < 0:
                    assert live > 0 and formed is None and ended is None
                    continue
                assert formed == sum(on == time for on, _ in mine)
                assert ended == sum(off == time for _, off in mine)


def test_every_spell_has_a_length_and_every_ended_one_a_cause(full):
    assert query(full, "SELECT count(*) FROM tie WHERE terminus <= onset") == [(0,)]
    assert query(full, "SELECT count(*) FROM tie WHERE (cause IS NULL) != terminus_censored") == [
        (0,)]
    assert query(full, "SELECT count(DISTINCT cause) FROM tie")[0][0] >= 5


def test_projects_belong_to_their_ties(full):
    # what the record has of before the run has the sector that was observed; low carbon of governments
    # is air, of cooperatives their own field;
    # a running project goes on under an heir, in a regional form or after one: then it is older than the
    # tie, or of another sector
    assert query(full, """SELECT count(*) FROM project p JOIN tie t USING (run_id, tie_id)
        WHERE p.start > t.terminus OR p.finish > t.terminus OR t.kind != 'cooperation'
        OR (p.donor_id != t.donor_id AND t.form != 'consortium') OR p.partner_id != t.partner_id OR ((p.start < t.onset
        OR (p.start >= 2013 AND p.sector != CASE
            WHEN p.scheme = 'moe_jcm' AND t.form != 'cooperative' THEN 'air' ELSE t.sector END))
        AND NOT EXISTS (SELECT 1 FROM tie o
            WHERE o.run_id = t.run_id AND o.partner_id = t.partner_id AND o.kind = t.kind
            AND (o.cause IN ('merger', 'regional_form') OR o.form IN ('consortium', 'prefecture_led'))
            AND o.terminus BETWEEN p.start AND t.terminus))""") == [(0,)]
    assert query(full, "SELECT count(*) FROM project")[0][0] > 500
    started = query(full, "SELECT run_id, sum(projects_started) FROM series GROUP BY 1")
    assert started == query(full, "SELECT run_id, count(*) FROM project WHERE start >= 2013 GROUP BY 1")


def moved(path, run_id, payers, receivers):
    """Yen from any of the payers to any of the receivers in a run."""
    marks = [",".join("?" * len(side)) for side in (payers, receivers)]
    return query(path, f"""SELECT coalesce(sum(yen), 0) FROM ledger WHERE run_id = ?
        AND from_account IN ({marks[0]}) AND to_account IN ({marks[1]})""",
                 run_id, *payers, *receivers)[0][0]


NATIONAL, OWN = ["jica", "moe", "clair", "meti"], ["local_governments", "cooperatives"]
ACCOUNTS = ["taxpayers", *NATIONAL, *OWN, "projects", "partner_services", "tie_upkeep"]


@pytest.mark.parametrize("run_id", [1, 2, 3, 4])
def test_money_is_conserved(full, run_id):
    balance = {a: moved(full, run_id, ACCOUNTS, [a]) - moved(full, run_id, [a], ACCOUNTS)
               for a in ACCOUNTS}
    assert sum(balance.values()) == 0
    assert balance["projects"] == 0
    assert balance["taxpayers"] < 0
    assert all(balance[a] >= 0 for a in ACCOUNTS if a != "taxpayers")
    assert query(full, "SELECT count(*) FROM ledger WHERE yen <= 0") == [(0,)]
    still_due, granted, carried, own = query(full, """SELECT
        coalesce(sum(CASE outcome WHEN 'running' THEN granted_yen END), 0),
        sum(granted_yen) FILTER (WHERE start >= 2013), sum(granted_yen) FILTER (WHERE start < 2013),
        sum(own_yen) FROM project WHERE run_id = ?""", run_id)[0]
    opening = moved(full, run_id, ["taxpayers"], NATIONAL) - granted
    assert 0 < opening < carried  # what was not yet paid of the projects that ran at the start
    assert sum(balance[a] for a in NATIONAL) <= still_due
    assert moved(full, run_id, OWN, ["projects"]) == own
    assert query(full, "SELECT sum(national_yen), sum(own_yen) FROM series WHERE run_id = ?",
                 run_id) == [(moved(full, run_id, NATIONAL, ["projects"]),
                              own + moved(full, run_id, OWN, ["tie_upkeep"]))]


def test_agents_of_the_real_population(full):
    kinds = dict(query(full, "SELECT kind, count(*) FROM agent WHERE scenario_id = 1 GROUP BY 1"))
    assert (kinds["prefecture"], kinds["municipality"], kinds["special_ward"]) == (47, 1718, 23)
    members = query(full, """SELECT count(*) FROM tie t JOIN agent a ON a.scenario_id = 1
        AND a.agent_id = t.partner_id WHERE t.run_id = 1 AND t.kind = 'membership' AND t.onset_censored
        AND a.name = 'Clean Authority of Tokyo'""")
    assert members == [(23,)]


# ---- faults of the data files, through the command line ----

def edit(name, change):
    """A fault: (file, what is done to its rows (header first), line that must be named or None)."""
    def apply(folder):
        path = folder / f"{name}.csv"
        with open(path, encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        line = change(rows)
        with open(path, "w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
        return f"{name}.csv:{line}:" if line else f"{name}.csv"
    return apply


def put(line, column, value):
    """Puts a value into a cell; the line counts from 1 with the header."""
    def change(rows):
        rows[line - 1][rows[0].index(column)] = value
        return line
    return change


def repeat(line, column):
    """Gives a row the key of the row before."""
    def change(rows):
        at = rows[0].index(column)
        rows[line - 1][at] = rows[line - 2][at]
        return line
    return change


def without_column(column):
    """Renames a column that is needed."""
    def change(rows):
        rows[0][rows[0].index(column)] = "other"
        return 1
    return change


def short_row(rows):
    """A row that lacks its last cell."""
    rows[6].pop()
    return 7


def member_twice(rows):
    """The last membership once more."""
    rows.append(rows[-1])
    return len(rows)


def nothing(rows):
    """An empty file."""
    rows.clear()


def only_header(rows):
    """A header and no data."""
    del rows[1:]


def stranger(rows):
    """One more cooperative, of which nobody is a member."""
    rows.append(["C9999", *rows[-1][1:]])
    return len(rows)


FAULTS = {
    "duplicate code": edit("local_governments", repeat(9, "code")),
    "unknown type": edit("local_governments", put(9, "type", "hamlet")),
    "negative population": edit("local_governments", put(100, "population", "-5")),
    "population not a number": edit("local_governments", put(1789, "population", "nan")),
    "text for a number": edit("partner_cities", put(8, "need_air", "much")),
    "unknown region": edit("partner_cities", put(8, "region", "europe")),
    "unknown country": edit("partner_cities", put(1000, "country", "ZZ")),
    "unknown region of a country": edit("countries", put(5, "region", "asia")),
    "wrong number of cells": edit("countries", short_row),
    "missing column": edit("cooperatives", without_column("plants")),
    "cooperative without members": edit("cooperatives", stranger),
    "unknown member": edit("cooperative_members", put(3, "member", "999999")),
    "unknown cooperative": edit("cooperative_members", put(3, "cooperative", "C999999")),
    "member twice": edit("cooperative_members", member_twice),
    "empty file": edit("countries", nothing),
    "no rows": edit("partner_cities", only_header),
}


@pytest.fixture
def copied(tmp_path):
    """A scenario on a copy of the population: (scenario, folder of the copy)."""
    folder = tmp_path / "population"
    folder.mkdir()
    for name in FILES:
        shutil.copy(POPULATION / f"{name}.csv", folder)
    paths = " ".join(f'{name} = "population/{name}.csv";' for name in FILES)
    scenario = tmp_path / "s.cfg"
    scenario.write_text(f'base = "{ROOT}/configs/cooperation/base.cfg";\n'
                        f"run = {{ years = 2; reps = 1; }};\npopulation = {{ {paths} }};\n",
                        encoding="utf-8")
    return scenario, folder


def test_a_copy_of_the_population_runs(copied, tmp_path):
    result = kumiai("run", copied[0], "--out", tmp_path / "r.db")
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize("command", ["check", "run"])
@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_named_and_nothing_written(copied, tmp_path, command, fault):
    scenario, folder = copied
    place = FAULTS[fault](folder)
    before = sorted(tmp_path.rglob("*"))
    out = ["--out", tmp_path / "r.db"] if command == "run" else []
    result = kumiai(command, scenario, *out)
    assert result.returncode == 2, result.stderr
    assert place in result.stderr
    assert sorted(tmp_path.rglob("*")) == before


def test_a_missing_file_is_named(copied, tmp_path):
    scenario, folder = copied
    (folder / "countries.csv").unlink()
    result = kumiai("run", scenario, "--out", tmp_path / "r.db")
    assert result.returncode == 2
    assert "countries.csv" in result.stderr
    assert not (tmp_path / "r.db").exists()


# ---- a policy that starts at a date ----

def test_a_policy_leaves_what_lies_before_it_as_it_is(tmp_path):
    out = run(tmp_path / "r.db", "baseline", "jica_half_from_2020", "jica_half", reps=2)
    series = {}
    for name, rep, *row in query(out, """SELECT s.name, run.rep, series.* FROM series
            JOIN run USING (run_id) JOIN scenario s USING (scenario_id)"""):
        series.setdefault((name, rep), []).append(row[1:])
    for rep in sorted({rep for _, rep in series}):
        plain, dated = series["baseline", rep], series["jica_half_from_2020", rep]
        until = 1 + 7 * 4  # what was before, and quarters from JFY 2013 on
        assert plain[:until] == dated[:until] and plain[until:] != dated[until:]
        assert plain[:until] != series["jica_half", rep][:until], "the twin does move them"
