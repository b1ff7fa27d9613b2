"""A page that is served while records come: to this machine only, and nothing but the page."""

from __future__ import annotations

import http.client
import itertools
import threading

import pytest

from restorebench.errors import OptionError, StoreError
from restorebench.leaderboard.render.html.live import LivePage, changes, state
from restorebench.leaderboard.render.html.server import PageServer


@pytest.fixture
def records(tmp_path):
    file = tmp_path / "records.jsonl"
    file.write_text("one\n", encoding="utf-8")
    return file


@pytest.fixture
def made():
    return []


@pytest.fixture
def server(records, made):
    """A server whose page is the text of the records; `made` has every text it made."""

    def make() -> str:
        made.append(records.read_text("utf-8"))
        if "broken" in made[-1]:
            raise StoreError("line 2 is broken")
        return made[-1]

    with PageServer(LivePage(records, make), 0) as found:
        thread = threading.Thread(target=found.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield found
        found.shutdown()
        thread.join()


@pytest.fixture
def ask(server):
    """Send a request: status, headers and body of the answer."""

    def request(path="/", method="GET", host=None, **headers):
        connection = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=5)
        given = {"Host": host or f"127.0.0.1:{server.server_port}", **headers}
        connection.request(method, path, headers=given)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, answer.headers, body

    return request


def test_it_listens_on_this_machine_only(server):
    assert server.server_address[0] == "127.0.0.1"


def test_the_page_is_made_again_when_records_came(ask, records, made):
    assert ask()[2] == b"one\n"
    assert ask()[2] == b"one\n"
    records.write_text("one\ntwo\n", encoding="utf-8")
    assert ask()[2] == b"one\ntwo\n"
    assert len(made) == 2


def test_a_head_tells_of_new_records_without_making_the_page(ask, records, made):
    _, before, body = ask(method="HEAD")
    records.write_text("one\ntwo\n", encoding="utf-8")
    _, after, _ = ask(method="HEAD")
    assert before["ETag"] != after["ETag"]
    assert (body, made) == (b"", [])


def test_a_known_page_is_not_sent_again(ask):
    tag = ask()[1]["ETag"]
    assert ask(**{"If-None-Match": tag})[::2] == (304, b"")


@pytest.mark.parametrize("path", ["/records.jsonl", "/../records.jsonl", "/?x", "/favicon.ico"])
def test_other_paths_are_refused(ask, path):
    assert ask(path)[0] == 404


@pytest.mark.parametrize("host", ["evil.example", "evil.example:80", "127.0.0.1", "localhost:1"])
def test_other_hosts_are_refused(ask, made, host):
    assert ask(host=host)[0] == 421
    assert made == []


def test_localhost_is_this_machine(ask, server):
    assert ask(host=f"localhost:{server.server_port}")[0] == 200


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS"])
def test_other_methods_are_refused(ask, method):
    assert ask(method=method)[0] == 501


def test_answers_cannot_be_framed_or_sniffed(ask):
    headers = ask()[1]
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "Access-Control-Allow-Origin" not in headers


def test_a_broken_store_is_reported_and_the_server_goes_on(ask, records):
    records.write_text("one\nbroken\n", encoding="utf-8")
    status, _, body = ask()
    assert (status, body) == (500, b"line 2 is broken\n")
    records.write_text("one\nmended\n", encoding="utf-8")
    assert ask()[0] == 200


def test_a_taken_port_is_an_error_that_names_it(server, records):
    with pytest.raises(OptionError, match=f"port {server.server_port} of 127.0.0.1"):
        PageServer(LivePage(records, str), server.server_port)


def test_changes_come_at_once_and_then_with_each_change(records):
    seen = []
    for found in itertools.islice(changes(records, every=0.001), 3):
        seen.append(found)
        records.write_text("x" * 10 * len(seen), encoding="utf-8")
    assert len(set(seen)) == 3


def test_a_file_that_is_not_there_has_a_state(tmp_path):
    assert state(tmp_path / "none") == "none"
