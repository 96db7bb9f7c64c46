# SPDX-License-Identifier: GPL-3.0-or-later
"""The page in Japanese: no English sentence is left, every glyph is in a font, lines break where they may."""

import ast
import html
import json
import os
import re
import subprocess

import pytest

import browser
from conftest import SCRIPTS, called

from kumiai import fonts
from kumiai.report import cards, changes, factor_parts, language, page, sweep_screen
from kumiai.report.language import say, speaking, translated

FOLDER = SCRIPTS / "kumiai/report"
JAPANESE = language.language("ja")
# Words that stay: names of software, licences, people and places of a list, commands, columns.
KEPT = ("kumiai", "JavaScript", "CSV", "SQL", "SQLite", "JICA", "JCM", "Natural Earth", "Apache ECharts",
        "Apache License", "Korn and Graubard", "Sasaki and Kojima", "Freeman", "Clauset et al.", "Robins & Alexander",
        "Apache", "ECharts")
COMMAND = re.compile(r"--?[a-z][\w-]*(?: [A-Z]+)?|\S+/\S+|\w+[._]\w+(?:\(\))?|[A-Z]?\d[\w.:-]*|kumiai run")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """(browser with the Japanese page open, its file)."""
    folder = tmp_path_factory.mktemp("japanese")
    path, out = folder / "r.db", folder / "report.html"
    subprocess.run([os.environ["KUMIAI"], "run", "scenarios/baseline.cfg", "scenarios/jica_half.cfg", "--reps", "5",
                    "--set", "run.years=18", "--detail", "full", "--targets", "configs/cooperation/targets.cfg",
                    "--out", path], check=True, capture_output=True)
    result = called("report.py", path, "-o", out, "--lang", "ja")
    assert result.returncode == 0, result.stderr
    driver = browser.start(folder)
    try:
        driver.get(out.as_uri())
        yield driver, out
    finally:
        driver.quit()


# Which argument is a text of the page, of the functions that say one.
PLACE_OF_TEXT = {"say": 0, "on_intervals": 0, "few.sentence": 1}


def called_name(call):
    """'say' or 'few.sentence' of a call."""
    return ast.unparse(call.func)


def literals():
    """Every English text that the page can say: of Python, templates and scripts, and what is said by a name."""
    found = set()
    for path in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and (place := PLACE_OF_TEXT.get(called_name(node))) is not None:
                found |= {part.value for part in ast.walk(node.args[place])
                          if isinstance(part, ast.Constant) and isinstance(part.value, str)}
    for path in [*FOLDER.glob("*.html"), *FOLDER.glob("*.js")]:
        text = path.read_text(encoding="utf-8")
        found |= {html.unescape(t) for t in re.findall(r'\bsay\(\s*"((?:[^"\\]|\\.)*)"', text)}
    found |= {text for pair in changes.OVER_YEARS.values() for text in pair}
    sections = (*page.SECTIONS, page.FACTORS)
    found |= {title for _, title, _ in sections} | {title for *_, parts in sections for _, title, _ in parts}
    found |= {text for pair in (*changes.WORDS.values(), changes.ANY) for text in pair}
    found |= {*cards.ALIKE, *cards.ALL}
    found |= {*sweep_screen.DOES.values(), *sweep_screen.NONE_OF.values()} | {text for _, *texts in factor_parts.SHOWN.values() for text in texts}
    return found - {"city_to_city", "use"}  # keys, no texts


def test_every_text_is_in_the_catalogue():
    lacking = {text for text in literals() if text.strip() and text not in JAPANESE.texts}
    assert lacking == set()


def test_translations_keep_their_places():
    for text, japanese in JAPANESE.texts.items():
        places = [set(re.findall(r"\{(\w+)\}", one)) for one in (text, japanese)]
        lost = places[0] - places[1]
        # A sentence about one scenario against another need not name the one again.
        assert places[1] <= places[0] and not lost - {"name", "scenario", "kind"}, text


def english(text):
    """What is left of a text that is no Japanese, no name, no number and no command."""
    for kept in KEPT:
        text = text.replace(kept, " ")
    text = COMMAND.sub(" ", text)
    return re.findall(r"[A-Za-z]{2,}(?:[ ,;:]+[A-Za-z]{2,}){2,}", text)


def test_no_english_sentence_is_left(shown):
    driver, _ = shown
    words = driver.execute_script("""
      const out = [], walk = (node) => {
        if (node.nodeType === 3) { out.push(node.textContent); return; }
        if (node.nodeType !== 1 || ['SCRIPT', 'STYLE', 'CODE', 'PRE'].includes(node.tagName)) return;
        if (node.classList.contains('facts') || node.tagName === 'OPTION' && node.closest('#map-city')) return;
        for (const name of ['aria-label', 'aria-valuetext']) if (node.getAttribute(name)) out.push(node.getAttribute(name));
        node.childNodes.forEach(walk);
      };
      walk(document.body);
      for (const doc of [...Object.values(data.docs.summary), ...Object.values(data.docs.series)]) out.push(doc);
      return out;""")
    assert len(words) > 500
    agents = driver.execute_script("""return Object.values(data.parts).flatMap((part) =>
        part.columns.name && part.columns.code ? part.columns.name.labels : [])
        .concat(Object.values(data.maps).flatMap((map) => map.agents.name.labels))""")
    left = {text.strip() for text in words if english(text) and not any(name in text for name in agents if len(name) > 3)}
    assert left == set()


