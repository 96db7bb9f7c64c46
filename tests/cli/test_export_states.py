# SPDX-License-Identifier: GPL-3.0-or-later
"""Covariates that change and node sets of both sides in the exports for RSiena and goldfish, as R reads them."""

import json
import subprocess

import pandas as pd
import pytest
from conftest import kumiai, query
from exports import ROOT, export

YEARS = range(2013, 2016)
LABEL = "baseline_run1"
READ = """
source("{read}")
w <- read_waves("rsiena", "{label}", "cooperation")
g <- read_changes("goldfish", "{label}", "cooperation")
n <- length({years})
stopifnot(all(dim(w$waves) == c(nrow(w$donors), nrow(w$partners), n)), all(w$waves %in% 0:1))
for (end in c("donors", "partners")) {{
  states <- w[[paste0(end, "_states")]]
  stopifnot(length(states) > 5)
  for (of in states) # what varCovar() takes: a number or NA for each actor and wave
    stopifnot(is.numeric(of), all(dim(of) == c(nrow(w[[end]]), n)), any(is.na(of)), !all(is.na(of)))
}}
structural <- read_waves("entering", "{label}", "membership", absent = 10L)$waves
stopifnot(setequal(structural, c(0, 1, 10)))
nodes <- list(donors = g$donors, partners = g$partners)
stopifnot(!any(g$donors$label %in% g$partners$label), !anyDuplicated(c(g$donors$label, g$partners$label)),
          all(g$events$sender %in% g$donors$label), all(g$events$receiver %in% g$partners$label),
          setequal(names(g$donors_changes), names(w$donors_states)))
for (end in names(nodes)) for (changes in g[[paste0(end, "_changes")]])
  stopifnot(names(changes) == c("time", "node", "replace"), !is.unsorted(changes$time),
            all(changes$node %in% nodes[[end]]$label), !anyNA(changes))
long <- function(end, name) {{
  of <- w[[paste0(end, "s_states")]][[name]]
  at <- which(!is.na(of), arr.ind = TRUE)
  data.frame(agent_id = as.integer(rownames(of)[at[, 1]]), year = as.integer(colnames(of)[at[, 2]]), value = of[at])
}}
write.csv(long("donor", "priority"), "donor.csv", row.names = FALSE)
write.csv(long("partner", "interest"), "partner.csv", row.names = FALSE)
write.csv(g$donors[c("label", "priority")], "first.csv", row.names = FALSE)
write.csv(g$donors_changes$priority, "changes.csv", row.names = FALSE)
"""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A folder with results of detail choices, their exports, and what R has read of these."""
    folder = tmp_path_factory.mktemp("states")
    done = kumiai("run", ROOT / "scenarios" / "baseline.cfg", "--reps", 1, "--detail", "choices", "--set",
                  f"run.years={len(YEARS)}", "--out", folder / "r.db", "--quiet")
    assert done.returncode == 0, done.stderr
    for form in ("rsiena", "goldfish"):
        export(folder / "r.db", folder / form, "--format", form)
    export(folder / "r.db", folder / "entering", "--format", "rsiena", "--kind", "membership", "--actors", "tied",
           "--enter", "cooperative_founded", "--leave", "cooperative_dissolved")
    code = READ.format(read=ROOT / "scripts" / "kumiai.R", label=LABEL, years=f"{YEARS[0]}:{YEARS[-1]}")
    done = subprocess.run(["Rscript", "--vanilla", "-e", code], cwd=folder, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return folder


def states(folder, end, column):
    """agent_id, year and a state of the actors that the waves have: who was founded and has no tie is none."""
    known = set(pd.read_csv(folder / "rsiena" / f"{LABEL}_cooperation_{end}s.csv")["agent_id"])
    rows = query(folder / "r.db", f"SELECT agent_id, year, {column} FROM {end}_state ORDER BY year, agent_id")
    kept = [row for row in rows if row[0] in known]
    assert len(kept) > len(rows) - 10
    return kept


@pytest.mark.parametrize("end, column", [("donor", "priority"), ("partner", "interest")])
def test_waves_have_the_states_of_their_years(made, end, column):
    found = pd.read_csv(made / f"{end}.csv", float_precision="round_trip")
    found = list(found.sort_values(["year", "agent_id"]).itertuples(index=False, name=None))
    wanted = states(made, end, column)
    assert [row[:2] for row in found] == [row[:2] for row in wanted]
    assert [row[2] for row in found] == pytest.approx([row[2] for row in wanted], rel=1e-12)


def test_changes_begin_with_the_first_state_and_come_at_the_years_end(made):
    first = pd.read_csv(made / "first.csv").set_index("label")["priority"].dropna()
    changes = pd.read_csv(made / "changes.csv")
    known = pd.DataFrame(states(made, "donor", "priority"), columns=["agent_id", "year", "priority"])
    known["node"] = "n" + known["agent_id"].astype(str)
    begun = known.drop_duplicates("node").set_index("node")["priority"]
    assert first.sort_index().to_dict() == pytest.approx(begun.sort_index().to_dict())
    later = known[known["node"].duplicated()]
    assert sorted(zip(changes["time"], changes["node"])) == sorted(zip(later["year"] + 1, later["node"]))


def test_the_manifest_tells_what_the_columns_are(made):
    manifest = json.loads((made / "rsiena" / "manifest.json").read_text(encoding="utf-8"))
    (file,) = (f for f in manifest["files"] if f["file"] == f"{LABEL}_cooperation_donors_donor_state.csv")
    columns = {column["name"]: column for column in file["columns"]}
    assert all(column.get("meaning") or column.get("doc") for column in columns.values()), columns
    assert list(columns)[:3] == ["wave", "donor", "agent_id"] and "priority" in columns


def test_without_states_there_is_no_such_file(tmp_path):
    out = tmp_path / "r.db"
    done = kumiai("run", ROOT / "scenarios" / "baseline.cfg", "--reps", 1, "--detail", "full", "--set", "run.years=1",
                  "--out", out, "--quiet")
    assert done.returncode == 0, done.stderr
    for form in ("rsiena", "goldfish"):
        folder, _ = export(out, tmp_path / form, "--format", form, "--kind", "cooperation")
        assert not list(folder.glob("*_state.csv")) and (folder / f"{LABEL}_cooperation_donors.csv").exists()
