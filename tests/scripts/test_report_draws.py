# SPDX-License-Identifier: GPL-3.0-or-later
"""scripts/report.py: runs that share a draw of the parameters count once."""

import os
import subprocess

import pytest

from results_files import build, share_draws
from test_report import made, visible

from kumiai import drawn, intervals, results
from kumiai.report import page, part, tie_parts
from kumiai.report.study import Study


def test_a_page_counts_draws_and_not_the_runs_that_share_them(tmp_path):
    words = visible(made(tmp_path, share_draws(build(tmp_path / "d.db", scenarios=("baseline",), reps=20), 10)))
    assert "chance and parameters, 10 draws" in words and "20 draws" not in words
    assert "20 replicates are of 10 draws of the parameters" in words
    two = visible(made(tmp_path, share_draws(build(tmp_path / "t.db", scenarios=("baseline",), reps=20), 2), "--force"))
    assert "2 draws of the parameters are too few to tell that from chance" in two and "20 draws" not in two


@pytest.fixture(scope="module", name="shared")
def fixture_shared(tmp_path_factory):
    """Runs of the program, twelve of them of six draws."""
    folder = tmp_path_factory.mktemp("shared")
    (folder / "p.csv").write_text("contacts.rate,formation.opt_out\n" + "".join(f"{0.15 + k / 40},{7 + k / 2}\n" for k in range(6)))
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/baseline.cfg", "--reps", "12", "--draws", folder / "p.csv",
                    "--draws-reps", "2", "--set", "run.years=8", "--detail", "full", "--out", folder / "r.db"], check=True,
                   capture_output=True)
    return folder / "r.db"


def test_every_table_of_a_page_counts_draws(shared):
    study = Study([shared])
    parts = [p for _, _, ps in page.build(study)[0] for p in ps if isinstance(p, part.Part)]
    frames = {p.key: p.frame for p in parts if "n" in p.frame}
    assert len(frames) >= 8, list(frames)
    assert {key: frame["n"].max() for key, frame in frames.items() if frame["n"].max() > 6} == {}
    by_run = study.first.summary["ties_city_to_city"].groupby(drawn.of_runs(shared).to_numpy()).mean()
    assert len(by_run) == 6 and by_run.to_numpy() == pytest.approx(
        study.independent(study.first.summary["ties_city_to_city"].set_axis(study.first.runs.index)).to_numpy())


def test_bands_and_spans_of_draws_are_wider_than_those_of_their_runs(shared, monkeypatch):
    """The draws make most of the variance here, so runs taken for independent make intervals too narrow."""
    study = Study([shared])
    wide = results.read_series(study.first, ["ties_city_to_city"]).pivot(index="time", columns="run_id",
                                                                         values="ties_city_to_city")
    bands = [intervals.band(table).iloc[-1] for table in (drawn.by_unit(study.first, wide, "columns"), wide)]
    assert bands[0]["mean"] == pytest.approx(bands[1]["mean"])
    assert bands[0]["high"] - bands[0]["low"] > 1.2 * (bands[1]["high"] - bands[1]["low"])
    counted = tie_parts.projects(study).frame["high"].sum()
    monkeypatch.setattr(drawn, "shared", lambda _: None)
    assert counted > tie_parts.projects(Study([shared])).frame["high"].sum()
