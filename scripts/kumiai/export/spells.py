# SPDX-License-Identifier: GPL-3.0-or-later
"""Spells in the columns of networkDynamic's data frames, then what is known besides.

Its vertices are numbered from 1 without gaps, as the agents of a scenario are from 0."""

from __future__ import annotations

from kumiai.export import networks
from kumiai.export.csv_files import write as write_csv
from kumiai.export.folder import Folder
from kumiai.export.source import Source
from kumiai.export.sql import Query

# A tie that ends before both ends are there, or begins when one has gone.
OUTSIDE = "(onset > terminus OR (onset = terminus AND onset_true < terminus_true))"


def _cut(source: Source) -> str:
    """Ties, each cut to the time at which both of its ends are there, for networkDynamic knows no edge without its
    vertices: to the run, and from and up to what --enter and --leave name."""
    presence, runs = networks.presence(source), source.where_runs()
    return ("SELECT max(onset, start, coalesce(d.entered, start), coalesce(p.entered, start)) AS onset, min(terminus,"
            " finish, coalesce(d.gone, finish), coalesce(p.gone, finish)) AS terminus, tie.onset AS onset_true,"
            " tie.terminus AS terminus_true, donor_id, partner_id, onset_censored, terminus_censored, tie.kind, mode, form,"
            f" sector, stage, cause, funder, tie.tie_id, tie.run_id, scenario.name AS scenario, rep FROM (SELECT * FROM"
            f" tie{runs}) AS tie JOIN run USING (run_id) JOIN {networks.SPANS} AS span USING (run_id) LEFT JOIN scenario"
            f" USING (scenario_id) LEFT JOIN {presence} AS d ON d.run_id = tie.run_id AND d.agent_id = donor_id LEFT JOIN"
            f" {presence} AS p ON p.run_id = tie.run_id AND p.agent_id = partner_id LEFT JOIN (SELECT run_id, tie_id,"
            f" scheme AS funder, min(start) FROM project{runs} GROUP BY run_id, tie_id) AS paid ON paid.run_id ="
            " tie.run_id AND paid.tie_id = tie.tie_id")


def _remark_outside(source: Source, cut: str) -> None:
    """What is left out is told."""
    if not source.ask.presence:
        return  # no tie lies outside its run
    left = source.value(f"SELECT count(*) FROM ({cut}) WHERE {OUTSIDE}")
    if left:
        source.remarks.append(f"{left} ties lie before or after the life of one of their ends and are left out")


def _edges(source: Source, cut: str) -> Query:
    """An edge of networkDynamic is a pair; its spells share the number."""
    return Query(
        "SELECT onset, terminus, donor_id + 1 AS tail, partner_id + 1 AS head, onset_censored OR onset_true < onset AS"
        " \"onset.censored\", terminus_censored OR terminus_true > terminus AS \"terminus.censored\", terminus - onset AS"
        " duration, dense_rank() OVER (PARTITION BY run_id ORDER BY kind, donor_id, partner_id) AS \"edge.id\", kind, mode,"
        " form, sector, stage, cause, funder, onset_true, terminus_true, donor_id,"
        f" partner_id - {source.shift} AS partner_id, tie_id, run_id, scenario, rep FROM ({cut}) WHERE NOT {OUTSIDE} ORDER BY run_id, tie_id", (*networks.TIE_TABLES, "run"),
        {**networks.FUNDER, "onset": None, "terminus": None, "onset_true": ("tie", "onset"),
         "terminus_true": ("tie", "terminus"), "duration": None, "scenario": ("scenario", "name")})


def _vertices(source: Source) -> Query:
    """Who neither entered nor left was there before the run and is after it: censored."""
    return Query(
        "SELECT coalesce(entered, start) AS onset, coalesce(gone, finish) AS terminus, a.agent_id + 1 AS \"vertex.id\","
        " entered IS NULL AS \"onset.censored\", gone IS NULL AS \"terminus.censored\", coalesce(gone, finish) -"
        f" coalesce(entered, start) AS duration, a.agent_id{networks.about(source, 'a')}, span.run_id, scenario.name AS scenario, rep FROM {networks.SPANS} AS span JOIN run"
        " USING (run_id) JOIN agent AS a USING (scenario_id) LEFT JOIN scenario USING (scenario_id) LEFT JOIN"
        f" {networks.presence(source)} AS presence ON presence.run_id = span.run_id AND presence.agent_id = a.agent_id"
        f"{source.where_runs('span.run_id')} ORDER BY span.run_id, a.agent_id", ("agent", "run"),
        {"scenario": ("scenario", "name")})


def write(source: Source, folder: Folder) -> None:
    """edge_spells.csv and vertex_spells.csv."""
    cut = _cut(source)
    _remark_outside(source, cut)
    write_csv(source, folder, "edge_spells.csv", "one row a tie spell", _edges(source, cut))
    write_csv(source, folder, "vertex_spells.csv", "one row a run and agent", _vertices(source))
