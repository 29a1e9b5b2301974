"""Pages are fetched from public places only, within limits, and each refusal says why."""

import gzip
import ipaddress
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
import trustme

from datasette_claims.obtaining import Limits, NotObtained, Wishes, of_address
from datasette_claims.obtaining.addresses import literal, why_not_public
from datasette_claims.obtaining.fetching import fetch
from datasette_claims.obtaining.network import Network, usual_port

PAGE = b"<html><title>Bridge</title><article><h1>Bridge opens</h1><p>The bridge opens in June.</p></article></html>"


class Site(BaseHTTPRequestHandler):
    """A site on this machine. ``answers`` maps a path to a function of the handler."""

    protocol_version = "HTTP/1.1"

    def do_GET(self):
        self.server.seen.append((self.headers["Host"], self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path)
        if answer is None:
            self.reply(404, b"no such page")
        else:
            answer(self)

    def reply(self, status, body=b"", **headers):
        self.send_response(status)
        for name, value in {"content_type": "text/html", "content_length": len(body), **headers}.items():
            if value is not None:
                self.send_header(name.replace("_", "-"), str(value))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *parts):
        pass


def page(body=PAGE, status=200, **headers):
    return lambda handler: handler.reply(status, body, **headers)


def redirect(target, status=302):
    return page(b"", status, location=target)


@contextmanager
def serving(answers, tls=None):
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    server.answers, server.seen, server.over = answers, [], threading.Event()
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield server
    finally:
        server.over.set()
        server.shutdown()
        thread.join()
        server.server_close()


def local(*names, trust=None, **others):
    """A network for tests: these names are on this machine, which counts as public, and any port may be used."""
    known = {name: ["127.0.0.1"] for name in names} | others
    asked = []

    def resolve(host, port):
        asked.append(host)
        if host not in known:
            raise socket.gaierror("no such host")
        return [ipaddress.ip_address(address) for address in known[host]]

    def why_not(address):
        return None if str(address) == "127.0.0.1" else why_not_public(address)

    network = Network(resolve=resolve, why_not=why_not, permits_port=lambda scheme, port: True, trust=trust)
    return network, asked


def at(server, path="/", host="news.example", scheme="http"):
    return f"{scheme}://{host}:{server.server_port}{path}"


def refusal(url, network, **limits):
    with pytest.raises(NotObtained) as caught:
        fetch(url, Limits(**{"seconds": 5.0, **limits}), network)
    assert caught.value.source == url
    assert caught.value.remedy
    return caught.value.wrong


def test_a_page_is_fetched_with_our_name_from_the_address_that_was_checked():
    network, asked = local("news.example")
    with serving({"/a?b=1": page(content_type="text/html; charset=utf-8")}) as server:
        found = fetch(at(server, "/a?b=1#part"), Limits(), network)
        assert (found.content, found.format, found.charset) == (PAGE, "html", "utf-8")
        assert found.url == at(server, "/a?b=1")
        assert [path for _, path, _ in server.seen] == ["/robots.txt", "/a?b=1"]
        host, _, headers = server.seen[-1]
        assert host == f"news.example:{server.server_port}"
        assert headers["User-Agent"].startswith("datasette-claims/")
    assert asked == ["news.example", "news.example"]


def test_nothing_is_fetched_unless_it_is_switched_on():
    with pytest.raises(NotObtained, match="fetching pages is switched off"):
        of_address("https://news.example/", Wishes())


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://news.example/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://news.example", "only http and https"),
        ("news.example/a", "without a scheme"),
        ("http://user:secret@news.example/", "user name"),
        ("http://news.example@169.254.169.254/", "user name"),
        ("http:///a", "no web address"),
        ("http://[::1", "no web address"),
        ("http://news.example:99999/", "no web address"),
        ("http://news.example:22/", "port 22"),
        ("http://news.example:8080/", "port 8080"),
        ("https://news.example:80/", "port 80"),
        ("http://news.example/a\r\nHost: b", "no web address"),
        ("http://" + "a" * 300 + ".example/", "no name of a host"),
        ("http://a..example/", "no name of a host"),
    ],
)
def test_what_is_no_address_of_a_page_is_refused_before_anything_is_asked(url, told):
    asked = []
    network = Network(resolve=lambda host, port: asked.append(host) or [])
    assert told in refusal(url, network)
    assert asked == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "10.0.0.8",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "255.255.255.255",
        "240.0.0.1",
        "198.18.0.1",
        "192.0.0.8",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2001:0:7f00:1::]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[2001:db8::1]",
    ],
)
def test_an_address_that_is_not_public_is_refused(host):
    told = refusal(f"http://{host}/", Network())
    assert "not public" in told
    assert host.strip("[]").split(":")[0] in told


