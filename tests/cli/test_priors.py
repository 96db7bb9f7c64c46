# SPDX-License-Identifier: GPL-3.0-or-later
"""Priors, distributions of factors, and constraints between parameters."""

import csv
import os
import sys
from pathlib import Path

import pytest
import scipy.stats

from conftest import kumiai, query, write_scenario

ROOT = Path(__file__).resolve().parents[2]
RUN = {"steps": 1, "seed": 11, "steps_per_year": 1}
SMALL = {"agents": 200, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05,
         "initial_share": 0.05}


@pytest.fixture
def sweep(tmp_path):
    """Writes a sweep of a small scenario; settings by name, factors as texts; returns its path."""
    def write(name="s", factors=(), scenario=None, run=None, **settings):
        write_scenario(tmp_path / "base.cfg", run={**RUN, **(run or {})},
                       contagion={**SMALL, **(scenario or {})})
        listed = f"factors = ({', '.join(factors)});" if factors else ""
        inner = " ".join(f"{key} = {value};" for key, value in settings.items())
        path = tmp_path / f"{name}.cfg"
        path.write_text(f'scenario = "base.cfg";\nsweep = {{\n{inner}\n{listed}\n}};\n')
        return path
    return write


def ok(*arguments, status=0):
    """Runs a command that must end with a status."""
    result = kumiai(*arguments)
    assert result.returncode == status, result.stderr
    return result


def refused(*arguments, about):
    """Runs a command that must be refused, with all the words in its message."""
    result = kumiai(*arguments)
    assert (result.returncode, result.stdout) == (2, ""), result.stderr
    for word in [about] if isinstance(about, str) else about:
        assert word in result.stderr
    return result


def quantiles(out, parameter):
    return [v for (v,) in query(out, "SELECT value FROM point_value WHERE parameter = ? ORDER BY value", (parameter,))]


def test_distributions(sweep, tmp_path):
    """One point in each of 1000 strata, so that the sample's quantiles are those of the distribution."""
    factors = ('{ parameter = "contagion.beta"; distribution = "normal"; mean = 0.1; sd = 0.02; }',
               '{ parameter = "contagion.gamma"; distribution = "triangular"; min = 0.1; mode = 0.2; max = 0.5; }',
               '{ parameter = "contagion.rewire"; distribution = "beta"; alpha = 2; beta = 5; }',
               '{ parameter = "contagion.agents"; distribution = "integer"; min = 100; max = 103; }',
               '{ parameter = "contagion.mean_degree"; distribution = "uniform"; min = 4.0; max = 6.0; }',
               '{ parameter = "contagion.initial_share"; distribution = "log"; min = 0.01; max = 1.0; }')
    out = tmp_path / "r.db"
    ok("sweep", sweep(design='"lhs"', points=1000, factors=factors, run={"steps": 1}), "--out", out)
    exact = {"beta": scipy.stats.truncnorm(-5, 45, 0.1, 0.02), "gamma": scipy.stats.triang(0.25, 0.1, 0.4),
             "rewire": scipy.stats.beta(2, 5), "mean_degree": scipy.stats.uniform(4, 2),
             "initial_share": scipy.stats.loguniform(0.01, 1)}
    for name, law in exact.items():
        for i, value in enumerate(quantiles(out, f"contagion.{name}")):
            assert i / 1000 - 1e-9 <= law.cdf(value) <= (i + 1) / 1000 + 1e-9, name
    agents = quantiles(out, "contagion.agents")
    assert [agents.count(k) for k in range(100, 104)] == [250] * 4
    assert query(out, "SELECT scale, arguments FROM factor WHERE factor_id < 4") == [
        ("normal", "mean = 0.10000000000000001; sd = 0.02;"), ("triangular", "mode = 0.20000000000000001;"),
        ("beta", "alpha = 2; beta = 5;")]


def test_a_factor_alone_takes_the_prior_else_the_valid_range(sweep, tmp_path):
    factors = [f'{{ parameter = "contagion.{name}"; }}' for name in ("beta", "gamma", "rewire")]
    out = tmp_path / "r.db"
    ok("sweep", sweep(design='"lhs"', points=500, factors=factors, run={"steps": 1}), "--out", out)
    assert query(out, "SELECT scale, min, max, arguments FROM factor") == [
        ("log", 0.005, 0.2, None), ("beta", 0, 1, "alpha = 2; beta = 8;"), ("linear", 0, 1, None)]
    law = scipy.stats.loguniform(0.005, 0.2)
    for i, value in enumerate(quantiles(out, "contagion.beta")):
        assert i / 500 - 1e-9 <= law.cdf(value) <= (i + 1) / 500 + 1e-9
    refused("sweep", sweep(design='"lhs"', points=3, factors=('{ parameter = "contagion.beta"; max = 0.001; }',)),
            "--out", tmp_path / "n.db", about="from 0.005 (of its prior) to 0.001")


