# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration that a results file keeps runs again in another place: data files by names under
data_root, their contents held to what they were."""

import shutil
import subprocess
from pathlib import Path

import pytest
from conftest import KUMIAI, kumiai, query

ROOT = Path(__file__).resolve().parents[2]
DATA = "configs/cooperation/population"
FILES = ("local_governments", "countries", "partner_cities", "cooperatives", "cooperative_members")
SHORT = ("--set", "run.years=1", "--reps", 1, "--quiet", "--set", "record.ties=", "--set",
         "record.projects=", "--set", "record.histories=", "--set", "population.associations=", "--set",
         "population.networks=")  # all data in one folder


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A checkout as far as it is needed, with its program, and a results file made there."""
    folder = tmp_path_factory.mktemp("first") / "checkout"
    shutil.copytree(ROOT / "configs", folder / "configs")
    (folder / "scenarios").mkdir()
    shutil.copy(ROOT / "scenarios/jica_half.cfg", folder / "scenarios")
    shutil.copy(KUMIAI, folder / "kumiai")
    run(folder, folder / "scenarios/jica_half.cfg", *SHORT, "--out", folder / "r.db")
    return folder


def run(folder, *arguments, code=0, cwd=None):
    """`kumiai run` by the program of a checkout; what it wrote to standard error."""
    done = subprocess.run([folder / "kumiai", "run", *map(str, arguments)], check=False,
                          capture_output=True, text=True, cwd=cwd or folder)
    assert done.returncode == code, done.stderr
    return done.stderr


def stored(path):
    """The configuration that a results file keeps."""
    return query(path, "SELECT config FROM scenario")[0][0]


def digests(path):
    """Of the configuration and of the final state."""
    return query(path, "SELECT config_digest, state_digest FROM scenario JOIN run USING (scenario_id)")


@pytest.fixture
def moved(place, tmp_path):
    """Another checkout at another path; the first is out of reach meanwhile."""
    folder = tmp_path / "somewhere" / "else"
    shutil.copytree(place, folder)
    away = place.with_name("away")
    place.rename(away)
    yield folder
    away.rename(place)


def test_names_are_relative_and_digests_are_there(place):
    text = stored(place / "r.db")
    assert f'data_root = "{place.resolve()}/configs/cooperation";' in text
    for name in FILES:
        assert f'{name} = "population/{name}.csv";' in text
        assert f'{{ parameter = "population.{name}"; digest = "' in text
    assert text.count(str(place)) == 1


@pytest.mark.parametrize("where", ["scenarios", "configs/cooperation", "..", "results/deep"])
def test_it_runs_in_another_checkout(moved, where):
    (moved / where).mkdir(exist_ok=True, parents=True)
    again = moved / where / "again.cfg"
    again.write_text(stored(moved / "r.db"), encoding="utf-8")
    run(moved, again, "--out", moved / "again.db", cwd="/")
    assert digests(moved / "again.db") == digests(moved / "r.db")
    text = stored(moved / "again.db")
    assert f'data_root = "{moved.resolve()}/configs/cooperation";' in text
    assert text.splitlines()[3:] == stored(moved / "r.db").splitlines()[3:]


def test_a_file_goes_on_in_another_checkout(moved):
    """Paths are of the machine, not of the scenario."""
    run(moved, moved / "scenarios/jica_half.cfg", *SHORT, "--out", moved / "r.db", "--resume")


@pytest.mark.parametrize("root", ["configs/cooperation", DATA, "."])
def test_the_root_can_be_said(moved, tmp_path, root):
    """By any folder that leads to the files by an end of their names."""
    (tmp_path / "again.cfg").write_text(stored(moved / "r.db"), encoding="utf-8")
    shutil.move(moved / "configs", tmp_path / "data")
    where = tmp_path / "data" / Path(root).relative_to("configs") if root != "." else \
        tmp_path / "data/cooperation"
    error = run(moved, tmp_path / "again.cfg", "--out", tmp_path / "again.db", code=2, cwd="/")
    assert 'there is no file "population/local_governments.csv"' in error and "data_root" in error
    assert "again.cfg:" in error and error.count("\n") == len(FILES)
    run(moved, tmp_path / "again.cfg", "--out", tmp_path / "again.db", "--set", f"data_root={where}", cwd="/")
    assert digests(tmp_path / "again.db") == digests(moved / "r.db")


