#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Usage: build.py PROGRAM SOURCE OUT: writes the sources of the site into SOURCE, and the site into OUT.

Called by scripts/docs. Exit: 0 done, 1 failed or with a warning.
"""

import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from pages import executed, plan, reference, sources  # noqa: E402
from pages.studies import ROOT  # noqa: E402


def odd_pages():
    """{page: part} of ODD.md, a page for each numbered section."""
    found = {"explanation/odd/index": f"{plan.ODD}#"}
    for section in sources.read(plan.ODD):
        anchor = sources.slug(section.title)
        if section.level == 2 and anchor not in plan.ODD_IN_REFERENCE:
            found[f"explanation/odd/{anchor}"] = f"{plan.ODD}#{anchor}"
    return found


def book(odd):
    """What is on which page; the tables of ODD's appendices are in the reference."""
    parts = {page.name: page.parts for _, _, pages in plan.CHAPTERS for page in pages}
    parts |= {name: (part,) for name, part in odd.items()} | {"index": ("README.md",)}
    made = sources.Book(parts, plan.HOMES)
    for anchor, page in plan.ODD_IN_REFERENCE.items():
        _, sections = sources.part(f"{plan.ODD}#{anchor}")
        made.homes[plan.ODD] = "explanation/odd/index"
        for section in sections:
            made.where[plan.ODD, sources.slug(section.title)] = page
    return made


def from_parts(made, odd):
    """{page: Markdown} of what stands in the tree."""
    found = {}
    for _, _, pages in plan.CHAPTERS:
        for page in pages:
            shift = 1 if page.title else 0
            head = f"# {page.title}\n\n" if page.title else ""
            found[page.name] = head + "\n".join(made.text(part, page.name, shift) for part in page.parts)
    for name, part in odd.items():
        found[name] = made.text(part, name)
    return found


def chapters(found):
    """The first page of each chapter, and the front page's table of contents."""
    tops = []
    for folder, title, planned in plan.CHAPTERS:
        about = plan.ABOUT_MADE | {page.name: page.about for page in planned}
        pages = [p for p in found if p.startswith(f"{folder}/") and (p.count("/") == 1 or p.endswith("/index"))]
        titles = [(p, found[p].partition("\n")[0].lstrip("# ")) for p in pages]
        listed = "\n".join(f"* [{name}]({p.removeprefix(folder + '/')}.md)" + (f" – {about[p]}" if about.get(p) else "")
                           for p, name in titles)
        found[f"{folder}/index"] = f"# {title}\n\n{listed}\n\n" + reference.contents(pages, folder)
        tops.append(f"{folder}/index")
    return tops


def links_of_odd(made, found):
    """Anchors of ODD's appendices are not on the pages of the reference: links go to the page."""
    for anchor in plan.ODD_IN_REFERENCE:
        _, sections = sources.part(f"{plan.ODD}#{anchor}")
        for section in sections:
            for name in found:
                found[name] = found[name].replace(f".md#{sources.slug(section.title)})", ".md)")


def pages(program, source):
    """{page: Markdown} of the whole site."""
    odd = odd_pages()
    made = book(odd)
    found = from_parts(made, odd)
    found["explanation/odd/index"] += "\n" + reference.contents([n for n in odd if n != "explanation/odd/index"],
                                                                "explanation/odd")
    model = reference.described(program, "cooperation")
    found |= reference.parameters(model) | reference.commands(program) | reference.scenarios()
    found |= {"reference/metrics": reference.metrics(model), "reference/tables": reference.tables(model)}
    commands = [p for p in found if p.startswith("reference/commands/")]
    found["reference/commands"] += "\n" + reference.contents(commands, "reference")
    found |= executed.pages(program, source)
    index = made.text("README.md", "index")
    links_of_odd(made, found)
    found["index"] = index + "\n" + reference.contents(chapters(found), "")
    return found, made.files


def write(found, files, source):
    """The sources of the site."""
    for name, text in found.items():
        path = source / f"{name}.md"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for file in sorted(files):
        (source / "files" / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / file, source / "files" / file)
    here = Path(__file__).parent
    shutil.copyfile(here / "conf.py", source / "conf.py")
    (source / "_static").mkdir(exist_ok=True)
    shutil.copyfile(here / "site.css", source / "_static" / "site.css")


def offline(out):
    """Debian's furo wants a web server: it reads normalize.css from the server's folder, and its script imports a
    module, which browsers refuse for files. The site brings its own copy of the one, and the other in one piece."""
    shutil.copyfile("/usr/share/nodejs/normalize.css/normalize.css", out / "_static/styles/normalize.css")
    style = out / "_static/styles/furo.css"
    text = style.read_text(encoding="utf-8")
    style.write_text(text.replace("/javascript/normalize.css/normalize.css", "normalize.css"), encoding="utf-8")
    scripts = out / "_static/scripts"
    parts = [(scripts / name).read_text(encoding="utf-8") for name in ("gumshoe-patched.js", "furo.js")]
    whole = "\n".join(parts).replace('import Gumshoe from "./gumshoe-patched.js";', "")
    (scripts / "furo.js").write_text(whole, encoding="utf-8")


def main(program, source, out):
    """Exit code."""
    program, source, out = Path(program).resolve(), Path(source).resolve(), Path(out).resolve()
    for folder in (source, out):
        shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    try:
        found, files = pages(program, source)
    except sources.SourceError as error:
        print(f"scripts/docs: {error}", file=sys.stderr)
        return 1
    write(found, files, source)
    # A warning is a failure: a link that leads nowhere, a page in no table of contents.
    code = subprocess.run(["/usr/bin/python3", "-m", "sphinx", "-b", "html", "-q", "-W", "--keep-going", "-d",
                           source / ".doctrees", source, out], check=False).returncode
    if not code:
        offline(out)
    return code


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