def test_a_beta_distribution_takes_the_bounds_of_the_prior(sweep, tmp_path):
    """As every distribution but the normal one, which has tails, and the calibration reads it the same."""
    given = "alpha = 2.0; beta = 2.0;"
    out, factor = tmp_path / "r.db", f'{{ parameter = "contagion.beta"; distribution = "beta"; {given} }}'
    file = sweep(design='"lhs"', points=50, factors=[factor], run={"steps": 1})
    ok("sweep", file, "--out", out)
    assert query(out, "SELECT scale, min, max FROM factor") == [("beta", 0.005, 0.2)]
    sys.path.insert(0, str(ROOT / "scripts"))
    from kumiai import calibration_inputs
    space = calibration_inputs.space(os.environ["KUMIAI"], "contagion", file=file)
    assert (space.priors[0].kind, space.priors[0].low, space.priors[0].high) == ("beta", 0.005, 0.2)


# ---- constraints ----

LOW, HIGH = "ladder.trainees_trust", "ladder.programme_trust"


@pytest.fixture
def constrained(tmp_path):
    """A sweep of the cooperation model, which has a constraint between two parameters."""
    def write(design, *factors):
        (tmp_path / "base.cfg").write_text(
            f'base = "{ROOT / "configs/cooperation/base.cfg"}";\nrun = {{ years = 1; }};\n')
        listed = ", ".join(f"{{ {factor} }}" for factor in factors)
        path = tmp_path / "s.cfg"
        path.write_text(f'scenario = "base.cfg";\nsweep = {{ {design}\nfactors = ({listed}); }};\n')
        return path
    return write


@pytest.mark.parametrize("kind", ["random", "lhs", "sobol"])
def test_points_are_drawn_given_the_constraints(constrained, tmp_path, kind):
    file = constrained(f'design = "{kind}"; points = 2000;', f'parameter = "{LOW}"; min = 0.0; max = 1.0;',
                       f'parameter = "{HIGH}"; min = 0.0; max = 1.0;')
    ok("sweep", file, "--design-csv", tmp_path / "p.csv")
    ok("sweep", file, "--design-csv", tmp_path / "again.csv")
    assert (tmp_path / "p.csv").read_bytes() == (tmp_path / "again.csv").read_bytes()
    with open(tmp_path / "p.csv", newline="") as lines:
        points = [(float(row[LOW]), float(row[HIGH])) for row in csv.DictReader(lines)]
    assert all(low <= high for low, high in points)
    # Uniform on the triangle: the least and the greatest of two uniform numbers; six standard errors.
    for i, mean in enumerate((1 / 3, 2 / 3)):
        assert abs(sum(p[i] for p in points) / 2000 - mean) < 6 * (1 / 18 / 2000) ** 0.5


def test_a_constraint_that_few_draws_meet(constrained, tmp_path):
    few = constrained('design = "random"; points = 20;', f'parameter = "{LOW}"; min = 0.699; max = 1.0;')
    assert "of the draws meet the constraints" in ok("sweep", few, "--design-csv", tmp_path / "p.csv").stderr
    none = constrained('design = "random"; points = 2;', f'parameter = "{LOW}"; min = 0.8; max = 1.0;')
    refused("sweep", none, "--design-csv", tmp_path / "q.csv", about=["none of 1000000 draws of a point meets", f"{LOW} from 0.8 to 1"])


def test_grids_that_break_a_constraint_are_refused(constrained, tmp_path):
    grid = constrained('design = "factorial";', f'parameter = "{LOW}"; levels = [0.1, 0.4];',
                       f'parameter = "{HIGH}"; levels = [0.3, 0.9];')
    refused("sweep", grid, "--out", tmp_path / "r.db",
            about=["s.cfg:3: point 3: ladder.trainees_trust is 0.4, but must be at most "
                   "ladder.programme_trust, which is 0.3", "s.cfg:3): a higher rung"])


def test_a_configuration_that_breaks_a_constraint(constrained, tmp_path):
    constrained("", "")
    base = tmp_path / "base.cfg"
    text = base.read_text()
    base.write_text(text + "ladder = {\n trainees_trust = 0.6;\n programme_trust = 0.4; };\n")
    refused("run", base, "--out", tmp_path / "r.db",
            about=[f"{base}:4: ladder.trainees_trust is 0.6, but must be at most ladder.programme_trust, "
                   f"which is 0.4 ({base}:5): a higher rung"])
    base.write_text(text + 'interventions = ( { at = 2013.5; set = "ladder.programme_trust"; value = 0.05; } );\n')
    refused("check", base, about=[f"{base}:3: ladder.programme_trust is 0.05, but must be at least "
                                  "ladder.trainees_trust, which is 0.25"])
