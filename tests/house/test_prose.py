# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages have none of the phrases that give a translation away."""

import sys

import pytest
from test_links import ROOT, pages

sys.path.insert(0, str(ROOT / "scripts" / "lib"))
import prose  # noqa: E402


def test_no_page_has_such_a_phrase():
    assert {str(page): found for page in pages(ROOT) if (found := prose.findings(page.read_text(encoding="utf-8")))} == {}


@pytest.mark.parametrize("text, lines", [
    ("It is made anew.\n", [1]), ("One.\n\nSlurm and the like.\n", [3]), ("```\nmade anew\n```\n", []),
    ("It is made again.\n", [])])
def test_a_phrase_is_found_in_its_line(text, lines):
    assert [number for number, *_ in prose.findings(text)] == lines
