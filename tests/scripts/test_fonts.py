# SPDX-License-Identifier: GPL-3.0-or-later
"""Japanese and other scripts in pictures: glyphs where a font has them, one sentence where none has."""

import subprocess
import sys
import textwrap
import warnings

import matplotlib
import numpy as np
import pytest
from conftest import SCRIPTS
from matplotlib import font_manager

sys.path.insert(0, str(SCRIPTS))
from kumiai import fonts, style  # noqa: E402
from kumiai.style import plt  # noqa: E402


def drawn(text, folder, **options):
    """The picture of a text, as pixels, made by style.finish(); no warning may come."""
    figure, axes = plt.subplots(figsize=(4, 2))
    axes.set_axis_off()
    axes.text(0.1, 0.5, text, fontsize=40, **options)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.finish(figure, "", "", folder / "x.png", "")
    return matplotlib.image.imread(folder / "x.png")[:, :, :3].mean(axis=2)


def ink(pixels):
    """The part of a picture that has ink, to its edges."""
    rows, columns = np.where(pixels < 0.5)
    return pixels[rows.min():rows.max() + 1, columns.min():columns.max() + 1]


def test_japanese_is_drawn_with_glyphs(tmp_path):
    """Different signs look different: boxes would be all the same."""
    pictures = [ink(drawn(text, tmp_path)) for text in ("基", "準", "半", "減", "あ")]
    for number, one in enumerate(pictures):
        for other in pictures[:number]:
            assert one.shape != other.shape or (abs(one - other) > 0.3).mean() > 0.05


def test_ticks_and_legends_are_covered_too(tmp_path):
    figure, axes = plt.subplots()
    axes.plot([0, 1], [0, 1], label="基準")
    axes.set_xticks([0, 1], ["半", "減"])
    axes.legend()
    figure.tight_layout()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        style.finish(figure, "JICA半減", "", tmp_path / "x.png", "注")
    for text in figure.findobj(matplotlib.text.Text):
        missing = {ord(c) for c in fonts.missing(text.get_text())}
        paths = [font_manager.findfont(font_manager.FontProperties(family=[f])) for f in text.get_fontfamily()]
        assert missing <= set().union(*(fonts._characters(path) for path in paths))


def test_latin_pictures_are_what_they_were(tmp_path):
    """A font behind the usual one changes nothing that the usual one has."""
    with_font = drawn("Ties é – 12", tmp_path)
    with matplotlib.rc_context({"font.family": ["sans-serif"]}):
        assert (drawn("Ties é – 12", tmp_path) == with_font).all()


WITHOUT = """
import sys
sys.path.insert(0, sys.argv[1])
from matplotlib import font_manager
font_manager.fontManager.ttflist = [e for e in font_manager.fontManager.ttflist if "DejaVu" in e.name]
font_manager.findSystemFonts = lambda *_, **__: []
from kumiai import style
from kumiai.style import plt
for name in ("a.png", "b.png"):
    figure, axes = plt.subplots()
    axes.set_title(sys.argv[2])
    figure.tight_layout()
    style.finish(figure, sys.argv[2], "", sys.argv[3] + "/" + name, "")
"""


@pytest.mark.parametrize("text, package", [("基準", "fonts-ipafont-gothic or fonts-noto-cjk"),
                                           ("カナ", "fonts-ipafont-gothic"), ("전주", "fonts-nanum"),
                                           ("ขอนแก่น", "fonts-noto-core")])
def test_without_a_font_one_sentence_says_which_package_has_one(tmp_path, text, package):
    done = subprocess.run([sys.executable, "-c", WITHOUT, SCRIPTS, text, tmp_path], check=False,
                          capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout == ""
    assert done.stderr.count("\n") == 1 and package in done.stderr and "no installed font has" in done.stderr
    assert (tmp_path / "b.png").exists()


def test_wide_characters_take_two_columns():
    assert fonts.width("JICA半減") == 8
    text = "Ties at the end of JFY 2005 in base-line: 53.6 (48.3\u00a0to\u00a058.9) city to city, " * 3
    for columns in (20, 40, 67):
        assert fonts.wrap(text, columns) == textwrap.wrap(text, columns, break_on_hyphens=False)
    assert fonts.wrap("in 基準: 53.6 city", 9) == ["in 基準:", "53.6 city"]
    assert fonts.wrap("基準と半減", 4) == ["基準", "と半", "減"]
    assert fonts.wrap("one two three", 7) == ["one two", "three"] and fonts.wrap("", 7) == [""]
    assert style.wrap("基準_半減_x", 5) == "基準_\n半減_\nx"
