# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes the five files of configs/cooperation/population/ and the table in their README.

usage: build.py SOURCES.json FOLDER [--force]

The same sources give the same bytes, so a file that is there is an earlier output if nothing would
change; any other is replaced with --force alone.
"""

import json
import signal
import sys
from pathlib import Path

import cooperatives
import governments
import partners
from common import csv_text, others, write_all
from summary import updated_readme


def main(sources_path, folder, force=""):
    sources = json.loads(Path(sources_path).read_text(encoding="utf-8"))
    folder = Path(folder)
    local = governments.local_governments(sources)
    cities = partners.partner_cities(sources)
    rows, pairs = cooperatives.cooperatives(local)
    files = {
        "local_governments.csv": (governments.COLUMNS, local),
        "countries.csv": (partners.COUNTRY_COLUMNS, partners.countries(cities)),
        "partner_cities.csv": (partners.CITY_COLUMNS, cities),
        "cooperatives.csv": (cooperatives.COLUMNS, rows),
        "cooperative_members.csv": (cooperatives.MEMBER_COLUMNS, pairs),
    }
    texts = {folder / name: csv_text(columns, [{key: line[key] for key in columns} for line in lines])
             for name, (columns, lines) in files.items()}
    changed = others(texts)
    if changed and force != "--force":
        sys.exit(f"build.py: {changed[0]} is there with another content; --force replaces it.")
    write_all(texts | updated_readme(folder / "README.md", local, files))


if __name__ == "__main__":
    for ending in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(ending) != signal.SIG_IGN:
            signal.signal(ending, lambda *_: sys.exit(130))  # so that no partial file stays
    main(*sys.argv[1:])
