# SPDX-License-Identifier: GPL-3.0-or-later
"""report.py --serve: a file that grows, in a browser, to this machine alone, until Ctrl-C."""

import http.client
import signal
import socket
import sqlite3
import subprocess
import sys
from urllib.parse import urlsplit

import pytest

import browser
from conftest import SCRIPTS, called, refused, script
from patience import PATIENCE
from results_files import build, write_run

from kumiai.report import live


@pytest.fixture
def grown(tmp_path):
    """A results file that may be given more runs."""
    return build(tmp_path / "r.db", scenarios=("baseline",), reps=2)


def add_run(path, rep):
    """One more run of the scenario."""
    with sqlite3.connect(path) as db:
        run = db.execute("SELECT coalesce(max(run_id), 0) + 1 FROM run").fetchone()[0]
        db.execute("INSERT INTO run VALUES (?,1,NULL,?,42,'ok',NULL,160,0,0,'')", (run, rep))
        write_run(db, run, 0, 42, rep, "full", 0.0)


@pytest.fixture
def serve(grown):
    """(address, process, file) of the command that serves it."""
    process = subprocess.Popen([sys.executable, SCRIPTS / "report.py", grown, "--serve"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        yield process.stdout.readline().strip(), process, grown
    finally:
        process.kill()
        process.communicate()


def get(address, path="/", host=None):
    """(status, text) of a request."""
    at = urlsplit(address)
    connection = http.client.HTTPConnection(at.hostname, at.port, timeout=PATIENCE)
    connection.request("GET", path, headers={"Host": host} if host else {})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_browser_shows_the_runs_as_they_land(serve, tmp_path):
    address, process, path = serve
    (tmp_path / "browser").mkdir()
    driver = browser.start(tmp_path / "browser")
    shown = "return document.getElementById('live').textContent + document.querySelectorAll('figure.part').length"
    try:
        driver.get(address)
        assert browser.until(lambda: driver.execute_script("return typeof data === 'object' && data.scenarios[0]")) \
            == "baseline"
        assert driver.execute_script(shown).startswith("2 runs")
        add_run(path, 2)
        assert browser.until(lambda: driver.execute_script(shown).startswith("3 runs"))
        assert driver.get_log("browser") == []
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130
        assert browser.until(lambda: "no longer served" in driver.execute_script(shown))
    finally:
        driver.quit()
    assert "the page is no longer served" in process.stderr.read()


def test_it_answers_this_machine_alone_and_writes_nothing(serve):
    address, _, path = serve
    assert urlsplit(address).hostname == "127.0.0.1"
    assert get(address)[0] == 200 and get(address, "/state")[0] == 200
    assert get(address, "/../r.db")[0] == 404 and get(address, "/r.db")[0] == 404
    assert get(address, host="evil.example")[0] == 404  # a name that was made to point here
    assert {p.name for p in path.parent.iterdir()} == {"r.db"}


def test_the_address_comes_before_the_page_is_made(grown, monkeypatch, capsys):
    """Who opens it at once sees that the report is being made, not a browser that waits."""
    command, seen = script("report.py"), []

    def make(shown, options, runs):
        seen.append((capsys.readouterr().out, shown.answer("/")[1], shown.answer("/state")[1]))
        raise KeyboardInterrupt
    monkeypatch.setattr(command, "_refresh", make)
    assert command.main([str(grown), "--serve"]) == 130
    [(printed, page, state)] = seen
    assert printed.startswith("http://127.0.0.1:") and "2 runs: the report is being made" in page
    assert '"page": 1' in state and 'fetch("state"' in page


def test_a_port_that_is_taken_is_refused(grown):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert refused(called("report.py", grown, "--serve", "--port", port), 2, f"Port {port}", "--port")


def test_a_file_without_a_run_is_waited_for(tmp_path):
    path = build(tmp_path / "r.db", scenarios=("baseline",), reps=0)
    process = subprocess.Popen([sys.executable, SCRIPTS / "report.py", path, "--serve"], stdout=subprocess.PIPE,
                               stderr=subprocess.PIPE, text=True)
    try:
        address = process.stdout.readline().strip()
        assert "0 runs" in get(address)[1]
        for rep in range(2):
            add_run(path, rep)
        assert browser.until(lambda: "Which form?" in get(address)[1])
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(PATIENCE) == 130


def test_words_of_progress():
    assert live.words_of(12, 240) == "12 of 240 runs so far"
    assert live.words_of(240, 240) == live.words_of(240, None) == "240 runs"
