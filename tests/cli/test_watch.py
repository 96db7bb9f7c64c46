# SPDX-License-Identifier: GPL-3.0-or-later
"""`kumiai run --watch`: what stands on a terminal, which pyte plays, and what does not change."""

import fcntl
import os
import pty
import re
import signal
import struct
import termios
import time

import pytest

from conftest import KUMIAI, content, kumiai, query, write_scenario
from patience import PATIENCE

pyte = pytest.importorskip("pyte")

SMALL = {"agents": 300, "mean_degree": 6.0, "beta": 0.1, "gamma": 0.1, "rewire": 0.05, "initial_share": 0.05}
BRAILLE = re.compile("[\u2801-\u28ff]")
UTF8, ASCII = {"LC_ALL": "C.UTF-8"}, {"LC_ALL": "C"}


class Terminal:
    """A program on a terminal of its own; what it writes to standard output goes nowhere."""

    def __init__(self, arguments, columns=80, lines=24, **environment):
        self.screen = pyte.HistoryScreen(columns, lines, history=10000)
        self.stream = pyte.ByteStream(self.screen)
        self.bytes = b""
        settings = os.environ | UTF8 | {"TERM": "xterm"} | environment
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            os.dup2(os.open("/dev/null", os.O_WRONLY), 1)
            os.execvpe(KUMIAI, [KUMIAI, *map(str, arguments)], settings)
        self.modes = termios.tcgetattr(self.fd)

    def read(self):
        """Whether there was more to read."""
        try:
            found = os.read(self.fd, 65536)
        except OSError:  # nobody is there any more
            return False
        self.bytes += found
        self.stream.feed(found)
        return bool(found)

    def read_until(self, what, patience=PATIENCE):
        end = time.monotonic() + patience
        while not what():
            assert self.read() and time.monotonic() < end, self.text()
        return self

    def resize(self, columns, lines):
        fcntl.ioctl(self.fd, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
        self.screen.resize(lines, columns)

    def end(self):
        """Reads to the end; the exit status."""
        while self.read():
            pass
        return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)


@pytest.fixture(name="command")
def _command(tmp_path):
    """command(reps, *more): a run of two scenarios, one of which has a name of wide characters."""
    files = [write_scenario(tmp_path / f"{name}.cfg", run={"steps": 30, "seed": 3}, contagion={**SMALL, "beta": beta})
             for name, beta in (("東京", 0.1), ("wild", 0.2))]
    return lambda reps, *more, out="r.db": ["run", *files, "--reps", reps, "--detail", "summary", "--out",
                                            tmp_path / out, *more]


def means(path, metric):
    return [row[0] for row in query(path, f"SELECT avg({metric}) FROM summary JOIN run USING (run_id) "
                                          "GROUP BY scenario_id ORDER BY scenario_id")]


def test_the_picture_has_the_means_of_the_file(command, tmp_path):
    terminal = Terminal(command(40, "--watch=infected_mean,infected_peak"), lines=40)
    assert terminal.end() == 0
    text = terminal.text()
    told = re.findall(r"a 東京 ([\d.]+) ± [\d.]+\s+b wild ([\d.]+) ± [\d.]+", text)
    for metric, shown in zip(("infected_mean", "infected_peak"), told, strict=True):
        assert text.count(f"{metric}, mean so far") == 1
        assert [float(number) for number in shown] == pytest.approx(means(tmp_path / "r.db", metric), rel=5e-4)
    assert len(BRAILLE.findall(text)) > 100
    assert not re.search(r"runs/s|\[#", text), "the bar is gone"


def test_the_interval_is_that_of_the_mean(command, tmp_path):
    terminal = Terminal(command(10, "--watch=infected_mean"))
    assert terminal.end() == 0
    values = [row[0] for row in query(tmp_path / "r.db", "SELECT infected_mean FROM summary WHERE run_id > 10")]
    mean = sum(values) / 10
    half = 2.262157 * (sum((v - mean) ** 2 for v in values) / 9 / 10) ** 0.5
    assert f"b wild {mean:.4g} ± {half:.2g}" in terminal.text()


def test_the_first_two_metrics_are_the_default(command):
    terminal = Terminal(command(3, "--watch"), lines=50)
    assert terminal.end() == 0
    assert re.findall(r"(\w+), mean so far", terminal.text()) == ["infected_final", "infected_mean"]


@pytest.mark.parametrize("detail", ["summary", "full"])
def test_results_are_the_same(command, tmp_path, detail):
    assert Terminal(command(20, "--watch", "--detail", detail, "--threads", 2)).end() == 0
    assert kumiai(*command(20, "--detail", detail, out="plain.db")).returncode == 0
    assert content(tmp_path / "r.db") == content(tmp_path / "plain.db")


def test_without_utf8_it_is_ascii(command):
    terminal = Terminal(command(10, "--watch=infected_mean"), **ASCII)
    assert terminal.end() == 0
    assert terminal.bytes.replace("東京".encode(), b"").isascii()
    assert "+-" in terminal.text() and re.search("a{5}", terminal.text()) and re.search("b{5}", terminal.text())


