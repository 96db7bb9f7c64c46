# SPDX-License-Identifier: GPL-3.0-or-later
"""The models from the literature give what was published of them. Tolerances are five standard
errors of the mean over the replicates (a false alarm in two million), the error of the published
figure added where it is itself an estimate. Where it can be made so, a twin with another parameter must fail."""

import math
import os
import sqlite3
import statistics
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
GALLERY = ("boltzmann", "voter", "schelling", "sir", "team", "saom")


def run(folder, model, *settings, reps=40, steps=200):
    """The results file of a model's scenario with other settings."""
    out = folder / f"{model}.{len(list(folder.iterdir()))}.db"
    words = [f"--set={setting}" for setting in (f"run.steps={steps}", *settings)]
    subprocess.run([os.environ["KUMIAI"], "run", ROOT / f"scenarios/gallery/{model}.cfg", *words, f"--reps={reps}", "--quiet",
                    "--out", out], check=True, stdout=subprocess.DEVNULL)
    return out


def column(path, name):
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as db:
        return [row[0] for row in db.execute(f"SELECT {name} FROM summary ORDER BY run_id")]


def agrees(values, published, error=0.0):
    """Whether a sample's mean is that published, which has an error of its own."""
    own = statistics.stdev(values) / math.sqrt(len(values))
    return abs(statistics.fmean(values) - published) <= 5 * math.hypot(own, error)


# ---- what was published ----

MESA_GINI, MESA_BROKE, MESA_LIKE = 0.6316, 0.4628, 0.814  # Mesa 3.3, its examples
MESA_ERROR = 0.002  # allowed for each of the three, whose own errors are not recorded


def test_boltzmann_is_as_unequal_as_in_mesa(tmp_path):
    path = run(tmp_path, "boltzmann")
    assert agrees(column(path, "gini_final"), MESA_GINI, MESA_ERROR)
    assert agrees(column(path, "broke_final"), MESA_BROKE, MESA_ERROR)
    richer = run(tmp_path, "boltzmann", "boltzmann.money=2")
    assert not agrees(column(richer, "gini_final"), MESA_GINI, MESA_ERROR)


def plateau(degree):
    """Active ties of a large network of uncorrelated degrees, soon after an even start (Vazquez &
    Eguiluz 2008, doi:10.1088/1367-2630/10/6/063011)."""
    return (degree - 2) / (2 * (degree - 1))


@pytest.mark.parametrize("degree", [6, 8])
def test_opinions_stay_mixed_as_pair_approximation_says(degree, tmp_path):
    """An approximation, good to a hundredth at these degrees."""
    path = run(tmp_path, "voter", "voter.agents=20000", f"voter.mean_degree={degree}", reps=8, steps=10)
    mean = statistics.fmean(column(path, "active_final"))
    assert mean == pytest.approx(plateau(degree), abs=0.01)
    assert mean != pytest.approx(plateau(degree + 2), abs=0.01)


def test_opinions_are_conserved_until_all_agree(tmp_path):
    """The mean opinion is a martingale: a share of runs as large as the initial one ends in 1."""
    path = run(tmp_path, "voter", "voter.agents=40", "voter.mean_degree=16", "voter.initial=0.3", reps=2000, steps=2000)
    ends = column(path, "one_final")
    assert set(ends) == {0.0, 1.0}
    assert agrees(ends, 0.3) and not agrees(ends, 0.35)


def test_types_separate_as_in_mesa(tmp_path):
    path = run(tmp_path, "schelling", reps=200)
    assert agrees(column(path, "like_final"), MESA_LIKE, MESA_ERROR)
    assert min(column(path, "happy_final")) > 0.95
    milder = run(tmp_path, "schelling", "schelling.homophily=0.3", reps=200)
    assert not agrees(column(milder, "like_final"), MESA_LIKE, MESA_ERROR)


def final_size(contacts, initial):
    """The share that is infected in the end: the larger solution of R = 1 - (1 - e) exp(-cR) (Kiss,
    Miller & Simon 2017, for a graph of Poisson degrees)."""
    size = 1.0
    for _ in range(1000):
        size = 1 - (1 - initial) * math.exp(-contacts * size)
    return size


@pytest.mark.parametrize("beta", [0.1, 0.2])
def test_an_epidemic_is_as_large_as_the_equation_says(beta, tmp_path):
    path = run(tmp_path, "sir", f"sir.beta={beta}", "sir.agents=20000", reps=20)
    contacts = 8 * beta / (beta + 0.3)
    assert agrees(column(path, "recovered_final"), final_size(contacts, 0.01))
    assert not agrees(column(path, "recovered_final"), final_size(contacts * 1.05, 0.01))