def test_other_data_are_refused_by_name(moved, tmp_path):
    (tmp_path / "again.cfg").write_text(stored(moved / "r.db"), encoding="utf-8")
    countries = moved / DATA / "countries.csv"
    countries.write_text(countries.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    error = run(moved, tmp_path / "again.cfg", "--out", tmp_path / "again.db", code=2)
    assert error.count("\n") == 1 and not (tmp_path / "again.db").exists()
    for word in ("population.countries", "countries.csv", "has digest", "was stored with", "again.cfg:"):
        assert word in error
    before = (moved / "r.db").read_bytes()
    error = run(moved, moved / "scenarios/jica_half.cfg", *SHORT, "--out", moved / "r.db", "--resume", code=2)
    assert "a data file of scenario 'jica_half' has other contents now: population.countries" in error
    assert (moved / "r.db").read_bytes() == before
    # Said by --set, it is another scenario, of which nothing was stored.
    run(moved, tmp_path / "again.cfg", "--out", tmp_path / "again.db", "--set",
        f"population.countries={countries}")
    assert digests(tmp_path / "again.db")[0][0] != digests(moved / "r.db")[0][0]


def test_files_beside_the_scenario(place, tmp_path):
    """Own data lie outside the root of the base, and keep their own path."""
    shutil.copy(place / DATA / "countries.csv", tmp_path / "mine.csv")
    (tmp_path / "own.cfg").write_text(f'base = "{place}/configs/cooperation/base.cfg";\n'
                                      'population = { countries = "mine.csv"; };\n', encoding="utf-8")
    run(place, tmp_path / "own.cfg", *SHORT, "--out", tmp_path / "own.db")
    text = stored(tmp_path / "own.db")
    assert f'countries = "{tmp_path.resolve()}/mine.csv";' in text
    (tmp_path / "new").mkdir()
    (tmp_path / "new/again.cfg").write_text(text, encoding="utf-8")
    shutil.move(tmp_path / "mine.csv", tmp_path / "new/mine.csv")
    run(place, tmp_path / "new/again.cfg", "--out", tmp_path / "again.db")
    assert digests(tmp_path / "again.db") == digests(tmp_path / "own.db")


@pytest.mark.parametrize("old, new, about", [
    ("data_files = (", "data_files = 3; other = (", "data_files must be a list"),
    ('data_root = "', 'data_root = 3; # "', "data_root must be the name of a folder"),
    ('digest = "', 'digest = "x', "small hexadecimal digits"),
    ('parameter = "population.countries"', 'parameter = "population.countrys"', "did you mean population.countries?"),
    ('parameter = "population.countries"', 'parameter = "staff.trend"', "must be a file that is named here"),
    ("data_files = (", "data_file = (", "did you mean data_files?"),
])
def test_what_is_wrong_in_it(place, tmp_path, old, new, about):
    text = stored(place / "r.db")
    assert old in text
    (tmp_path / "again.cfg").write_text(text.replace(old, new), encoding="utf-8")
    done = kumiai("check", tmp_path / "again.cfg")
    assert done.returncode == 2 and about in done.stderr, done.stderr
    assert all(line.startswith(f"{tmp_path}/again.cfg") for line in done.stderr.splitlines()[:-1])


def test_a_root_without_files_is_refused(tmp_path):
    done = kumiai("check", ROOT / "scenarios/none.cfg", "--set", f"data_root={tmp_path}")
    assert done.returncode == 2 and "data_root is of stored configurations" in done.stderr
