# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: seeds.py: writes the seeds of corpus/results and corpus/checkpoint, whose inputs are a byte that
chooses what is read and edits of eight bytes each (where, how, a value). Every choice with no edit, one and
three."""

import random
from pathlib import Path

CORPUS = Path(__file__).resolve().parent / "corpus"
CHOICES = {"results": range(4), "checkpoint": range(2)}

for name, choices in CHOICES.items():
    folder = CORPUS / name
    folder.mkdir(parents=True, exist_ok=True)
    for choice in choices:
        for edits in (0, 1, 3):
            draw = random.Random(f"{name} {choice} {edits}")
            bits = 16 if edits == 0 else 0  # of results: with a look at the digests
            seed = bytes([choice | bits]) + draw.randbytes(8 * edits)
            (folder / f"choice{choice}_edits{edits}").write_bytes(seed)