@pytest.mark.parametrize(
    "host", ["2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "127.0.0.1.", "017700000001", "0x7f.0.0.1"]
)
def test_an_address_in_disguise_is_refused(host):
    told = refusal(f"http://{host}/", Network())
    assert "unusual way to write an address" in told


@pytest.mark.parametrize("host", ["１２７.0.0.1", "127。0。0。1", "①②⑦.0.0.1"])
def test_an_address_in_other_digits_is_the_address_that_it_stands_for(host):
    assert "not public (loopback)" in refusal(f"http://{host}/", Network())


@pytest.mark.parametrize("address", ["8.8.8.8", "151.101.1.140", "2606:2800:220:1:248:1893:25c8:1946"])
def test_public_addresses_are_public(address):
    assert why_not_public(ipaddress.ip_address(address)) is None
    assert str(literal(address)) == address


def test_names_of_hosts_are_no_addresses():
    assert literal("news.example") is None
    assert literal("4chan.example.org") is None


@pytest.mark.parametrize(
    "addresses", [["10.0.0.1"], ["8.8.8.8", "127.0.0.1"], ["::ffff:192.168.0.1"], ["fe80::1%eth0"]]
)
def test_a_name_is_refused_if_any_of_its_addresses_is_not_public(addresses):
    network = Network(resolve=lambda host, port: [ipaddress.ip_address(each) for each in addresses])
    assert "not public" in refusal("http://inside.example/", network)


def test_a_name_that_changes_its_address_after_the_check_cannot_lead_inside():
    """DNS rebinding: the second answer would be private, but the name is asked once a connection, and checked then."""
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])
    connected, _ = local("unused.example")
    network = Network(
        resolve=lambda host, port: [ipaddress.ip_address(each) for each in next(answers)],
        why_not=connected.why_not,
        permits_port=lambda scheme, port: True,
    )
    with serving({"/": page()}) as server:
        assert "10.0.0.1, which is not public" in refusal(at(server), network)
        assert [path for _, path, _ in server.seen] == ["/robots.txt"]


@pytest.mark.parametrize(
    ("target", "told"),
    [
        ("http://169.254.169.254/latest/meta-data/", "not public (link-local)"),
        ("http://inside.example/", "not public (private)"),
        ("http://[::1]/", "not public"),
        ("file:///etc/passwd", "only http and https"),
        ("http://a:b@news.example/", "user name"),
        ("//2130706433/", "unusual way"),
        ("", "without saying where to"),
    ],
)
def test_every_redirect_is_checked(target, told):
    network, _ = local("news.example", **{"inside.example": ["192.168.0.1"]})
    with serving({"/": redirect(target)}) as server:
        assert told in refusal(at(server), network)


def test_redirects_are_followed_and_limited():
    network, _ = local("news.example", "www.news.example")
    answers = {f"/{i}": redirect(f"/{i + 1}", status) for i, status in enumerate((301, 302, 303, 307, 308))}
    with serving({**answers, "/5": page()}) as server:
        assert fetch(at(server, "/0"), Limits(), network).url == at(server, "/5")
        assert "more than 4 times" in refusal(at(server, "/0"), network, redirects=4)
    with serving({"/": redirect("/")}) as server:
        assert "more than 5 times" in refusal(at(server), network)


def test_only_the_usual_ports_are_permitted():
    assert usual_port("http", 80)
    assert usual_port("https", 443)
    assert not usual_port("http", 443)
    assert not usual_port("http", 6379)


def test_hosts_can_be_limited_to_some():
    network, _ = local("news.example", "www.news.example", "evilnews.example")
    with serving({"/": page(), "/away": redirect("http://evilnews.example/")}) as server:
        assert fetch(at(server, host="www.news.example"), Limits(hosts=("news.example",)), network).content == PAGE
        for url in (at(server, host="evilnews.example"), at(server, "/away")):
            assert "only pages of news.example" in refusal(url, network, hosts=("news.example",))


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (page(b"x" * 2001), "2,001 bytes, and at most 2,000"),
        (page(b"x" * 2001, content_length=None, connection="close"), "more than 2,000 bytes"),
        (page(gzip.compress(b"x" * 1_500_000), content_encoding="gzip"), "more than 2,000 bytes"),
        (page(gzip.compress(gzip.compress(b"x" * 9999)), content_encoding="gzip, gzip"), "packed with"),
        (page(b"abc", content_encoding="br"), "packed with “br”"),
        (page(b"no gzip at all", content_encoding="gzip"), "cannot be unpacked"),
        (page(b"%PDF", content_type="application/pdf"), "of type application/pdf"),
        (page(b"{}", content_type="application/json"), "neither a page nor a text"),
        (page(b"", 401), "name and password"),
        (page(b"", 403), "refuses programs"),
        (page(b"", 404), "no such page"),
        (page(b"", 410), "gone"),
        (page(b"", 429), "asks us to wait"),
        (page(b"", 451), "legal reasons"),
        (page(b"", 503), "could not answer (status 503)"),
        (page(b"", 204, content_length=None), "this is no page (status 204)"),
        (lambda handler: handler.wfile.write(b"SSH-2.0-OpenSSH_9.6\r\n") or handler.connection.close(), "no HTTP"),
        (lambda handler: handler.connection.close(), "the"),
    ],
)
def test_what_is_too_much_or_no_page_is_refused(answer, told):
    network, _ = local("news.example")
    with serving({"/": answer}) as server:
        assert told in refusal(at(server), network, bytes=2000)


