# SPDX-License-Identifier: GPL-3.0-or-later
"""One export: what is read, checked and written, and in which order."""

from __future__ import annotations

from kumiai.errors import ResultsError
from kumiai.export import gexf, goldfish, graphml, manifest, rsiena, selection, spells, tables
from kumiai.export.ask import Ask, Told
from kumiai.export.folder import Folder
from kumiai.export.source import Source, check_rows, opened

# What writes the files of a format, from a Source into a Folder.
FORMATS = {"csv": tables.write, "spells": spells.write, "graphml": graphml.write, "gexf": gexf.write,
           "rsiena": rsiena.write, "goldfish": goldfish.write}


def _write(source: Source) -> int:
    """Number of files."""
    folder = Folder(source.ask.to, source.ask.replace)
    try:
        folder.begin()
        FORMATS[source.ask.format](source, folder)
        manifest.write(source, folder)
        folder.finish()
        return len(folder.files) + 1
    finally:
        folder.drop()


def export(ask: Ask) -> Told:
    """Write the files of a format; raises ResultsError, and has written nothing then."""
    try:
        with opened(ask) as source:
            selection.settle(source)
            check_rows(source)
            files = _write(source)
            return Told(files, source.n_runs, source.of_runs, "; ".join(source.remarks))
    except (TypeError, ValueError, OverflowError) as error:  # cells of other types than any program has written
        raise ResultsError(f"{ask.results} is damaged ({error}); `kumiai verify` lists all that is.", code=1) from error
