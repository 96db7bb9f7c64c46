#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the sources say that a change does, as signs: each mechanism moves its outcome, and does not
where it is switched off. Run as a program, it prints the table of effects.

Arms of a direction share their seeds; the test is a paired t test of one side. Holm over the table
keeps the chance that any sign is claimed falsely at ALPHA. The twin has the mechanism switched off
in both arms: then they are equal to the last bit, or, where the change acts in other ways too,
within half of the effect (two one-sided tests at 5 %)."""

import os
import sqlite3
import statistics
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from scipy import stats

KUMIAI = os.environ.get("KUMIAI", "kumiai")
ROOT = Path(__file__).parents[2]
BASE = ROOT / "scenarios" / "from_2000.cfg"
ALPHA = 0.01
REPS = 24

# ---- the directions ----


@dataclass
class Direction:
    """`more` against `less`, `both` in either; with `off` in either too, the effect is gone.

    outcome: an SQL expression on one run r with its summary s. detail full: it reads its rows.
    """

    name: str
    sign: int
    outcome: str
    more: dict
    off: dict
    less: dict = field(default_factory=dict)
    both: dict = field(default_factory=dict)
    exact: bool = True
    full: bool = False

    def arm(self, which):
        """Settings of an arm: more, less, off_more or off_less."""
        own = self.more if which.endswith("more") else self.less
        return {**self.both, **own, **(self.off if which.startswith("off") else {})}


ARMS = ("more", "less", "off_more", "off_less")
WAVE = {"mergers.rate": [(2012, 0.175), (2019, 0.0044)], "mergers.size": [(2012, 5e5), (2019, 5e4)]}
CUTS = {"staff.posts": [(2006 + k, 0.97 - 0.03 * k) for k in range(10)]}
HALF = {"funding.jica_budget_factor": 0.5, "funding.moe_budget_factor": 0.5}
CALLS_OFF = {f"funding.{s}_enabled": False
             for s in ("jica", "moe", "partner", "support", "clair", "meti")}
KEEN = {"initiative.rate": 1.0}  # mandates enough to see something
INTERMEDIARIES_OFF = {"contacts.intermediaries": False, "formation.rate_intermediary": 0.0,
                      "upkeep.institution_rate": 0.0, "funding.partner_enabled": False,
                      "consultants.enabled": False}
STAFF_FREE = {"staff.project_fte": 0.0, "knowhow.retirement_loss": 0.0, "motives.staff_use": 0.0,
              "support.veto": 0.0}

TIE_YEARS = "(SELECT sum(ties_city_to_city) / 4.0 FROM series WHERE run_id = r.run_id AND step >= 0)"
FORMED = "(SELECT sum(formed_city_to_city) FROM series WHERE run_id = r.run_id AND {})"
GRANT_YEARS = """(SELECT sum(coalesce(terminus, 2040) - first) FROM tie JOIN (
    SELECT run_id, tie_id, min(start) AS first FROM project WHERE scheme != 'own' GROUP BY 1, 2)
    USING (run_id, tie_id) WHERE run_id = r.run_id)"""
TWENTIETH = """(SELECT min(time) FROM (SELECT time, sum(formed_city_to_city) OVER (ORDER BY step)
    AS formed FROM series WHERE run_id = r.run_id) WHERE formed >= 20)"""
INHERITED = "s.inherited - (s.ended_by_merger + s.ended_by_cooperative_dissolved) / 2.0"

DIRECTIONS = [
    Direction("more turnover: shorter city-to-city ties", -1, "s.life_10y_city_to_city",
              more={"leadership.turnover_factor": 2.0}, less={"leadership.turnover_factor": 0.5},
              off={"upkeep.leader_turnover": 0.0}, exact=False),
    Direction("institutionalised ties: fewer ends by turnover, a tie-year", -1,
              f"s.ended_by_leader_turnover / {TIE_YEARS}",
              more={"upkeep.institution_trust": 0.0, "upkeep.institution_rate": 12.0},
              less={"upkeep.institution_rate": 0.0}, both={"leadership.turnover_factor": 2.0},
              off={"upkeep.institution_damping": 1.0, "contacts.sister_ties": False}),
    Direction("half of the national money: fewer projects", -1, "s.projects_started", more=HALF,
              off=CALLS_OFF),
    Direction("half of the national money: more ends by grant end, a year since the first grant",
              1, f"s.ended_by_grant_end / {GRANT_YEARS}", more=HALF, off={"upkeep.grant_end": 0.0},
              full=True),
    Direction("JICA closed to cooperatives: fewer regional ties", -1, "s.ties_regional",
              more={"funding.jica_open_to_cooperatives": False}, both=KEEN,
              off={"funding.jica_enabled": False}),
    Direction("a third of the staff cut: fewer projects", -1, "s.projects_started", more=CUTS,
              off=STAFF_FREE),
    Direction("the motive to use staff, while it is cut: more ties", 1,
              FORMED.format("time >= 2006 AND time < 2016"), both=CUTS,
              more={}, less={"motives.staff_use": 0.0},
              off={"staff.senior_share": 1.0, "staff.retirement": 0.0, "staff.trend": 0.0}),  # no juniors
    Direction("plants pooled: know-how of waste lasts in cooperatives", 1,
              "(SELECT knowhow_kept_cooperatives FROM series WHERE run_id = r.run_id AND time = 2039.0)",
              more={},
              less={"cooperatives.pooled_plants": False},
              off={"knowhow.plant_gain": 0.0}),
    Direction("no intermediaries: fewer ties", -1, FORMED.format("TRUE"),
              more={"contacts.intermediaries": False},
              off=INTERMEDIARIES_OFF),
    Direction("no intermediaries: later ties, the year of the twentieth", 1, TWENTIETH,
              more={"contacts.intermediaries": False},
              off=INTERMEDIARIES_OFF),
    Direction("the hub's sunset: its ties end", -1,
              "(SELECT count(*) FROM tie WHERE run_id = r.run_id AND kind = 'initiative'"
              " AND coalesce(terminus, 3000) > 2012)", more={}, less={"hub.until": 3000.0},
              off={"hub.enabled": False}, full=True),
    Direction("a merger wave: fewer cooperatives", -1,
              "(SELECT cooperatives FROM series WHERE run_id = r.run_id AND time = 2019.0)",
              more=WAVE, off={"mergers.rate": 0.0}),
    Direction("a merger wave: ties go over to heirs, ended less half of them", 1, INHERITED,
              more=WAVE, off={"mergers.rate": 0.0},
              both={"cooperatives.unification": 0.0, "cooperatives.dissolution": 0.0}),
]

# ---- running them ----


def literal(value):
    """A value as libconfig writes it."""
    return str(value).lower() if isinstance(value, bool) else repr(float(value))


def scenario(settings):
    """Text of a scenario: numbers are settings, lists of (year, value) interventions."""
    groups, dated = {}, []
    for name, value in settings.items():
        group, leaf = name.split(".")
        if isinstance(value, list):
            dated += [f'{{ at = {float(year)}; set = "{name}"; value = {literal(x)}; }}'
                      for year, x in value]
        else:
            groups.setdefault(group, []).append(f"{leaf} = {literal(value)};")
    lines = [f"{group} = {{ {' '.join(leaves)} }};" for group, leaves in groups.items()]
    return "\n".join([f'base = "{BASE}";', *lines,
                      "interventions = (", ",\n".join(dated), ");"]) + "\n"


def run_arms(folder, settings_of, full, seed=1):
    """All arms {name: settings} in one file; arms of equal settings are run once."""
    texts, files = {}, []
    for name, settings in settings_of.items():
        texts.setdefault(scenario(settings), []).append(name)
    for k, text in enumerate(texts):
        files.append(folder / f"arm{k}.cfg")
        files[-1].write_text(text, encoding="utf-8")
    out = folder / f"{'full' if full else 'series'}{seed}.db"
    result = subprocess.run(
        [KUMIAI, "run", *files, "--out", out, "--reps", str(REPS), "--threads", "2", "--seed",
         str(seed), "--detail", "full" if full else "series"], check=False, capture_output=True,
        text=True, stdin=subprocess.DEVNULL)
    assert result.returncode == 0, result.stderr
    return {name: (out, f"arm{k}") for k, names in enumerate(texts.values()) for name in names}


def values(place, outcome):
    """The outcome of each replicate of an arm."""
    out, name = place
    with closing(sqlite3.connect(f"file:{out}?mode=ro", uri=True)) as db:
        found = [x for (x,) in db.execute(
            f"""SELECT {outcome} FROM run r JOIN scenario USING (scenario_id)
                JOIN summary s USING (run_id) WHERE name = ? ORDER BY rep""", (name,))]
    assert len(found) == REPS and None not in found, f"{outcome} of {name}: {found}"
    return found


def measure(folder, directions):
    """{name: {arm: values}} of all directions."""
    found = {}
    for full in (False, True):
        chosen = [d for d in directions if d.full == full]
        places = run_arms(folder, {(d.name, arm): d.arm(arm) for d in chosen for arm in ARMS}, full)
        for d in chosen:
            found[d.name] = {arm: values(places[d.name, arm], d.outcome) for arm in ARMS}
    return found


# ---- judging them ----


def paired(one, other, confidence=0.95):
    """Mean difference with its interval."""
    differences = [x - y for x, y in zip(one, other)]
    mean, error = statistics.mean(differences), stats.sem(differences)
    reach = error * stats.t.ppf((1 + confidence) / 2, len(differences) - 1)
    return mean, mean - reach, mean + reach


def p_of_sign(one, other, sign):
    """Chance of as large a difference of that sign where there is none; 1 where all are equal."""
    if one == other:
        return 1.0
    return stats.ttest_rel(one, other, alternative="greater" if sign > 0 else "less").pvalue


def holm(p_values):
    """Corrected so that one threshold holds for all of them."""
    order = sorted(range(len(p_values)), key=p_values.__getitem__)
    corrected, most = [0.0] * len(p_values), 0.0
    for place, k in enumerate(order):
        most = max(most, min(1.0, (len(p_values) - place) * p_values[k]))
        corrected[k] = most
    return corrected


def is_gone(direction, arms):
    """The twin: nothing is left of the effect."""
    if direction.exact:
        return arms["off_more"] == arms["off_less"]
    bound = abs(paired(arms["more"], arms["less"])[0]) / 2
    _, low, high = paired(arms["off_more"], arms["off_less"], 0.9)
    return -bound < low and high < bound


def judge(directions, found):
    """{name: corrected p}."""
    return dict(zip(found, holm([p_of_sign(found[d.name]["more"], found[d.name]["less"], d.sign)
                                 for d in directions])))


def table(found, p_values):
    """Effects as text: what it is without, with, the paired difference, its interval."""
    lines = [f"{'direction':84}{'without':>10}{'with':>10}{'difference':>12}   "
             f"{'95 % interval':24}{'p (Holm)':>9}  {'switched off':>12}"]
    for name, arms in found.items():
        without, with_it = (statistics.mean(arms[arm]) for arm in ("less", "more"))
        mean, low, high = paired(arms["more"], arms["less"])
        off = paired(arms["off_more"], arms["off_less"])[0]
        lines.append(f"{name:84}{without:10.4g}{with_it:10.4g}{mean:12.4g}   "
                     f"{f'{low:.4g} to {high:.4g}':24}{p_values[name]:9.2g}  {off:12.3g}")
    return "\n".join(lines)


# ---- tests ----


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    """All arms of all directions, and the corrected p of each."""
    found = measure(tmp_path_factory.mktemp("directions"), DIRECTIONS)
    ordered = [next(d for d in DIRECTIONS if d.name == name) for name in found]
    p_values = judge(ordered, found)
    print(table(found, p_values))
    return found, p_values


@pytest.mark.parametrize("direction", DIRECTIONS, ids=lambda d: d.name)
def test_a_change_moves_its_outcome_as_the_sources_say(measured, direction):
    found, p_values = measured
    assert p_values[direction.name] < ALPHA, paired(*(found[direction.name][arm]
                                                      for arm in ("more", "less")))


@pytest.mark.parametrize("direction", DIRECTIONS, ids=lambda d: d.name)
def test_without_the_mechanism_the_effect_is_gone(measured, direction):
    arms = measured[0][direction.name]
    assert is_gone(direction, arms), paired(arms["off_more"], arms["off_less"])


# ---- the twins of the framework ----


def test_the_other_sign_is_never_found(measured):
    for d in DIRECTIONS:
        arms = measured[0][d.name]
        assert p_of_sign(arms["more"], arms["less"], -d.sign) > 0.5, d.name


def test_an_effect_is_not_taken_for_none(measured):
    """is_gone() must fail on the arms that differ."""
    for d in DIRECTIONS:
        arms = measured[0][d.name]
        assert not is_gone(d, {**arms, "off_more": arms["more"], "off_less": arms["less"]}), d.name


def test_where_nothing_differs_nothing_is_found(tmp_path):
    """The baseline against itself with other seeds, by every outcome of detail series that varies:
    Holm at ALPHA finds something once in a hundred, and does so always when an arm is moved."""
    chosen = [d for d in DIRECTIONS if not d.full and d.more != WAVE]
    places = [run_arms(tmp_path, {"base": {}}, False, seed)["base"] for seed in (13, 14)]
    null = [[values(place, d.outcome) for place in places] for d in chosen]
    p_values = [p_of_sign(one, other, d.sign) for d, (one, other) in zip(chosen, null)]
    assert min(holm(p_values)) > ALPHA
    moved = [[x + 2 * d.sign * statistics.stdev(one) for x in one]
             for d, (one, _) in zip(chosen, null)]
    assert max(holm([p_of_sign(up, other, d.sign)
                     for d, up, (_, other) in zip(chosen, moved, null)])) < ALPHA


def test_holm():
    assert holm([0.01, 0.04, 0.03]) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.5, 0.9]) == [1.0, 1.0]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder_name:
        all_found = measure(Path(folder_name), DIRECTIONS)
    in_order = [next(d for d in DIRECTIONS if d.name == name) for name in all_found]
    sys.stdout.write(table(all_found, judge(in_order, all_found)) + "\n")
