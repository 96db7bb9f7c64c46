# SPDX-License-Identifier: GPL-3.0-or-later
"""A page that is served while its file grows, to this machine alone, and refreshed as runs land.

The files are opened for reading only, as by every analysis. One thread answers the browser; the
page is made by the caller's, which alone may be interrupted. A page asks for /state every few
seconds and loads itself again when there is a newer one.
"""

import contextlib
import html
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from kumiai import database, results

from .language import say, speaking

HOST = "127.0.0.1"
EVERY = 2.0  # seconds between two looks at the files
POLICY = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; " \
         "connect-src 'self'"
# Asks for the number of the newest page, and loads it where it is another than this one.
RELOAD = """<script>
setInterval(async () => {
  try {
    const state = await (await fetch("state", { cache: "no-store" })).json();
    if (state.page !== %d) location.reload();
    else document.getElementById("live").textContent = state.words;
  } catch {
    document.getElementById("live").textContent = %s;
  }
}, %d);
</script>"""


class Live:
    """The page as it is now, and what the browser asks for."""

    def __init__(self, language):
        self._lock, self._page, self._number, self._words = threading.Lock(), "", 0, ""
        self.language = language

    def show(self, text, words):
        """A newer page, and how far the runs are."""
        with self._lock:
            self._number += 1
            self._words = words
            with speaking(self.language):
                ended = json.dumps(say("The report is no longer served."), ensure_ascii=False)
            before, end, after = text.rpartition("</body>")  # the last: a script may hold the word
            self._page = before + RELOAD % (self._number, ended, int(1000 * EVERY)) + end + after

    def tell(self, words):
        """How far the runs are, of the page that is there."""
        with self._lock:
            self._words = words

    def answer(self, path):
        """(content type, text) of a path, None where there is none."""
        with self._lock:
            if path in ("/", "/index.html"):
                return "text/html; charset=utf-8", self._page
            if path == "/state":
                return "application/json", json.dumps({"page": self._number, "words": self._words}, ensure_ascii=False)
        return None


def _handler(live):
    """A handler of requests that answers from the page as it is now."""
    class Handler(BaseHTTPRequestHandler):
        """GET of the page and of its state; nothing else."""

        def do_GET(self):  # noqa: N802  # named by the library
            """Answer the browser of this machine."""
            host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
            found = live.answer(self.path.split("?")[0]) if host in (HOST, "localhost") else None
            if found is None:
                self.send_error(404)
                return
            kind, text = found
            body = text.encode("utf-8")
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.send_header("Content-Security-Policy", POLICY)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            """Requests of one's own browser are no news."""

    return Handler


@contextlib.contextmanager
def serving(live, port):
    """The address at which the page is served; raises ResultsError where the port is taken."""
    try:
        server = ThreadingHTTPServer((HOST, port), _handler(live))
    except OSError as error:
        raise results.ResultsError(f"Port {port} of {HOST} cannot be used ({error.strerror}); "
                                   "--port names another, 0 lets the system choose.") from error
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{server.server_address[1]}/"
    finally:
        server.shutdown()
        server.server_close()


def runs_of(paths):
    """(runs that the files hold, runs that are planned or None where no file says so)."""
    there = sum(database.rows(path, "SELECT count(*) FROM run")[0][0] for path in paths)
    planned = [database.planned_runs(path) for path in paths]
    return there, None if None in planned else sum(planned)


def words_of(there, planned):
    """'12 of 240 runs so far'."""
    if planned is None or there >= planned:
        return say("{n} runs", n=there)
    return say("{n} of {all} runs so far", n=there, all=planned)


def making(words):
    """'12 of 240 runs so far: the report is being made'."""
    return say("{runs}: the report is being made", runs=words)


def waiting(words):
    """The page of files without a run, or of which the report is being made."""
    return ("<!DOCTYPE html><html><head><meta charset='utf-8'><title>kumiai</title>"
            "<meta name='color-scheme' content='light dark'>"
            "<style>body { font: 1.1rem/1.6 system-ui, sans-serif; margin: 3rem }"
            f"</style></head><body><h1>kumiai</h1><p id='live'>{html.escape(words)}</p></body></html>")
