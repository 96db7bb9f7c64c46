# SPDX-License-Identifier: GPL-3.0-or-later
"""`--draws`: replicates under draws of parameters, such as a posterior sample."""

import csv
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from conftest import KUMIAI, content, kumiai, kumiai_export, query, write_scenario
from patience import PATIENCE

RUN = {"steps": 10, "seed": 11, "steps_per_year": 1, "start_year": 2000, "reps": 4}
SMALL = {"agents": 200, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}
MPI = {**os.environ, "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
       "OMPI_MCA_rmaps_base_oversubscribe": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
       "OMPI_MCA_btl": "self,vader,tcp", "OMPI_MCA_btl_vader_single_copy_mechanism": "none"}
BETA, GAMMA = (0.05, 0.1, 0.2), (0.3, 0.2, 0.1)
STATES = "SELECT scenario_id, rep, state_digest FROM run ORDER BY 1, 2"


@pytest.fixture
def study(tmp_path):
    """Two scenarios on one base, of which the second sets gamma itself; three draws."""
    write_scenario(tmp_path / "base.cfg", run=RUN, contagion=SMALL)
    (tmp_path / "a.cfg").write_text('base = "base.cfg";\n')
    (tmp_path / "b.cfg").write_text('base = "base.cfg";\ncontagion = { gamma = 0.4; };\n')
    (tmp_path / "p.csv").write_text(
        "contagion.beta,contagion.gamma\n" + "".join(f"{b},{g}\n" for b, g in zip(BETA, GAMMA)))
    return [tmp_path / "a.cfg", tmp_path / "b.cfg", "--draws", tmp_path / "p.csv"]


def ok(*arguments, status=0, **options):
    result = kumiai(*arguments, **options)
    assert result.returncode == status, result.stderr
    return result


def refused(*arguments, about):
    result = kumiai(*arguments)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    assert about in result.stderr


def of(out, scenario):
    return query(out, "SELECT rep, draw_id FROM run JOIN run_draw USING (run_id) WHERE scenario_id = ?"
                      " ORDER BY rep", (scenario,))


def test_a_replicate_is_the_scenario_with_its_draw(study, tmp_path):
    """Replicate r is that of `kumiai run` with row r as --set; what a scenario sets itself stays."""
    out = tmp_path / "r.db"
    told = ok("run", *study, "--reps", 4, "--out", out).stderr
    assert "contagion.gamma is not drawn in scenario 'b'" in told and "scenario 'a'" not in told
    assert of(out, 1) == of(out, 2) == [(0, 1), (1, 2), (2, 3), (3, 1)]
    assert query(out, "SELECT * FROM draw_kept") == [(2, "contagion.gamma")]
    assert query(out, "SELECT draw_id, line, weight FROM draw") == [(1, 2, None), (2, 3, None), (3, 4, None)]
    assert query(out, "SELECT value FROM draw_value WHERE parameter = 'contagion.beta'") == [(b,) for b in BETA]
    found = {(s, r): digest for s, r, digest in query(out, STATES)}
    for rep in range(4):
        one = tmp_path / f"{rep}.db"
        ok("run", study[0], study[1], "--set", f"contagion.beta={BETA[rep % 3]}", "--reps", 4, "--only-rep", rep,
           "--out", one)
        assert query(one, STATES)[1] == (2, rep, found[2, rep])
        one.unlink()
        ok("run", study[0], "--set", f"contagion.beta={BETA[rep % 3]}", "--set",
           f"contagion.gamma={GAMMA[rep % 3]}", "--reps", 4, "--only-rep", rep, "--out", one)
        assert query(one, STATES) == [(1, rep, found[1, rep])]
    assert "8 runs made again: the same" in ok("verify", out, "--rerun", 8).stdout


def test_an_intervention_holds_from_its_date_on(study, tmp_path):
    (tmp_path / "i.cfg").write_text('base = "base.cfg";\ninterventions = ( { at = 2005.0; '
                                    'set = "contagion.beta"; value = 0.9; } );\n')
    ok("run", tmp_path / "i.cfg", *study[2:], "--reps", 2, "--out", tmp_path / "r.db")
    ok("run", tmp_path / "i.cfg", "--set", f"contagion.beta={BETA[1]}", "--set", f"contagion.gamma={GAMMA[1]}",
       "--reps", 2, "--only-rep", 1, "--out", tmp_path / "e.db")
    assert query(tmp_path / "r.db", STATES)[1] == query(tmp_path / "e.db", STATES)[0]