@pytest.mark.parametrize("columns, lines", [(80, 24), (40, 12), (31, 8), (20, 24), (80, 4), (200, 60)])
def test_it_fits_into_any_terminal(command, columns, lines):
    """No line is broken: with each frame the picture stays where it is."""
    terminal = Terminal(command(60, "--watch=infected_mean"), columns, lines)
    assert terminal.end() == 0
    text = terminal.text()
    room = columns > 30 and lines > 7
    assert text.count("mean so far") == room
    assert not terminal.screen.history.top, "nothing was scrolled away"


def test_it_lives_with_a_new_size(command):
    terminal = Terminal(command(100000, "--watch=infected_mean"))
    for columns, lines in ((50, 15), (120, 40), (34, 9)):
        terminal.read_until(lambda: "\n[" in terminal.text())
        terminal.resize(columns, lines)
        frames = terminal.bytes.count(b"mean so far") + 3
        terminal.read_until(lambda: terminal.bytes.count(b"mean so far") >= frames)  # pylint: disable=W0640
        terminal.read_until(lambda: terminal.text().count("mean so far") == 1 and "\n[" in terminal.text())
        assert max(len(line) for line in terminal.text().split("\n")) < columns
    os.kill(terminal.pid, signal.SIGTERM)
    assert terminal.end() == 130


@pytest.mark.parametrize("signals", [1, 2])
def test_an_interrupt_leaves_the_terminal_as_it_was(command, signals):
    """The second one ends the program at once."""
    terminal = Terminal(command(100000, "--watch"), lines=40)
    terminal.read_until(lambda: "mean so far" in terminal.text())
    for _ in range(signals):
        os.kill(terminal.pid, signal.SIGINT)
    modes = termios.tcgetattr(terminal.fd)
    status = terminal.end()
    assert modes == terminal.modes
    assert not re.search(rb"\x1b\[\?", terminal.bytes), "neither another screen nor a hidden cursor"
    assert terminal.bytes.rfind(b"\x1b[0m") > terminal.bytes.rfind(b"\x1b[3"), "no colour is left on"
    if status == 130:
        assert re.search(r"kumiai: interrupted after \d+ of", terminal.text())
        assert terminal.bytes.endswith(b"\n") and terminal.text().count("infected_mean, mean so far") == 1
    else:
        assert signals == 2 and status == -signal.SIGINT


def test_colours_can_be_declined(command):
    terminal = Terminal(command(10, "--watch"), NO_COLOR="1")
    assert terminal.end() == 0
    assert not re.search(rb"\x1b\[[\d;]*m", terminal.bytes)


def test_many_scenarios_are_counted_where_there_is_no_room(tmp_path):
    files = [write_scenario(tmp_path / f"number_{i}.cfg", run={"steps": 5, "seed": 3}, contagion=SMALL)
             for i in range(20)]
    terminal = Terminal(["run", *files, "--reps", 3, "--out", tmp_path / "r.db", "--watch=infected_mean"])
    assert terminal.end() == 0
    assert re.search(r"e number_4 .* 15 more$", terminal.text(), re.MULTILINE), terminal.text()


def test_until_and_fork_are_watched_too(command, tmp_path):
    arguments = [word for word in command(1) if word not in ("--reps", 1)]
    terminal = Terminal([*arguments, "--until", "infected_mean:4", "--watch=infected_mean"])
    assert terminal.end() == 0 and "infected_mean, mean so far" in terminal.text()
    policy = tmp_path / "policy.cfg"
    policy.write_text("contagion = { beta = 0.3; };\n", encoding="utf-8")
    terminal = Terminal(["fork", arguments[1], policy, "--at", "2004", "--reps", 5, "--out", tmp_path / "f.db",
                         "--watch=infected_mean"])
    assert terminal.end() == 0 and "b policy" in terminal.text(), terminal.text()


@pytest.mark.parametrize("environment, words", [
    ({"TERM": "dumb"}, "TERM names none"), ({"TERM": ""}, "TERM names none")])
def test_a_terminal_that_cannot_is_told(command, environment, words):
    terminal = Terminal(command(5, "--watch"), columns=160, **environment)
    assert terminal.end() == 0
    assert f"note: --watch needs a terminal whose cursor can be moved, and {words}" in terminal.text()
    assert "mean so far" not in terminal.text()


def test_without_a_terminal_a_note_says_so(command, tmp_path):
    done = kumiai(*command(5, "--watch"))
    assert done.returncode == 0
    assert done.stderr.startswith("kumiai: note: --watch draws on a terminal, and standard error is none; ")
    assert "\x1b" not in done.stderr + done.stdout
    assert kumiai(*command(5, out="plain.db")).stdout.replace("plain.db", "r.db") == done.stdout
    assert content(tmp_path / "r.db") == content(tmp_path / "plain.db")


@pytest.mark.parametrize("arguments, words", [
    (["--watch=infected_men"], "--watch: model 'contagion' has no summary metric 'infected_men' (`kumiai describe "
                               "contagion` lists them); did you mean infected_mean?"),
    (["--watch="], "no metric is named"), (["--watch=" + ",".join(["infected_mean"] * 7)], "6 metrics"),
    (["--watch", "infected_mean"], "--watch takes its metrics after =: --watch=infected_mean"),
    (["--watch", "--quiet"], "--watch and --quiet exclude each other"), (["--wach"], "did you mean --watch?")])
def test_usage(command, tmp_path, arguments, words):
    done = kumiai(*command(5, *arguments))
    assert done.returncode == 2 and words in done.stderr and not (tmp_path / "r.db").exists()
