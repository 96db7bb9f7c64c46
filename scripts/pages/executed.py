# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages whose code runs when they are built: the notebook, the R script, and the pictures of scripts/gallery."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbconvert import MarkdownExporter

from pages import gallery, reference
from pages.studies import ROOT

NOTEBOOK = ROOT / "scripts/kumiai/examples/notebook.py"
R_SCRIPT = ROOT / "scripts/kumiai/examples/spells.R"


def cells(text):
    """A script with the marks `# %%` and `# %% [markdown]` as cells of a notebook; what is before the first is left out."""
    found = []
    for part in text.split("\n# %%")[1:]:
        head, _, body = part.partition("\n")
        if "[markdown]" in head:
            lines = [line.removeprefix("#").removeprefix(" ") for line in body.splitlines()]
            found.append(nbformat.v4.new_markdown_cell("\n".join(lines).strip()))
        else:
            found.append(nbformat.v4.new_code_cell(body.strip()))
    return found


def notebook(program, source):
    """The page of the executed notebook; its pictures and the notebook itself are put beside it."""
    book = nbformat.v4.new_notebook(cells=cells(NOTEBOOK.read_text(encoding="utf-8")))
    with tempfile.TemporaryDirectory(prefix="kumiai-kernel-") as folder:
        # The kernel of the system's interpreter, whatever Jupyter is set up for this user.
        kernels = Path(folder) / "kernels" / "kumiai"
        kernels.mkdir(parents=True)
        (kernels / "kernel.json").write_text('{"argv": ["/usr/bin/python3", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", '
                                             '"{connection_file}"], "display_name": "Python", "language": "python"}')
        os.environ["JUPYTER_PATH"], os.environ["KUMIAI"] = folder, str(program)
        NotebookClient(book, kernel_name="kumiai", timeout=300,
                       resources={"metadata": {"path": str(ROOT)}}).execute(env=dict(os.environ))
    text, more = MarkdownExporter().from_notebook_node(book)
    place = source / "how-to"
    place.mkdir(parents=True, exist_ok=True)
    for name, data in more["outputs"].items():
        (place / name).write_bytes(data)
    book.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(book, place / "notebook.ipynb")
    return text + "\nThe notebook: [notebook.ipynb](notebook.ipynb).\n"


def r_script(program):
    """The page of the R script with what it prints, or why it did not run."""
    code = R_SCRIPT.read_text(encoding="utf-8")
    head = ("# A script in R, executed\n\nHow long do ties last? R's package survival answers from what `kumiai-export` writes. "
            "The commands are on the page [other programs](other-programs.md); here the runs are eight replicates of the "
            "baseline.\n\n")
    body = f"The script:\n\n```r\n{code}```\n\n"
    if not shutil.which("Rscript"):
        return head + body + "R was not installed where these pages were built, so its output is not shown.\n"
    with tempfile.TemporaryDirectory(prefix="kumiai-r-") as folder:
        reference.said(program, "run", "scenarios/baseline.cfg", "--reps", 8, "--detail", "full", "--quiet",
                       "--out", f"{folder}/r.db")
        reference.said(ROOT / "scripts/kumiai-export", f"{folder}/r.db", "--to", f"{folder}/spells", "--format", "spells")
        done = subprocess.run(["Rscript", "--vanilla", R_SCRIPT, f"{folder}/spells"], check=False, capture_output=True,
                              text=True, cwd=ROOT)
    if done.returncode:
        return head + body + "R could not run it here: " + done.stderr.strip().splitlines()[-1] + "\n"
    return head + f"It prints\n\n```text\n{done.stdout}```\n\n" + body


def pictures(source):
    """{page: text} of the gallery, if scripts/gallery has made it."""
    page = gallery.OUT / "gallery.md"
    if not page.exists():
        return {}
    (source / "how-to/gallery").mkdir(parents=True, exist_ok=True)
    for path in gallery.OUT.glob("*.png"):
        shutil.copyfile(path, source / "how-to/gallery" / path.name)
    return {"how-to/gallery": page.read_text(encoding="utf-8")}


def pages(program, source):
    """{page: Markdown} of all of these."""
    return {"how-to/executed-notebook": notebook(program, source), "how-to/r-script": r_script(program)} | pictures(source)
