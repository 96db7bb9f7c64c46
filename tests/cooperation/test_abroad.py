# SPDX-License-Identifier: GPL-3.0-or-later
"""What cooperatives do abroad, on the real population: patterns C4 and C7, and partner-side
associations (M38-M40) by matched pairs."""

import csv

import pytest
from test_scenarios import FILES, POPULATION, ROOT, query, run

ASSOCIATIONS = ROOT / "configs" / "cooperation" / "associations.csv"

pytestmark = pytest.mark.skipif(
    not all((POPULATION / f"{name}.csv").exists() for name in FILES),
    reason="configs/cooperation/population/ is not complete")


@pytest.fixture(scope="module")
def pairs(tmp_path_factory):
    """Ten matched pairs of baseline (runs 1-10) and partner_associations, with all their rows."""
    out = tmp_path_factory.mktemp("abroad") / "r.db"
    return run(out, "baseline", "partner_associations", reps=10, threads=2, detail="full")


def columns(path, first, last, *names):
    """Columns of the summary of runs first..last, one list each."""
    rows = query(path, f"""SELECT {', '.join(names)} FROM summary WHERE run_id BETWEEN ? AND ?
                           ORDER BY run_id""", first, last)
    return [list(column) for column in zip(*rows)]


def test_work_of_cooperatives_is_ordered_by_commitment(pairs):
    """C4: 1 >> 2 >> 3 = 4 = 0, over ten runs, in most of which no cooperative gets beyond 1."""
    types = [f"works_{word}" for word in ("contribution", "consultation", "operation", "investment")]
    contribution, consultation, operation, investment = map(
        sum, columns(pairs, 1, 10, *types))
    assert contribution > 50
    assert contribution > 4 * consultation
    assert operation + investment <= consultation / 4


def test_governments_are_not_counted_among_works(pairs):
    """Nor are those that act as one, in a consortium or under their prefecture."""
    others = 0
    for run_id in range(1, 11):
        counted = query(pairs, """SELECT works_consultation, works_operation FROM summary
                                  WHERE run_id = ?""", run_id)
        rows = query(pairs, """SELECT total(p.kind = 'consultation'), total(p.kind = 'operation')
            FROM project p JOIN agent a ON a.scenario_id = 1 AND a.agent_id = p.donor_id
            WHERE p.run_id = ? AND a.kind = 'cooperative'""", run_id)
        assert counted == rows
        others += query(pairs, """SELECT count(*) FROM project p JOIN tie t USING (run_id, tie_id)
            WHERE p.run_id = ? AND t.mode = 'regional' AND t.form != 'cooperative'
            AND p.kind = 'consultation'""", run_id)[0][0]
    assert others > 0, "there are such works, and they are left out"


def test_without_risk_to_members_the_upper_types_are_opened(tmp_path):
    """The twin of C4's order: the scenario that takes risk and cost from the members."""
    out = run(tmp_path / "r.db", "works_abroad_guaranteed", reps=20, threads=2, detail="summary")
    operation, = columns(out, 1, 20, "works_operation")
    assert sum(operation) > 3


def test_encouraged_associations_are_founded_and_tied(pairs):
    """Each pair: by chance all ten would go this way once in a thousand."""
    names = ("partner_associations", "ties_associations")
    before, after = columns(pairs, 1, 10, *names), columns(pairs, 11, 20, *names)
    for plain, encouraged in zip(before, after):
        assert all(x < y for x, y in zip(plain, encouraged))
    founded = query(pairs, """SELECT run_id, count(*), total(value) FROM event
                              WHERE kind = 'association_founded' GROUP BY 1""")
    members = dict(query(pairs, """SELECT t.run_id, count(*) FROM tie t JOIN agent a
        ON a.scenario_id = 1 AND a.agent_id = t.partner_id WHERE t.kind = 'membership'
        AND a.kind = 'partner_association' GROUP BY 1"""))
    there = (before[0] + after[0])
    with open(ASSOCIATIONS, encoding="utf-8") as file:
        known = [row["cities"].split(";") for row in csv.DictReader(file)]
    for run_id, count, cities in founded:
        assert there[run_id - 1] == len(known) + count, "all known ones are there from the start"
        assert members[run_id] == sum(map(len, known)) + cities


def test_where_they_are_switched_off_nothing_encourages_them(tmp_path):
    """The ablation twin: not a bit of the state moves."""
    options = {"reps": 2, "set": "associations.enabled=false"}
    out = run(tmp_path / "r.db", "baseline", "partner_associations", **options)
    digests = query(out, "SELECT rep, state_digest FROM run ORDER BY run_id")
    assert digests[:2] == digests[2:]
    assert columns(out, 1, 4, "partner_associations", "ties_associations") == [[0.0] * 4] * 2
