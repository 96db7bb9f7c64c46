# SPDX-License-Identifier: GPL-3.0-or-later
"""Who made kumiai, and under which licence: CITATION.cff, and what is made of it."""

from pathlib import Path

import yaml

from kumiai.program import ROOT
from kumiai.results import ResultsError

FILE = ROOT / "CITATION.cff"
LICENCE = "https://spdx.org/licenses/"


def read(path: Path = FILE) -> dict:
    """The fields of a CITATION.cff (Citation File Format 1.2); raises ResultsError."""
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ResultsError(f"{path} cannot be read: {' '.join(str(error).split())}.") from error
    lacking = {"title", "version", "license", "authors"} - set(found if isinstance(found, dict) else ())
    if lacking:
        raise ResultsError(f"{path} does not say: {', '.join(sorted(lacking))}.")
    return found


def agents(citation: dict) -> list[dict]:
    """The authors as schema.org has them: persons, or organisations, which have a name of their own."""
    found = []
    for author in citation["authors"]:
        if "name" in author:
            agent = {"@type": "Organization", "name": author["name"]}
        else:
            agent = {"@type": "Person", "givenName": author.get("given-names"), "familyName": author.get("family-names"),
                     "affiliation": author.get("affiliation")}
        agent |= {"@id": author.get("orcid"), "email": author.get("email")}
        found.append({key: value for key, value in agent.items() if value})
    return found


def codemeta(citation: dict) -> dict:
    """codemeta.json, version 3.0, of a CITATION.cff."""
    fields = {"name": "kumiai", "description": citation.get("abstract") or citation["title"],
              "version": str(citation["version"]), "license": LICENCE + citation["license"],
              "author": agents(citation), "keywords": citation.get("keywords"),
              "codeRepository": citation.get("repository-code"), "identifier": citation.get("doi"),
              "datePublished": str(citation["date-released"]) if "date-released" in citation else None,
              "programmingLanguage": ["C", "Python"], "operatingSystem": "Linux"}
    return {"@context": "https://w3id.org/codemeta/3.0", "@type": "SoftwareSourceCode"} | {
        key: value for key, value in fields.items() if value}
