# SPDX-License-Identifier: GPL-3.0-or-later
"""A column of the cooperation model is written by one process, whose .def file has its row, and no more
than two processes call each other in a circle, but where processes.txt admits it. What it admits can only
become less."""

import os
from pathlib import Path

import processes
import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
COLUMNS = "COLUMN(donor, double, purse, donors, 1, \"yen\", \"Money.\")\nCOLUMN(donor, double, plants, donors, 1, \"\", \"\")\n"
ONE = """/* donor->plants[d] = 0; */
int coop_one(coop_state_t *s) { s->donor.purse[s->due[0]] += 1; return coop_two(s); }
"""
FILL = "static void fill(int n, double *level) {\n    level[n] = 0;\n}\n"
READS = "static double sum(const double *level) {\n    return level[0];\n}\nvoid coop_three(coop_state_t *s) { sum(s->donor.purse); }\n" \
    "void coop_two(const coop_donor_t *of, double *own) { own[0] = of->purse[1] == 2; of->plants[0]++; }\n"


def plant(root, **files):
    (root / "models/cooperation").mkdir(parents=True)
    (root / "models/cooperation/one.def").write_text(COLUMNS, encoding="utf-8")
    for name, text in files.items():
        (root / f"models/cooperation/{name}.c").write_text(text, encoding="utf-8")
    return root


def test_the_house_is_as_admitted():
    assert processes.faults(ROOT, processes.known()) == []


def test_rows_stand_with_the_process_that_writes_them():
    assert processes.misplaced(ROOT) == []


def test_rows_writers_and_calls_were_found():
    rows, found = processes._rows(ROOT), processes._writers(ROOT)
    assert len(rows) > 120 and len(rows.keys() - found.keys()) < 8, sorted(rows.keys() - found.keys())
    graph = processes.calls(ROOT)
    assert "budget" in graph["formation"] and "projects" in graph["calls"] and not graph["ledger"]


def test_a_column_that_others_only_read_is_no_fault(tmp_path):
    assert processes.faults(plant(tmp_path, one=ONE, two=READS), {}) == []


@pytest.mark.parametrize("write", ["s->donor.purse[n[2]] = 3;", "coop_donor_t *of = &s->donor; of->purse[1]--;",
                                   "double *purse = coop_state(s)->donor.purse + 1;", "++s->donor.purse[0];",
                                   "double *level[] = {s->donor.support, s->donor.purse};",
                                   "double *restrict a = s->donor.support, *restrict b = s->donor.purse;",
                                   "fill(1, s->donor.purse);", "fill(1, &s->donor.purse[1]);",
                                   "coop_mix(coop_state(s)->donor.purse, 1, 2, 0.5);", "memcpy(s->donor.purse, level, n);",
                                   "size_t at = offsetof(coop_state_t, donor.purse);"])
def test_a_second_writer_is_seen(write, tmp_path):
    tree = plant(tmp_path, one=ONE, two=f"{FILL}void coop_two(coop_state_t *s) {{ {write} }}\n")
    assert processes.faults(tree, {}) == ["donor.purse: one too", "donor.purse: two too"]
    assert processes.faults(tree, {"donor.purse": {"one", "two"}}) == []


@pytest.mark.parametrize("row, write", [
    ('COLUMN(donor, double, pace, donors, 1, "", "")', "s->donor.pace[0] = 1;"),
    ('BY_SECTOR(partner, double, need, partners, "", "")', "coop_partner_t *of = &s->partner; of->need[0][1] -= 2;"),
    ('COUNT(joint, count, "", "")', "coop_joint_t *joint = &s->joint; int last = --joint->count;"),
    ('VALUE(uint32_t, abroad, "", "")', "coop_state(world)->abroad++;"),
    ('VALUES(coop_path_t, posts, , .rate, "", "")', "coop_path_bend(&s->posts, 1, 2);"),
    ('VALUES(coop_observed_t, seen, , .network[0], "", "")', "s->seen.elections += 1;"),
    ('DERIVED(double, size, donors, 1, "")', "s->size[s->known[s->due[0]]] = 1;"),
    ("OWN(bool, listed, , \"\")", "s->listed = true;")])
def test_a_row_that_stands_elsewhere_is_seen(row, write, tmp_path):
    tree = plant(tmp_path, two=f"void coop_two(coop_state_t *s) {{ {write} }}\n")
    here, there = (tree / f"models/cooperation/{name}.def" for name in ("two", "three"))
    here.write_text(f"{row}\n", encoding="utf-8")
    assert processes.misplaced(tree) == []
    (line,) = processes.misplaced(Path(here.rename(there)).parents[2])
    assert line.endswith(": two writes it; its row is in three.def")


def test_what_several_use_in_passing_stands_in_processes(tmp_path):
    tree = plant(tmp_path, one="void coop_one(coop_state_t *s) { s->due[0] = 1; s->count = 2; }\n")
    (tree / "models/cooperation/processes.def").write_text(
        'SCRATCH(uint32_t, due, entities, 1, "")\nVALUE(uint32_t, count, "", "")\n', encoding="utf-8")
    assert processes.misplaced(tree) == ["state.count: one writes it; its row is in processes.def"]


def test_an_admission_that_is_no_longer_needed_is_a_fault(tmp_path):
    tree = plant(tmp_path, one=ONE, two=READS)
    assert len(processes.faults(tree, {"donor.purse": {"one", "two"}, "calls": {"one"}})) == 3


def test_a_circle_of_three_is_seen(tmp_path):
    tree = plant(tmp_path, **{a: f"void coop_{a}(void) {{ coop_{b}(); }}\n" for a, b in ("xy", "yz", "zx", "uv", "vu")})
    assert processes.circle(tree) == {"x", "y", "z"}
