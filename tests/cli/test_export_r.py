# SPDX-License-Identifier: GPL-3.0-or-later
"""What `kumiai export` writes is opened by R and its packages, and counted against SQL."""

import subprocess
from collections import Counter
from pathlib import Path

import pytest
from conftest import query
from exports import CITIES, ROOT, YEARS, alive, count, export, make_results

RUN, LABEL, YEAR = 1, "baseline_run1", 2000 + YEARS - 1
KINDS = ("cooperation", "sister")
TABLES = {"runs": "run", "series": "series", "summary": "summary", "ties": "tie",
          "projects": "project", "agents": "agent", "refusals": "refusal", "ledger": "ledger",
          "events": "event", "tie_state": "tie_state"}


@pytest.fixture(scope="module")
def results(tmp_path_factory):
    return make_results(tmp_path_factory.mktemp("results"))


@pytest.fixture(scope="module")
def told(results, tmp_path_factory):
    """{thing: what R says of it}."""
    folder = tmp_path_factory.mktemp("exports")
    export(results, folder / "csv")
    for form, *options in (("spells",), ("rsiena",), ("goldfish",), ("gexf",), ("graphml", "--at", YEAR)):
        export(results, folder / form, "--format", form, "--run", RUN, *options)
    export(results, folder / "at_one_wave", "--format", "rsiena", "--run", RUN, "--at", 2000,
           "--enter", "cooperative_founded")
    export(results, folder / "entering", "--format", "rsiena", "--run", RUN, "--kind", "membership",
           "--enter", "cooperative_founded", "--leave", "cooperative_dissolved", "--at", 2000, "--at", YEAR,
           "--actors", "tied")
    done = subprocess.run(["Rscript", "--vanilla", Path(__file__).with_name("open_export.R"),
                           ROOT / "scripts" / "kumiai.R", folder, LABEL, str(RUN), str(YEAR)],
                          check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return {name: values for name, *values in (line.split("\t") for line in done.stdout.splitlines())}


def numbers(values):
    return [int(v) for v in values]


def ties(results, select, where="1"):
    """First cell of a query on the ties of the run."""
    return count(results, f"SELECT {select} FROM tie WHERE run_id = {RUN} AND {where}")


def tied(pairs):
    return [tuple(map(int, pair.split(">"))) for pair in pairs]


def same_pairs(told_pairs, results, kind, year=YEAR):
    """Every pair of the year once, and no other."""
    return sorted(tied(told_pairs)) == sorted(alive(results, RUN, kind, year))


@pytest.mark.parametrize("file", TABLES)
def test_tidy_tables_have_their_rows(results, told, file):
    wanted = count(results, f"SELECT count(*) FROM {TABLES[file]}")
    assert numbers(told[f"rows {file}.csv"]) == [wanted] and wanted > 0


def test_tidy_ties_are_those_of_the_file(results, told):
    assert float(told["years of ties"][0]) == pytest.approx(
        count(results, "SELECT sum(terminus - onset) FROM tie"), rel=1e-12)
    ended = query(results, "SELECT cause, count(*) FROM tie WHERE cause IS NOT NULL GROUP BY cause")
    assert sorted(told["causes"]) == sorted(f"{cause} {n}" for cause, n in ended) and ended


def test_spells_have_the_columns_of_network_dynamic(told):
    """The arguments edge.spells and vertex.spells, and the order of its own data frames."""
    assert told["columns of edge spells"][:8] == \
        ["onset", "terminus", "tail", "head", "onset.censored", "terminus.censored", "duration", "edge.id"]
    assert told["columns of vertex spells"][:6] == \
        ["onset", "terminus", "vertex.id", "onset.censored", "terminus.censored", "duration"]


def test_spells_make_a_network(results, told):
    agents = count(results, "SELECT count(*) FROM agent JOIN run USING (scenario_id) WHERE run_id = 1")
    assert numbers(told["spells"]) == [ties(results, "count(*)"), agents]
    now = ties(results, "count(*)", f"kind = 'cooperation' AND onset <= {YEAR} AND {YEAR} < terminus")
    assert numbers(told["active spells"]) == [now] and now > 0
    assert told["censored"] == ["logical", str(ties(results, "sum(onset_censored OR onset < 2000)")),
                                str(ties(results, "sum(terminus_censored)"))]
    paid = ties(results, "count(*)", "tie_id IN (SELECT tie_id FROM project WHERE run_id = 1)")
    assert numbers(told["funders"]) == [paid] and paid > 0
    assert told["first code"] == ["010006"]


@pytest.mark.parametrize("kind", KINDS)
def test_waves_make_square_matrices(results, told, kind):
    years = range(2000, 2000 + YEARS)
    networks = [alive(results, RUN, kind, year) for year in years]
    assert numbers(told[f"sums of {kind}"]) == [len(pairs) for pairs in networks]
    assert numbers(told[f"out-degrees of {kind}"]) == \
        [max(Counter(donor for donor, _ in pairs).values()) for pairs in networks]
    assert same_pairs(told[f"last wave of {kind}"], results, kind)
    assert numbers(told[f"presence of {kind}"]) == [1, YEARS]


SIDES = {"cooperation": "'prefecture', 'municipality', 'special_ward'", "initiative": "'partner_city'"}


@pytest.mark.parametrize("kind", SIDES)
def test_waves_have_all_actors_with_their_covariates(results, told, kind):
    """In the order of rows and columns, as arrays and as sparse matrices."""
    tied = f"(SELECT {{}} FROM tie WHERE run_id = {RUN} AND kind = '{kind}')"
    partners = ("SELECT a.kind FROM tie JOIN agent AS a ON scenario_id = 1 AND agent_id = partner_id"
                f" WHERE tie.kind = '{kind}'")
    side = [f"FROM agent WHERE scenario_id = 1 AND kind IN ({kinds}) AND (lat IS NOT NULL OR agent_id IN"
            f" {tied.format(end)})" for kinds, end in ((SIDES[kind], "donor_id"), (partners, "partner_id"))]
    sizes = [count(results, f"SELECT count(*) {one}") for one in side]
    waves = [{donor for donor, _ in alive(results, RUN, kind, year)} for year in range(2000, YEAR + 1)]
    assert told[f"sides of {kind}"] == [*map(str, sizes), str(YEARS), str(sizes[0] - len(set.union(*waves))),
                                        "TRUE", "TRUE"]
    assert told[f"sparse waves of {kind}"] == ["TRUE", "dgTMatrix", str(YEARS)]
    people, lat, lon = (count(results, f"SELECT sum({what}) {one}") for what, one in (
        ("population", side[0]), ("lat", side[1]), ("lon", side[1])))
    if kind == "cooperation":
        assert [float(v) for v in told[f"covariates of {kind}"][:3]] == pytest.approx([people, lat, lon])
        assert told[f"covariates of {kind}"][3] == "FALSE" and sizes[0] == 1788 and sizes[1] >= CITIES
    assert told[f"codes of {kind}"] == [query(results, f"SELECT code {side[0]} ORDER BY agent_id")[0][0], "TRUE"]


def test_actors_who_are_away_are_structural_zeros(told):
    """Where RSiena is told 10; ties of who is away there are none."""
    assert told["structural zeros"] == ["TRUE", "TRUE", "TRUE", "0"]


def test_who_is_there_at_no_wave_is_left_out(results, told):
    """RSiena takes no one who enters after the last wave."""
    tied_ever = ties(results, "count(DISTINCT partner_id)", "kind = 'membership'")
    never = count(results, "SELECT count(*) FROM agent WHERE scenario_id = 1 AND kind IN ('cooperative',"
                           " 'partner_association') AND lat IS NOT NULL AND agent_id NOT IN (SELECT"
                           " partner_id FROM tie WHERE run_id = 1 AND kind = 'membership')")
    partners = tied_ever + never
    late = ties(results, "count(DISTINCT partner_id)",
                "kind = 'membership' AND partner_id IN (SELECT subject_id FROM event WHERE run_id = 1"
                " AND kind = 'cooperative_founded' AND time >= 2001)")
    tied_then = len(alive(results, RUN, "membership", 2000))
    assert numbers(told["partners at one wave"][:4]) == [partners - late] * 3 + [tied_then]
    assert told["partners at one wave"][4] == "FALSE" and 0 < late < partners


@pytest.mark.parametrize("kind", KINDS)
def test_changes_have_the_columns_of_goldfish_and_play_back(results, told, kind):
    assert told[f"columns of changes of {kind}"] == ["time", "sender", "receiver", "replace", "increment"]
    assert numbers(told[f"changes of {kind}"]) == \
        [ties(results, "sum(2 - terminus_censored)", f"kind = '{kind}'")]
    assert told[f"sound changes of {kind}"] == ["TRUE", "TRUE", "0", "1"]
    assert same_pairs(told[f"tied after changes of {kind}"], results, kind)
    assert told["nodes"][:2] == ["0", "logical"] and int(told["nodes"][2]) > 0


def test_igraph_reads_graphml(results, told):
    ends = count(results, "SELECT count(*) FROM (SELECT donor_id FROM tie WHERE run_id = 1"
                          " UNION SELECT partner_id FROM tie WHERE run_id = 1)")
    now = f"onset < {YEAR + 1} AND (terminus >= {YEAR + 1} OR terminus_censored)"
    assert told["graph"] == [str(ends), str(ties(results, "count(*)", now)), "TRUE"]
    assert sorted(tied(told["edges"])) == sorted(query(
        results, f"SELECT donor_id, partner_id FROM tie WHERE run_id = {RUN} AND {now}"))
    assert float(told["edge onsets"][0]) == pytest.approx(ties(results, "sum(onset)", now), rel=1e-12)
    assert "".join(map(chr, numbers(told["first local name"]))) == "北海道"
    assert numbers(told["year of the graph"]) == [YEAR]


def test_igraph_reads_the_tables_for_gephi(results, told):
    pairs = ties(results, "count(DISTINCT kind || ' ' || donor_id || ' ' || partner_id)")
    assert numbers(told["gephi"]) == [int(told["graph"][0]), pairs, ties(results, "count(*)")]
