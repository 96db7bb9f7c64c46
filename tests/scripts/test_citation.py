# SPDX-License-Identifier: GPL-3.0-or-later
"""Who made it and what it is: CITATION.cff, codemeta.json made of it, and the RO-Crate of a results file."""

import json
import os
import re
import subprocess
from urllib.parse import unquote

import pytest

from conftest import SCRIPTS

import kumiai
from kumiai import citation, output
from kumiai.commands import crate

ROOT = SCRIPTS.parent
SPDX = re.compile(r"^[A-Za-z0-9.+-]+$")


def test_citation_is_valid():
    """The fields that the Citation File Format 1.2.0 asks for, in its forms."""
    found = citation.read()
    assert found["cff-version"] == "1.2.0" and found["message"] and found["type"] == "software"
    assert all(("name" in author) != ("family-names" in author) for author in found["authors"]) and found["authors"]
    known = {"cff-version", "message", "title", "abstract", "type", "authors", "version", "license", "keywords",
             "date-released", "repository-code", "doi", "identifiers", "url", "contact", "preferred-citation"}
    assert set(found) <= known
    assert SPDX.match(found["license"]) and len(set(found["keywords"])) == len(found["keywords"])


def test_the_version_is_one_everywhere():
    version = str(citation.read()["version"])
    assert re.search(r"project\(kumiai VERSION ([\d.]+)", (ROOT / "CMakeLists.txt").read_text())[1] == version
    assert re.search(r'^version = "(.*)"', (SCRIPTS / "pyproject.toml").read_text(), re.MULTILINE)[1] == version
    assert kumiai.__version__ == version
    told = subprocess.run([os.environ["KUMIAI"], "--version"], check=True, capture_output=True, text=True).stdout
    assert told.startswith(f"kumiai {version}\n")
    headings = re.findall(r"^## (\S+) \((.*)\)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    assert headings[0][0] == version
    assert all(re.fullmatch(r"unreleased|\d{4}-\d\d-\d\d", date) for _, date in headings)


def test_codemeta_says_what_the_citation_says():
    done = subprocess.run([SCRIPTS / "codemeta"], check=True, capture_output=True, text=True)
    found, cited = json.loads(done.stdout), citation.read()
    assert found == citation.codemeta(cited)
    assert found["version"] == str(cited["version"]) and found["license"].endswith("/" + cited["license"])
    assert [author["name"] for author in found["author"]] == [author["name"] for author in cited["authors"]]
    changed = cited | {"version": "9.9", "date-released": "2030-01-02", "doi": "10.1/x",
                       "authors": [{"given-names": "A", "family-names": "B", "orcid": "https://orcid.org/1"}]}
    made = citation.codemeta(changed)
    assert (made["version"], made["datePublished"], made["identifier"]) == ("9.9", "2030-01-02", "10.1/x")
    assert made["author"] == [{"@type": "Person", "givenName": "A", "familyName": "B", "@id": "https://orcid.org/1"}]
    assert subprocess.run([SCRIPTS / "codemeta", "x"], check=False, capture_output=True).returncode == 2


@pytest.mark.parametrize("text, words", [("title: [", "cannot be read"), ("title: x", "does not say: authors, license"),
                                         ("", "does not say")])
def test_a_broken_citation_is_told(tmp_path, text, words):
    (tmp_path / "CITATION.cff").write_text(text)
    with pytest.raises(kumiai.Error, match=words):
        citation.read(tmp_path / "CITATION.cff")


# ---- the RO-Crate ----


@pytest.fixture(name="results", scope="module")
def _results(tmp_path_factory):
    """Two scenarios, one with a name that a URL must escape."""
    folder = tmp_path_factory.mktemp("crate with a space")
    for name, beta in (("low", 0.1), ("七 high", 0.2)):
        (folder / f"{name}.cfg").write_text(f'model = "contagion"; run = {{ steps = 5; seed = 1; }}; '
                                            f"contagion = {{ agents = 50; beta = {beta}; }};\n")
    kumiai.run(sorted(folder.glob("*.cfg")), reps=2, out=folder / "my r.db")
    return folder / "my r.db"


def entities(folder):
    """The crate's entities by their names."""
    text = json.loads((folder / crate.METADATA).read_text(encoding="utf-8"))
    assert text["@context"] == "https://w3id.org/ro/crate/1.1/context" and set(text) == {"@context", "@graph"}
    found = {entity["@id"]: entity for entity in text["@graph"]}
    assert len(found) == len(text["@graph"]), "each entity once"
    return found


def references(value):
    """What an entity refers to; a nested entity would be more than its name."""
    for part in value if isinstance(value, list) else [value]:
        if isinstance(part, dict):
            assert set(part) == {"@id"}, "flattened JSON-LD"
            yield part["@id"]


def test_the_crate_is_whole(results):
    assert crate.main([str(results), "--force"]) == 0
    found = entities(results.parent)
    assert all(entity["@type"] for entity in found.values())
    for entity in found.values():
        for key, value in entity.items():
            for name in references(value):
                assert name in found or (key == "conformsTo" and name == "https://w3id.org/ro/crate/1.1"), name
    assert found[crate.METADATA]["about"] == {"@id": "./"}
    root = found["./"]
    assert {"name", "description", "datePublished", "license", "hasPart", "author"} <= set(root)
    parts = {reference["@id"] for reference in root["hasPart"]}
    assert parts == {name for name, entity in found.items() if entity["@type"] == "File"} and len(parts) == 3
    for name in parts:
        path = results.parent / unquote(name)
        assert not re.search(r"[^\w.%~-]", name, re.ASCII), "a part of a URL"
        assert path.stat().st_size == int(found[name]["contentSize"])
        assert output.digest(path) == found[name]["sha256"]


def test_the_crate_tells_how_the_results_came(results):
    assert crate.main([str(results), "--force", "--licence", "CC-BY-4.0", "--name", "A title", "--about", "Why."]) == 0
    found = entities(results.parent)
    action = found["#run"]
    assert action["description"].startswith("kumiai run ") and action["result"] == {"@id": "my%20r.db"}
    program = found[action["instrument"]["@id"]]
    told = subprocess.run([os.environ["KUMIAI"], "--version"], check=True, capture_output=True, text=True).stdout
    assert program["identifier"] in told and program["softwareVersion"] == str(citation.read()["version"])
    assert (found["./"]["name"], found["./"]["description"]) == ("A title", "Why.")
    assert found["./"]["license"]["@id"].endswith("CC-BY-4.0") and program["license"]["@id"].endswith("GPL-3.0-or-later")
    [author] = found["./"]["author"]
    assert found[author["@id"]]["name"] == citation.read()["authors"][0]["name"]


def test_the_results_have_authors_of_their_own(results):
    assert crate.main([str(results), "--force", "--author", "A. B. Sato", "--author", "組合 太郎"]) == 0
    found = entities(results.parent)
    assert [found[each["@id"]]["name"] for each in found["./"]["author"]] == ["A. B. Sato", "組合 太郎"]
    [developers] = found["#kumiai"]["author"]
    assert found[developers["@id"]]["name"] == citation.read()["authors"][0]["name"]


@pytest.mark.parametrize("text, address", [("cc-by-4.0", citation.LICENCE + "CC-BY-4.0"),
                                           ("https://example.org/terms", "https://example.org/terms")])
def test_a_licence_is_a_name_or_an_address(results, text, address):
    assert crate.main([str(results), "--force", "--licence", text]) == 0
    found = entities(results.parent)
    assert found["./"]["license"] == {"@id": address} and found[address]["@type"] == "CreativeWork"


@pytest.mark.parametrize("option, words", [(("--licence", "nonsense"), "'nonsense' is no licence that is known here"),
                                           (("--licence", "https://"), "or the http(s) address of another one"),
                                           (("--author", " "), "the name is empty")])
def test_what_is_no_licence_or_author_is_refused(results, capsys, option, words):
    with pytest.raises(SystemExit) as stopped:
        crate.main([str(results), *option])
    assert stopped.value.code == 2 and words in capsys.readouterr().err


def test_its_scenarios_do_not_name_the_folders_of_the_machine(tmp_path):
    scenario = ROOT / "scenarios/baseline.cfg"
    before = kumiai.run(scenario, set={"run.years": 1}, reps=1, detail="summary", out=tmp_path / "r.db")
    assert crate.main([str(tmp_path / "r.db")]) == 0
    [made] = tmp_path.glob("*.cfg")
    assert str(ROOT) not in made.read_text(encoding="utf-8") and "data_files" in made.read_text(encoding="utf-8")
    found = entities(tmp_path)[made.name]
    assert found["sha256"] == output.digest(made)
    again = kumiai.run(made, out=tmp_path / "again.db", detail="summary")
    assert again.summary["ties_city_to_city"].tolist() == before.summary["ties_city_to_city"].tolist()


def test_its_scenarios_run_again_to_the_same_bits(results, tmp_path):
    assert crate.main([str(results), "--force"]) == 0
    made = [unquote(part["@id"]) for part in entities(results.parent)["#run"]["object"]]
    again = kumiai.run([results.parent / name for name in made], out=tmp_path / "again.db")
    before = kumiai.open(results)
    assert again.summary["infected_mean"].tolist() == before.summary["infected_mean"].tolist()


def test_what_is_there_is_not_replaced(results, tmp_path, capsys):
    (tmp_path / "r.db").write_bytes(results.read_bytes())
    (tmp_path / crate.METADATA).write_text("mine")
    assert crate.main([str(tmp_path / "r.db")]) == 2
    assert "is there already and is not an earlier output" in capsys.readouterr().err
    assert (tmp_path / crate.METADATA).read_text() == "mine" and len(list(tmp_path.iterdir())) == 2
    assert crate.main([str(tmp_path / "nowhere.db")]) == 2