def test_looking_more_often_changes_no_epidemic(tmp_path):
    rare = run(tmp_path, "sir", "sir.agents=2000", reps=3)
    often = run(tmp_path, "sir", "sir.agents=2000", "run.steps_per_year=12", reps=3, steps=2400)
    assert column(rare, "recovered_final") == column(often, "recovered_final")


NETLOGO_AGENTS, NETLOGO_ERROR = 129.1, 0.5  # Team Assembly after 300 steps; the error is an allowance


def test_a_field_is_as_large_as_in_netlogo(tmp_path):
    path = run(tmp_path, "team", steps=300)
    assert agrees(column(path, "agents_final"), NETLOGO_AGENTS, NETLOGO_ERROR)
    more = run(tmp_path, "team", "team.p=0.45", steps=300)
    assert not agrees(column(more, "agents_final"), NETLOGO_AGENTS, NETLOGO_ERROR)


def test_a_field_of_newcomers_alone_is_exact(tmp_path):
    """Four come at each step and stay for max_downtime more: 41 teams of 4 agents and 6 ties each."""
    path = run(tmp_path, "team", "team.p=0", reps=2, steps=60)
    assert column(path, "agents_final") == [41 * 4] * 2 and column(path, "ties_final") == [41 * 6] * 2


def mean_degree(actors, outdegree, creation=0.0, endowment=0.0):
    """Of an actor who has d agreements, stays with weight 1, makes one of the others with weight
    exp(outdegree + creation) each and drops one with exp(-outdegree - endowment) each: a chain of
    births and deaths, in its stationary state."""
    others, make, drop = actors - 1, math.exp(outdegree + creation), math.exp(-outdegree - endowment)
    total = [1 + (others - d) * make + d * drop for d in range(actors)]
    share = [1.0]
    for d in range(others):
        share.append(share[d] * ((others - d) * make / total[d]) / ((d + 1) * drop / total[d + 1]))
    return sum(d * s for d, s in enumerate(share)) / sum(share)


@pytest.mark.parametrize("weights", [{}, {"creation": 0.5, "endowment": 0.7}])
def test_agreements_are_a_chain_of_births_and_deaths(weights, tmp_path):
    settings = [f"saom.{name}={value}" for name, value in weights.items()]
    path = run(tmp_path, "saom", *settings, reps=100, steps=40)
    assert agrees(column(path, "degree_final"), mean_degree(30, -1.5, **weights))
    assert not agrees(column(path, "degree_final"), mean_degree(30, -1.4, **weights))


def test_mutual_and_closed_agreements_follow_their_weights(tmp_path):
    """Without a weight agreements are mutual as often as any pair is tied; with one more often."""
    path = run(tmp_path, "saom", reps=100, steps=40)
    assert agrees(column(path, "reciprocity_final"), mean_degree(30, -1.5) / 29)
    for name, measure in (("reciprocity", "reciprocity"), ("transitive", "transitivity"), ("likeness", "like")):
        other = run(tmp_path, "saom", f"saom.{name}=0.5", reps=100, steps=40)
        before, after = (statistics.fmean(column(p, f"{measure}_final")) for p in (path, other))
        assert after > before * 1.1, name


# ---- what holds for all ----


@pytest.mark.parametrize("model", GALLERY)
def test_promises_are_kept(model, tmp_path):
    """The twin of --paranoid, and the same bits from any number of threads."""
    digests = []
    for words in (["--paranoid"], ["--threads=2"]):
        out = tmp_path / f"{words[0]}.db"
        subprocess.run([os.environ["KUMIAI"], "run", ROOT / f"scenarios/gallery/{model}.cfg", "--reps=2", "--quiet", "--out", out,
                        "--set=run.steps=40", *words], check=True, stdout=subprocess.DEVNULL)
        with closing(sqlite3.connect(out)) as db:
            digests.append(db.execute("SELECT state_digest FROM run ORDER BY run_id").fetchall())
    assert digests[0] == digests[1]


def length(path):
    """Lines of a model without comments, blank lines, includes, and its tables: what stands outside
    of functions."""
    inside, count = False, 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.endswith(") {") and not line.startswith(" "):
            inside = True
        count += inside and bool(line.strip()) and not line.strip().startswith(("/*", "*"))
        inside = inside and line != "}"
    return count


@pytest.mark.parametrize("model", GALLERY)
def test_a_model_is_one_short_file(model):
    [path] = (ROOT / "models" / model).glob("*.c")
    assert 0 < length(path) <= 90