def test_an_english_sentence_would_be_found():
    assert english("これは a sentence that was left here である")
    assert not english("scripts/survival.py --parts cox は JICA の CSV を示す")


def test_names_of_columns_and_values_are_japanese(shown):
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>',
                                shown[1].read_text(encoding="utf-8"), re.DOTALL)[1])
    names, lacking = data["names"], set()
    for part in data["parts"].values():
        for column, values in part["columns"].items():
            ends = column.endswith(("_low", "_high"))  # they stand in the cell of their estimate
            if column not in names and column not in ("d", "p_corrected", "name_local") and not ends:
                lacking.add(column)
            if isinstance(values, dict) and column not in ("name", "name_local", "name_latin", "code", "meaning", "source",
                                                           "target", "verdict"):
                lacking |= {v for label in values["labels"] for v in label.split(": ") if v and v not in names
                            and re.search("[a-z]{3}", v)}
    assert lacking == set()


def test_every_glyph_is_in_an_installed_font(shown):
    text = re.sub(r"<script>.*?</script>", "", shown[1].read_text(encoding="utf-8"), flags=re.DOTALL)
    missing = fonts.missing(text)
    assert missing  # the usual font has no Japanese
    assert fonts.families(frozenset(missing))[1] == frozenset()


def test_lines_break_as_japanese_does(shown):
    found = shown[0].execute_script("""const style = getComputedStyle(document.querySelector('.answer'));
        return [document.documentElement.lang, style.lineBreak, style.wordBreak]""")
    assert found[:2] == ["ja", "strict"] and found[2] in ("auto-phrase", "normal")


def test_sentences_of_readers_are_translated():
    with speaking("ja"):
        assert translated("baseline: its runs were kept at detail 'series', but refusals need --detail full.") == \
            "基準：詳細度「series」で記録されており、不成立の記録には --detail full が必要である。"
        assert say("{value} ({low} to {high})", value=1, low=0, high=2) == "1（0～2）"
    assert say("{value} ({low} to {high})", value=1, low=0, high=2) == "1 (0 to 2)"


def test_sentences_are_set_as_japanese_is(shown):
    """No full-width semicolon, no blank behind a bracket, no unit on another line than its number, no loose comma."""
    driver, _ = shown
    text = driver.execute_script("""const copy = document.body.cloneNode(true);
        copy.querySelectorAll("script, code, pre").forEach((one) => one.remove());
        return copy.textContent;""")
    assert "；" not in text and not re.findall("） [ぁ-んァ-ヶ一-龥]", text) and "が最も多い、" not in text
    with speaking("ja"):
        said = say("{value} ({low} to {high})", value="264", low="250", high="300")
        whole = say("City-to-city ties: {rate} ends per 100 tie-years at the stage of {most}, {other} at the stage of {least} "
                    "({scenario}).", most="a", rate=said, least="b", other="7", scenario="c")
    assert f"{said}件" in whole and "7\u00a0件" in whole


def test_cells_of_numbers_are_as_narrow_as_their_numbers(shown):
    """The table of ties at each age fits a desktop: only local names may need room to break."""
    driver, _ = shown
    browser.resize(driver, 1280)
    assert driver.execute_script("""const one = document.querySelector('#part-at_risk .drawing');
        return [one.scrollWidth - one.clientWidth, one.querySelectorAll('td').length > 10]""") == [0, True]


def test_places_of_japan_have_their_own_names_first(shown):
    """In the list of cities and the table of donors; Latin letters stand beside them."""
    driver, out = shown
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>',
                                out.read_text(encoding="utf-8"), re.DOTALL)[1])
    columns = data["parts"]["donors"]["columns"]
    first = {name: columns[name]["labels"][columns[name]["codes"][0]] for name in ("name", "name_latin")}
    assert re.search(r"[一-龠]", first["name"]) and re.fullmatch(r"[ -~ŌōŪū]+", first["name_latin"])
    assert list(columns)[:2] == ["scenario", "name"] and "name_local" not in columns
    cities = driver.execute_script("return [...document.querySelectorAll('#map-city option')].map((o) => o.text)")
    assert any(re.match(r"[一-龠ぁ-んァ-ヶ]+[市区町村県都道府] \([A-Z]", city) for city in cities)


def test_ranges_and_latin_names_are_set_as_japanese_is(shown):
    text = re.sub(r"<(script|style)\b.*?</\1>", "", shown[1].read_text(encoding="utf-8"), flags=re.DOTALL)
    assert not re.search(r"\d–\d", re.sub(r"<[^>]*>", "", text))
    with speaking("ja"):
        assert "29–37".replace("–", say("–")) == "29～37"  # as observed.py writes the new heads of elections
        assert say("相手都市はUlaanbaatarである") == "相手都市は Ulaanbaatar である" and say("都市は横浜市") == "都市は横浜市"
