# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages lead somewhere: every relative link has its file and its heading, and every parameter that a page
names is one of the program's."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(os.environ["KUMIAI_SOURCE_DIR"])
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
FILES = (".csv", ".cfg", ".md", ".db", ".def", ".c", ".h", ".py")
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def pages(root):
    """All Markdown files of the tree but those of packages and of builds."""
    return [path for path in sorted(root.rglob("*.md"))
            if not {"build", "node_modules", "results", ".git", ".cache"} & set(path.relative_to(root).parts)]


def anchors(path):
    """The anchors of a page's headings, as GitHub makes them."""
    prose = FENCE.sub("", path.read_text(encoding="utf-8"))
    titles = re.findall(r"^#+ (.*)$", prose, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", LINK.sub("", title).lower()).replace(" ", "-") for title in titles}


def broken_links(root):
    """(page, target) of links that lead nowhere."""
    found = []
    for page in pages(root):
        for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
            if re.match(r"\w+:", target):
                continue
            name, _, anchor = target.partition("#")
            file = (page.parent / name).resolve() if name else page
            if not file.exists() or (anchor and anchor not in anchors(file)):
                found.append((str(page.relative_to(root)), target))
    return found


def parameters():
    """Names of the parameters of all models."""
    def described(*model):
        command = [os.environ["KUMIAI"], "describe", *model, "--format", "json"]
        return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    return {row["name"] for model in described()["models"] for row in described(model["name"])["parameters"]}


def unknown_parameters(text, known):
    """What a page writes as a parameter of a model's group and no model has."""
    groups = {name.partition(".")[0] for name in known if "." in name}
    written = re.findall(rf"(?<![\w./-])((?:{'|'.join(sorted(groups))})\.[a-z]\w*)\b(?![./(])", text)
    return [name for name in written if name not in known and not name.endswith(FILES)]


def test_every_link_leads_somewhere():
    assert len(pages(ROOT)) >= 9
    assert broken_links(ROOT) == []


def test_every_parameter_that_a_page_names_is_there():
    known = parameters()
    wrong = {str(page.relative_to(ROOT)): unknown_parameters(page.read_text(encoding="utf-8"), known)
             for page in pages(ROOT) if page.name not in ("CHANGELOG.md", "ODD.md")}
    assert {page: names for page, names in wrong.items() if names} == {}


@pytest.mark.parametrize("text, count", [
    ("[a](there.md) [b](there.md#a-title-of-its) [c](https://example.org/x)\n", 0),
    ("[a](nowhere.md)\n", 1), ("[b](there.md#another)\n", 1), ("[c](#here)\n", 1),
    ("```\n[a](nowhere.md)\n```\n", 0)])
def test_a_broken_link_is_seen(text, count, tmp_path):
    (tmp_path / "there.md").write_text("# A title, of `its`\n", encoding="utf-8")
    (tmp_path / "page.md").write_text(text, encoding="utf-8")
    assert len(broken_links(tmp_path)) == count


def test_an_unknown_parameter_is_seen():
    known = {"hub.enabled", "contacts.rate"}
    assert unknown_parameters("`hub.enabled` `contacts.rate=2` hub.csv scripts/hub.x", known) == []
    assert unknown_parameters("`hub.enable` { set = \"contacts.rates\"; }", known) == ["hub.enable", "contacts.rates"]
