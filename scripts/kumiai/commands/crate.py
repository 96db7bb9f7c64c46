#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Describe a results file for an archive: an RO-Crate beside it.

An RO-Crate (https://w3id.org/ro/crate/1.1) is a folder whose file ro-crate-metadata.json says what is in it. This
command writes it into the results file's folder: the file with its size and SHA-256, every scenario as a
configuration of its own (R_crate_NAME.cfg, which runs again to the same bits), the program with its version and the
digest of its sources, the command, the licence and the authors: those of the program are in CITATION.cff, those of the
results are the same unless --author names others.

Exit: 0 done; 1 failed; 2 the request cannot be met (missing file, no results file, …); 130 interrupted.
"""

import argparse
import json
import re
import sys
from urllib.parse import quote

from kumiai import interrupts  # noqa: F401  # first: what else is imported takes seconds


from kumiai import citation, cli, database, output

NAME = "kumiai-crate"
METADATA = "ro-crate-metadata.json"
CONTEXT = "https://w3id.org/ro/crate/1.1/context"
# The National Archives' name of SQLite's format.
SQLITE = "https://www.nationalarchives.gov.uk/PRONOM/fmt/729"


# What results and programs are published under; other licences are given by their address.
LICENCES = ("CC0-1.0", "CC-BY-4.0", "CC-BY-SA-4.0", "CC-BY-NC-4.0", "CC-BY-NC-SA-4.0", "CC-BY-ND-4.0", "CC-BY-NC-ND-4.0",
            "CC-BY-3.0", "CC-BY-SA-3.0", "ODbL-1.0", "ODC-By-1.0", "PDDL-1.0", "CDLA-Permissive-2.0", "CDLA-Sharing-1.0",
            "MIT", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MPL-2.0", "EUPL-1.2", "GPL-2.0-only",
            "GPL-2.0-or-later", "GPL-3.0-only", "GPL-3.0-or-later", "LGPL-3.0-or-later", "AGPL-3.0-or-later")
ADDRESS = re.compile(r"https?://[^\s/]+\S*")
# Where this machine has the data; they are found by their digests without it (beside the file, above it, …).
DATA_ROOT = re.compile(r'^data_root = "/.*";\n', re.MULTILINE)


def licence(text):
    """A licence by SPDX's identifier or its address, for argparse."""
    if ADDRESS.fullmatch(text):
        return text
    by_name = {name.lower(): name for name in LICENCES}
    if text.lower() not in by_name:
        raise argparse.ArgumentTypeError(f"'{text}' is no licence that is known here; allowed are {', '.join(LICENCES)}, or "
                                         "the http(s) address of another one")
    return by_name[text.lower()]


def author(text):
    """A name, for argparse."""
    if not text.strip():
        raise argparse.ArgumentTypeError("the name is empty")
    return text.strip()


def parse(argv):
    """Options as a namespace."""
    parser = cli.Parser(NAME, __doc__)
    parser.add_argument("file", metavar="R.db", type=cli.source, help="the results file")
    parser.add_argument("--name", metavar="TEXT", help="a title of the whole (default: the names of the scenarios)")
    parser.add_argument("--about", metavar="TEXT", help="a description, in a sentence or more")
    parser.add_argument("--author", metavar="NAME", action="append", type=author, default=[], dest="authors",
                        help="who made the results; once for each (default: the authors of the program)")
    parser.add_argument("--licence", metavar="SPDX", type=licence, help="licence of the results: an identifier of SPDX "
                        "such as CC-BY-4.0, or an http(s) address (default: the program's)")
    cli.add_verify(parser)
    cli.add_force(parser)
    return parser.parse_args(argv)


def reference(entity):
    """What another entity says where it means this one."""
    return {"@id": entity["@id"]}


def file_entity(path, name, kind, **more):
    """A file of the crate, by its name relative to the folder."""
    return {"@id": quote(path.name), "@type": "File", "name": name, "encodingFormat": kind,
            "contentSize": str(path.stat().st_size), "sha256": output.digest(path)} | more


def program_entity(meta, authors, code):
    """The program that made the results."""
    return {"@id": "#kumiai", "@type": "SoftwareApplication", "name": "kumiai",
            "softwareVersion": meta["program_version"], "version": meta["build_id"],
            "identifier": meta["source_digest"], "author": [reference(each) for each in authors],
            "license": reference(code), "operatingSystem": "Linux", "processorRequirements": meta["processor"],
            "description": f"Agent-based simulation; random numbers {meta['rng_version']}, mathematics "
                           f"{meta['math_version']}. The identifier is the digest of the compiled sources."}


def licence_entity(name):
    """A licence by its name of SPDX or its address."""
    address = name if ADDRESS.fullmatch(name) else citation.LICENCE + name
    return {"@id": address, "@type": "CreativeWork", "name": name, "identifier": name, "url": address}


def author_entities():
    """The authors of the program, each with an identifier."""
    return [{"@id": f"#author-{i}"} | agent for i, agent in enumerate(citation.agents(citation.read()), 1)]


def named_entities(names):
    """The authors of the results by their names."""
    return [{"@id": f"#by-{i}", "@type": "Person", "name": name} for i, name in enumerate(dict.fromkeys(names), 1)]


def scenario_entities(path, outputs):
    """A file for each scenario, with its entity. A number stands for what a name of a file cannot hold."""
    found = []
    rows = database.rows(path, "SELECT scenario_id, name, config, config_digest FROM scenario ORDER BY scenario_id")
    for number, name, config, digest in rows:
        plain = name if name.replace("_", "").replace("-", "").isalnum() else str(number)
        place = outputs.new(f"{plain}.cfg")
        place.write_text(DATA_ROOT.sub("", config), encoding="utf-8")
        entity = file_entity(place, f"scenario {name}", "text/plain", identifier=digest,
                             description="the resolved configuration, in libconfig's format, which kumiai run takes")
        found.append(entity | {"@id": quote(f"{outputs.prefix}_{plain}.cfg")})
    return found


def graph(options, outputs):
    """All entities of the crate."""
    path = options.file
    meta = dict(database.rows(path, "SELECT key, value FROM meta"))
    names = [row[0] for row in database.rows(path, "SELECT name FROM scenario ORDER BY scenario_id")]
    runs = database.rows(path, "SELECT count(*) FROM run WHERE status = 'ok'")[0][0]
    authors, code = author_entities(), licence_entity(citation.read()["license"])
    own = licence_entity(options.licence) if options.licence else code
    makers = named_entities(options.authors) or authors
    program = program_entity(meta, authors, code)
    scenarios = scenario_entities(path, outputs)
    data = file_entity(path, f"results of {runs} runs", ["application/vnd.sqlite3", {"@id": SQLITE}],
                       dateCreated=meta["created"], license=reference(own),
                       description="SQLite; the tables column_doc and parameter_doc say what is in it")
    action = {"@id": "#run", "@type": "CreateAction", "name": "the runs", "instrument": reference(program),
              "object": [reference(scenario) for scenario in scenarios], "result": reference(data),
              "endTime": meta["created"], "description": meta["command_line"]}
    root = {"@id": "./", "@type": "Dataset", "name": options.name or f"kumiai: {', '.join(names)}",
            "description": options.about or f"Results of {runs} runs of the scenarios {', '.join(names)}.",
            "datePublished": meta["created"], "license": reference(own),
            "author": [reference(maker) for maker in makers],
            "hasPart": [reference(part) for part in [data, *scenarios]], "mentions": reference(action)}
    descriptor = {"@id": METADATA, "@type": "CreativeWork", "conformsTo": {"@id": "https://w3id.org/ro/crate/1.1"},
                  "about": reference(root)}
    kind = {"@id": SQLITE, "@type": "WebSite", "name": "SQLite Database File Format, version 3"}
    entities = [descriptor, root, data, *scenarios, action, program, *authors, *makers, code, own, kind]
    return list({entity["@id"]: entity for entity in entities}.values())


def work(options):
    """The whole; raises ResultsError or OSError."""
    database.check_file(options.file, options.verify)
    with output.Outputs("crate", [options.file], None, options.force, "move it away") as outputs:
        metadata = outputs.new_file(options.file.parent / METADATA, named=False)
        text = {"@context": CONTEXT, "@graph": graph(options, outputs)}
        metadata.write_text(json.dumps(text, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def main(argv=None):
    """Exit code of the command."""
    return cli.run(NAME, work, parse(argv))


if __name__ == "__main__":
    sys.exit(main())
