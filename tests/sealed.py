# SPDX-License-Identifier: GPL-3.0-or-later
"""Results files that a test has edited, with the digests that the program would have written."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "scripts"))
from kumiai import digests  # noqa: E402


def seal(db):
    """Writes all digests anew through an open connection, which it leaves to be committed."""
    before, db.text_factory = db.text_factory, digests.text
    for run, digest in digests.run_digests(db).items():
        db.execute("UPDATE run SET rows_digest = ? WHERE run_id = ?", (digest, run))
    keys = [key.decode() for (key,) in db.execute("SELECT key FROM meta WHERE key LIKE 'digest:%'")]
    for key in keys:
        table = key.removeprefix("digest:")
        digest = digests.list_digest(db) if table == "run" else digests.table_digest(db, table)
        db.execute("UPDATE meta SET value = ? WHERE key = ?", (digest, key))
    db.text_factory = before