def test_replicates_that_share_a_draw(study, tmp_path):
    out = tmp_path / "r.db"
    told = ok("run", *study, "--draws-reps", 3, "--reps", 9, "--out", out).stdout
    assert of(out, 1) == [(r, r // 3 + 1) for r in range(9)]
    assert "Share of a run's variance that the drawn parameters make" in told
    told = ok("run", *study, "--reps", 3, "--out", tmp_path / "1.db").stdout
    assert "--draws-reps 2 or more" in told


def test_the_parts_of_the_variance(study, tmp_path):
    """By the law of total variance, as one-way analysis of variance estimates them."""
    out = tmp_path / "r.db"
    told = ok("run", study[0], *study[2:], "--draws-reps", 20, "--reps", 60, "--out", out).stdout
    groups = {}
    for draw, value in query(out, "SELECT draw_id, infected_final FROM run_draw JOIN summary USING (run_id)"):
        groups.setdefault(draw, []).append(value)
    means = {d: sum(v) / 20 for d, v in groups.items()}
    chance = sum((x - means[d]) ** 2 for d, v in groups.items() for x in v) / (60 - 3)
    centre = sum(means.values()) / 3
    parameters = sum((m - centre) ** 2 for m in means.values()) / 2 - chance / 20
    line = next(line for line in told.splitlines()[8:] if line.startswith("infected_final"))
    assert line.split()[1] == f"{100 * parameters / (parameters + chance):.0f}"


def test_weights_are_a_systematic_resample(study, tmp_path):
    """Of 2^m draws each row has its share, up or down to the next whole number; a longer batch goes
    on where a shorter one ended."""
    weight = (0.5, 0.0, 2.8)
    (tmp_path / "p.csv").write_text("weight,contagion.beta\n" + "".join(
        f"{w},{b}\n" for w, b in zip(weight, BETA)))
    ok("run", study[0], *study[2:], "--reps", 64, "--out", tmp_path / "r.db")
    drawn = [draw for _, draw in of(tmp_path / "r.db", 1)]
    for n in (4, 16, 64):
        for row in range(3):
            assert abs(drawn[:n].count(row + 1) - n * weight[row] / sum(weight)) < 1
    assert 2 not in drawn
    ok("run", study[0], *study[2:], "--reps", 64, "--seed", 12, "--out", tmp_path / "s.db")
    assert [draw for _, draw in of(tmp_path / "s.db", 1)] != drawn
    ok("run", study[0], *study[2:], "--reps", 5, "--out", tmp_path / "t.db")
    ok("run", study[0], *study[2:], "--reps", 64, "--resume", "--out", tmp_path / "t.db")
    assert query(tmp_path / "t.db", STATES) == query(tmp_path / "r.db", STATES)


def test_threads_resume_and_ranks_change_nothing(study, tmp_path):
    options = ["--draws-reps", 2, "--reps", 9, "--detail", "full"]
    ok("run", *study, *options, "--threads", 1, "--out", tmp_path / "1.db")
    whole = content(tmp_path / "1.db")
    ok("run", *study, *options, "--threads", 4, "--out", tmp_path / "4.db")
    assert content(tmp_path / "4.db") == whole
    ok("run", *study, "--draws-reps", 2, "--detail", "full", "--reps", 2, "--out", tmp_path / "r.db")
    ok("run", *study, *options, "--resume", "--out", tmp_path / "r.db")
    assert content(tmp_path / "r.db") == whole
    if shutil.which("mpirun") and "Open MPI" in kumiai("--version").stdout:
        subprocess.run(["mpirun", "-n", "3", KUMIAI, "run", *study, *map(str, options), "--threads", "1", "--out",
                        tmp_path / "m.db"], check=True, env=MPI, capture_output=True, timeout=PATIENCE)
        assert content(tmp_path / "m.db") == whole


def test_export_tells_the_draw_of_each_run(study, tmp_path):
    out = tmp_path / "r.db"
    ok("run", *study, "--reps", 2, "--out", out)
    assert kumiai_export(out, "--to", tmp_path / "csv").returncode == 0
    with open(tmp_path / "csv" / "runs.csv", newline="") as lines:
        rows = [(row["draw_id"], row["contagion.beta"], row["contagion.gamma"]) for row in csv.DictReader(lines)]
    assert [(d, float(b), g and float(g)) for d, b, g in rows] == [
        ("1", 0.05, 0.3), ("2", 0.1, 0.2), ("1", 0.05, ""), ("2", 0.1, "")]


def test_fork(study, tmp_path):
    """The branches of a fork are runs from the start whose change is dated."""
    (tmp_path / "policy.cfg").write_text("contagion = { beta = 0.5; rewire = 0.9; };\n")
    (tmp_path / "dated.cfg").write_text(
        'base = "base.cfg";\ninterventions = ( { at = 2005.0; set = "contagion.beta"; value = 0.5; },'
        ' { at = 2005.0; set = "contagion.rewire"; value = 0.9; } );\n')
    ok("fork", study[0], tmp_path / "policy.cfg", "--at", 2005, *study[2:], "--out", tmp_path / "f.db")
    ok("run", study[0], tmp_path / "dated.cfg", *study[2:], "--out", tmp_path / "r.db")
    assert query(tmp_path / "f.db", STATES) == query(tmp_path / "r.db", STATES)
    assert of(tmp_path / "f.db", 2) == of(tmp_path / "f.db", 1)
    ok("verify", tmp_path / "f.db", "--rerun", 8)


def test_until(study, tmp_path):
    """Draws that come again are no new pairs: three draws stay three, however many replicates."""
    told = ok("run", *study, "--until", "infected_final:60", "--max-reps", 90, "--out", tmp_path / "few.db", status=3)
    row = next(line.split() for line in told.stdout.splitlines() if line.startswith("b "))
    assert row[1] == "3" and "Replicates beyond 3 use the draws again" in told.stdout
    with open(tmp_path / "p.csv", "a") as rows:
        rows.writelines(f"{0.05 + 0.001 * i},{0.1 + 0.002 * i}\n" for i in range(97))
    ok("run", *study, "--until", "infected_final:60", "--max-reps", 200, "--out", tmp_path / "r.db")
    n = query(tmp_path / "r.db", "SELECT max(rep) + 1 FROM run")[0][0]
    ok("run", *study, "--reps", n, "--out", tmp_path / "e.db")
    assert query(tmp_path / "r.db", STATES) == query(tmp_path / "e.db", STATES)
    assert of(tmp_path / "r.db", 1) == of(tmp_path / "e.db", 1)
    refused("run", *study, "--until", "infected_final:60", "--draws-reps", 2, "--out", tmp_path / "x.db",
            about="--until needs --draws-reps 1")


def test_the_settings_of_a_drawn_run_make_it_again(study, tmp_path):
    """As the base of another file, so that they are drawn again."""
    ok("run", study[0], *study[2:], "--out", tmp_path / "r.db")
    [(config,)] = query(tmp_path / "r.db", "SELECT config FROM scenario")
    (tmp_path / "stored.cfg").write_text(config)
    (tmp_path / "again.cfg").write_text('base = "stored.cfg";')
    ok("run", tmp_path / "again.cfg", *study[2:], "--out", tmp_path / "again.db")
    assert query(tmp_path / "again.db", STATES) == query(tmp_path / "r.db", STATES)


def test_one_draw_has_no_interval(study, tmp_path):
    told = ok("run", study[0], *study[2:], "--draws-reps", 4, "--reps", 4, "--out", tmp_path / "r.db").stdout
    assert "(one draw)" in told and "all alike)" not in told


@pytest.mark.parametrize("options, draws", [((), 3), (("--draws-reps", 5), 3), (("--reps", 3), None)])
def test_compare_counts_draws(study, tmp_path, options, draws):
    """Means and intervals are those that `kumiai run` prints; replicates of their own draws stay replicates."""
    out = tmp_path / "r.db"
    told = ok("run", *study, "--reps", 15, *options, "--out", out).stdout
    compare = Path(os.environ["KUMIAI_SOURCE_DIR"]) / "scripts" / "compare.py"
    done = subprocess.run(["/usr/bin/python3", compare, out, "--no-pictures", "--metrics", "infected_final"],
                          capture_output=True, text=True, check=True)
    said = f"15 runs of a are {draws} draws" in " ".join(done.stdout.split())
    assert said == (draws is not None)
    found = subprocess.run(["/usr/bin/python3", compare, out, "--no-pictures", "--format", "csv", "--metrics",
                            "infected_final"], capture_output=True, text=True, check=True).stdout
    rows = list(csv.DictReader(found.splitlines()))
    assert [(row["n"], row["pairs"]) for row in rows] == [("3", "0"), ("3", "3")]
    line = next(line for line in told.splitlines() if line.startswith("infected_final"))
    for row, mean in zip(rows, re.findall(r"(\d+) \((\d+) to (\d+)\)", line)):
        assert [round(float(row[c])) for c in ("mean", "low", "high")] == list(map(int, mean))


def test_sweep(study, tmp_path):
    """The design's own parameters are not drawn; shards and waves have the same draws."""
    sweep = tmp_path / "s.cfg"
    sweep.write_text('scenario = "a.cfg";\nsweep = { design = "factorial"; reps = 4; factors = '
                     '( { parameter = "contagion.beta"; levels = [0.1, 0.3]; } ); };\n')
    out = tmp_path / "r.db"
    ok("sweep", sweep, *study[2:], "--out", out)
    assert query(out, "SELECT rep, draw_id, count(*) FROM run JOIN run_draw USING (run_id) GROUP BY 1, 2") == [
        (0, 1, 2), (1, 2, 2), (2, 3, 2), (3, 1, 2)]
    ok("verify", out, "--rerun", 8)
    ok("run", study[0], "--set", "contagion.beta=0.3", "--set", f"contagion.gamma={GAMMA[1]}", "--only-rep", 1,
       "--out", tmp_path / "e.db")
    assert query(out, "SELECT state_digest FROM run WHERE point_id = 2 AND rep = 1") == query(
        tmp_path / "e.db", "SELECT state_digest FROM run")
    parts = [tmp_path / "1.db", tmp_path / "2.db"]
    for i, part in enumerate(parts, 1):
        ok("sweep", sweep, *study[2:], "--shard", f"{i}/2", "--out", part)
    ok("merge", tmp_path / "m.db", *parts)
    assert content(tmp_path / "m.db") == content(out)
    refused("sweep", sweep, "--out", out, "--resume", about="it was begun with --draws")
    refused("sweep", sweep, *study[2:], "--draws-reps", 2, "--out", out, "--append", about="another --draws-reps")


@pytest.mark.parametrize("text, about", [
    ("contagion.betta\n0.1\n", 'p.csv:1: the column "contagion.betta" is no parameter of model contagion'),
    ("contagion.beta\n0.1\n1.5\n", "p.csv:3: column contagion.beta: 1.5 must lie between 0.0 and 1.0"),
    ("formation.rate,budget.share,weight\n0.1,2,1\n",
     'p.csv:1: none of its 2 columns is a parameter of model contagion; the first is "formation.rate"'),
    ("contagion.beta,weight\n0.1,-1\n", "p.csv:2: column weight: -1"),
    ("contagion.beta,weight\n0.1,0\n", "p.csv:1: the sum of the column weight is 0"),
    ("weight\n1\n", "p.csv:1: no column is a parameter"),
    ("contagion.mean_degree\n4\n199.5\n", "p.csv:3: contagion.mean_degree"),
    ("contagion.beta;contagion.gamma\n0.1;0.2\n", "semicolons"),
])
def test_bad_files(study, tmp_path, text, about):
    (tmp_path / "p.csv").write_text(text)
    refused("run", *study, "--out", tmp_path / "r.db", about=about)
    assert not (tmp_path / "r.db").exists()


def test_what_is_not_drawn_is_one_sentence(study, tmp_path):
    (tmp_path / "p.csv").write_text("contagion.beta,contagion.gamma,contagion.rewire\n0.1,0.2,0.05\n")
    told = ok("run", *study[1:], "--set", "contagion.beta=0.3", "--out", tmp_path / "r.db").stderr
    assert told.count("not drawn") == 1
    assert "contagion.beta and contagion.gamma are not drawn in scenario 'b': its own file, --set or the design" in told


def test_what_is_refused(study, tmp_path):
    refused("run", *study, "--draws", tmp_path / "no.csv", "--out", tmp_path / "r.db", about="no.csv")
    refused("run", study[0], "--draws-reps", 2, "--out", tmp_path / "r.db", about="--draws FILE.csv is missing")
    refused("run", tmp_path / "base.cfg", *study[2:], "--out", tmp_path / "r.db",
            about="no parameter of it is drawn in scenario 'base', whose own file or --set says what all of them are")
    (tmp_path / "over.cfg").write_text('base = "base.cfg";')  # as the message has it
    ok("run", tmp_path / "over.cfg", *study[2:], "--out", tmp_path / "over.db")
    ok("run", *study, "--out", tmp_path / "r.db")
    refused("run", *study[:2], "--resume", "--out", tmp_path / "r.db", about="this command has no --draws")
    (tmp_path / "p.csv").write_text("contagion.beta,contagion.gamma\n0.1,0.1\n0.2,0.2\n0.3,0.3\n")
    refused("run", *study, "--resume", "--out", tmp_path / "r.db", about="its draws have other values")