def test_a_packed_page_is_unpacked():
    network, _ = local("news.example")
    with serving({"/": page(gzip.compress(PAGE), content_encoding="gzip")}) as server:
        assert fetch(at(server), Limits(), network).content == PAGE


def drip(handler):
    """Sends a byte now and then, for as long as anybody listens."""
    handler.send_response(200)
    handler.send_header("content-type", "text/html")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b".")
            time.sleep(0.05)
    except OSError:
        handler.close_connection = True


def stall(handler):
    """Answers only when the test is over."""
    handler.server.over.wait(20)
    handler.close_connection = True


@pytest.mark.parametrize("answer", [drip, stall], ids=["drips", "stalls"])
def test_the_time_is_limited_however_the_site_spends_it(answer):
    network, _ = local("news.example")
    with serving({"/": answer}) as server:
        started = time.monotonic()
        assert "took too long" in refusal(at(server), network, seconds=0.5)
        assert time.monotonic() - started < 10


def test_a_resolver_that_does_not_answer_is_not_waited_for():
    release = threading.Event()
    network = Network(resolve=lambda host, port: release.wait(20) and [])
    assert "took too long" in refusal("http://slow.example/", network, seconds=0.2)
    release.set()


def test_a_name_that_does_not_exist_is_told():
    network, _ = local()
    assert "there is no site named nowhere.example" in refusal("http://nowhere.example/", network)


def test_a_site_that_does_not_listen_is_told():
    network, _ = local("news.example")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    assert "the connection failed" in refusal(f"http://news.example:{port}/", network)


@pytest.mark.parametrize(
    ("robots", "path", "allowed"),
    [
        (page(b"User-agent: *\nDisallow: /private", content_type="text/plain"), "/private/a", False),
        (page(b"User-agent: *\nDisallow: /private", content_type="text/plain"), "/a", True),
        (page(b"User-agent: datasette-claims\nDisallow: /\n\nUser-agent: *\nAllow: /"), "/a", False),
        (page(b"User-agent: *\nDisallow: /*.pdf$"), "/a", True),
        (page(b"", 404), "/a", True),
        (page(b"", 403), "/a", True),
        (page(b"\xff\xfe\x00 nonsense"), "/a", True),
        (redirect("/elsewhere.txt"), "/a", False),
    ],
)
def test_robots_txt_is_heeded(robots, path, allowed):
    network, _ = local("news.example")
    elsewhere = page(b"User-agent: *\nDisallow: /", content_type="text/plain")
    with serving({"/robots.txt": robots, path: page(), "/elsewhere.txt": elsewhere}) as server:
        if allowed:
            assert fetch(at(server, path), Limits(), network).content == PAGE
        else:
            assert "robots.txt does not allow" in refusal(at(server, path), network)


def test_a_robots_txt_that_fails_means_keep_out():
    network, _ = local("news.example")
    with serving({"/robots.txt": page(b"", 500), "/": page()}) as server:
        assert "robots.txt cannot be read (status 500)" in refusal(at(server), network)


def test_robots_txt_of_the_site_that_a_redirect_leads_to_is_heeded_as_well():
    network, _ = local("news.example", "other.example")
    closed = {"/robots.txt": page(b"User-agent: *\nDisallow: /"), "/": page()}
    with serving(closed) as other, serving({"/": redirect(at(other, host="other.example"))}) as server:
        assert "robots.txt does not allow" in refusal(at(server), network)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def server_side(certificate):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def test_the_certificate_must_be_that_of_the_name(authority):
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    network, _ = local("news.example", "other.example", trust=trust)
    with serving(
        {"/": page(), "/plain": redirect("http://news.example/")}, server_side(authority.issue_cert("news.example"))
    ) as server:
        assert fetch(at(server, scheme="https"), Limits(), network).content == PAGE
        assert "the connection failed" in refusal(at(server, host="other.example", scheme="https"), network)
        assert "from https to unprotected http" in refusal(at(server, "/plain", scheme="https"), network)
        untrusting, _ = local("news.example")
        assert "the connection failed" in refusal(at(server, scheme="https"), untrusting)


def test_a_server_that_drips_its_handshake_is_not_waited_for():
    network, _ = local("news.example")
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()

        def serve():
            connection, _ = listening.accept()
            with connection:
                try:
                    for byte in b"\x16\x03\x03\x40\x00" + b"\x02" * 100:
                        connection.sendall(bytes([byte]))
                        time.sleep(0.05)
                except OSError:
                    return

        thread = threading.Thread(target=serve)
        thread.start()
        started = time.monotonic()
        told = refusal(f"https://news.example:{listening.getsockname()[1]}/", network, seconds=0.5)
        assert "took too long" in told
        assert time.monotonic() - started < 4
        thread.join()
