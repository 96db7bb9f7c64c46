# SPDX-License-Identifier: GPL-3.0-or-later
"""Pictures as PNG, SVG and PDF: the files that were asked for, and the same bytes every time."""

import pytest

from conftest import called, nonblank, refused, written
from results_files import build


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A small results file."""
    return build(tmp_path_factory.mktemp("formats") / "r.db", reps=5)


def test_pictures_in_the_formats_asked_for(path, tmp_path):
    result = called("compare.py", path, "--out-dir", tmp_path, "--picture-formats", "svg,pdf")
    assert result.returncode == 0, result.stderr
    assert not list(tmp_path.glob("*.png"))
    for name in ("compare_ties", "compare_survival", "compare_causes"):
        assert "<svg" in written(tmp_path, f"{name}.svg").read_text(encoding="utf-8")[:2000]
        assert written(tmp_path, f"{name}.pdf").read_bytes().startswith(b"%PDF-")
    assert f"wrote {written(tmp_path, 'compare_ties.svg')}" in result.stderr


def test_png_is_the_default_and_equal_pictures_are_equal_files(path, tmp_path):
    for folder in ("one", "two"):
        (tmp_path / folder).mkdir()
        assert called("compare.py", path, "--out-dir", tmp_path / folder, "--picture-formats",
                      "png,svg,pdf").returncode == 0
    for form in ("png", "svg", "pdf"):
        one, two = (written(tmp_path / folder, f"compare_ties.{form}").read_bytes() for folder in ("one", "two"))
        assert one == two
    assert nonblank(written(tmp_path / "one", "compare_ties.png"))
    (tmp_path / "plain").mkdir()
    assert called("compare.py", path, "--out-dir", tmp_path / "plain").returncode == 0
    assert {p.suffix for p in (tmp_path / "plain").glob("*ties*")} == {".png"}


def test_an_unknown_format_is_refused(path):
    assert refused(called("compare.py", path, "--picture-formats", "png,gif"), 2, "'gif' is none of png, svg, pdf")


def test_refusals_are_bars_on_a_scale_from_zero(path, tmp_path):
    assert called("compare.py", path, "--out-dir", tmp_path, "--picture-formats", "svg").returncode == 0
    assert "logarithmic" not in written(tmp_path, "compare_refusals.svg").read_text(encoding="utf-8")
