"""A server for one page, reachable from this machine only."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from restorebench.errors import OptionError, RestorebenchError
from restorebench.leaderboard.render.html.assets import policy
from restorebench.leaderboard.render.html.live import LivePage

ADDRESS = "127.0.0.1"


class PageServer(ThreadingHTTPServer):
    """Serves a page at ``/`` on 127.0.0.1, at `port` (0 for any that is free).

    Raises `OptionError` where the port is taken.
    """

    daemon_threads = True

    def __init__(self, page: LivePage, port: int) -> None:
        self.page = page
        try:
            super().__init__((ADDRESS, port), _Handler)
        except OSError as error:
            msg = f"port {port} of {ADDRESS} is taken ({error.strerror}); choose another --port"
            raise OptionError(msg) from error

    @property
    def url(self) -> str:
        """Where the page is."""
        return f"http://{ADDRESS}:{self.server_port}/"

    @property
    def hosts(self) -> frozenset[str]:
        """The host names it answers to; any other (DNS rebinding) is refused."""
        return frozenset(f"{name}:{self.server_port}" for name in (ADDRESS, "localhost"))


def serve(page: LivePage, port: int, started: Callable[[str], None]) -> None:
    """Serve until the user interrupts; `started` is called with the address."""
    with PageServer(page, port) as server:
        started(server.url)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            return


class _Handler(BaseHTTPRequestHandler):
    server: PageServer
    server_version = "restorebench"
    sys_version = ""
    timeout = 10

    def do_GET(self) -> None:
        if self._refused():
            return
        try:
            tag, body = self.server.page.body()
        except RestorebenchError as error:
            self._plain(HTTPStatus.INTERNAL_SERVER_ERROR, str(error))
            return
        if self.headers.get("If-None-Match") == tag:
            self._head(HTTPStatus.NOT_MODIFIED, tag, None)
        else:
            self._head(HTTPStatus.OK, tag, len(body))
            self.wfile.write(body)

    def do_HEAD(self) -> None:
        if not self._refused():
            self._head(HTTPStatus.OK, self.server.page.tag, None)

    def _refused(self) -> bool:
        """Answer a request for anything but the page; returns whether it was one."""
        if self.headers.get("Host") not in self.server.hosts:
            self._plain(HTTPStatus.MISDIRECTED_REQUEST, f"this is {self.server.url}")
        elif self.path != "/":
            self._plain(HTTPStatus.NOT_FOUND, "there is one page here, /")
        else:
            return False
        return True

    def _plain(self, status: HTTPStatus, message: str) -> None:
        body = f"{message}\n".encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self._safe()
        if self.command != "HEAD":
            self.wfile.write(body)

    def _head(self, status: HTTPStatus, tag: str, length: int | None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Security-Policy", f"{policy(live=True)}; frame-ancestors 'none'")
        self.send_header("ETag", tag)
        if length is not None:
            self.send_header("Content-Length", str(length))
        self._safe()

    def _safe(self) -> None:
        """Send the headers that every answer has."""
        self.send_header("Cache-Control", "no-cache")
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Referrer-Policy", "no-referrer")
        self.send_header("Cross-Origin-Resource-Policy", "same-origin")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Do not log requests."""
