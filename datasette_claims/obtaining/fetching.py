"""One page from the web, fetched in such a way that nobody can use us to reach what is not public.

- http and https on their own ports, no user names, no addresses in disguise.
- The host is resolved here, every address that it has must be public, and the connection goes to the address that was
  checked: the name is never resolved a second time. The certificate is still that of the name. Redirects go the same
  way, each one.
- The size (as sent and unpacked), the time (all in all) and the number of redirects are limited.
- robots.txt is heeded (RFC 9309).

``Network`` says how to resolve and what is public. Only tests make another one than the default: no configuration
can.
"""

from __future__ import annotations

import re
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib import metadata
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin, urlsplit, urlunsplit

from .document import now
from .refusals import NotObtained
from .values import web_address

if TYPE_CHECKING:
    from .network import Network

PRODUCT = "datasette-claims"
TYPES = {"text/html": "html", "application/xhtml+xml": "html", "text/plain": "text", "text/markdown": "markdown"}
REDIRECTS = (301, 302, 303, 307, 308)
ROBOTS_BYTES = 512_000  # RFC 9309 asks for at least 500 KiB
PASTE = "open the page in a browser and paste its text"
STATUS = {
    401: "the site asks for a name and password",
    402: "the site asks for money",
    403: "the site refuses programs, or this page",
    404: "there is no such page",
    410: "the page is gone",
    429: "the site asks us to wait",
    451: "the site may not show the page for legal reasons",
}


@dataclass(frozen=True)
class Limits:
    """``bytes``: the most of one page, as sent and unpacked. ``seconds``: for everything together. ``redirects``: how
    many are followed. ``hosts``: where they are given, only these and what is below them is fetched from."""

    bytes: int = 5_000_000
    seconds: float = 20.0
    redirects: int = 5
    hosts: tuple[str, ...] = ()


@dataclass(frozen=True)
class Fetched:
    """A page: its bytes unpacked, its media type as one of our formats, the declared encoding, the last address,
    and when it was asked for (UTC)."""

    content: bytes
    format: str
    charset: str | None
    url: str
    retrieved_at: str


@dataclass
class _Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes


@dataclass
class _Errand:
    """One call of ``fetch``: what it may use and when it must be done."""

    source: str
    limits: Limits
    network: Network
    deadline: float
    robots: dict[str, object] = field(default_factory=dict)

    def refuse(self, wrong: str, remedy: str = PASTE) -> NotObtained:
        return NotObtained(self.source, wrong, remedy)


def fetch(url: str, limits: Limits | None = None, network: Network | None = None) -> Fetched:
    """Fetch a page. Raises NotObtained, which says why, for everything that is refused or goes wrong.

    ``network`` is for tests; without it, names are resolved by the system and only public addresses are used.
    """
    try:
        from .network import Network
    except ImportError as error:
        wrong = "pages are fetched with httpcore and protego, which are not installed"
        raise NotObtained(url, wrong, "install them: pip install 'datasette-claims[web]'") from error
    limits = limits or Limits()
    errand = _Errand(url, limits, network or Network(), time.monotonic() + limits.seconds)
    retrieved_at = now()
    target = _checked(url, errand)
    for _ in range(limits.redirects + 1):
        if not _is_allowed(target, errand):
            raise errand.refuse(f"the site's robots.txt does not allow programs to fetch {target}")
        answer = _get(target, errand, limits.bytes)
        if answer.status not in REDIRECTS:
            return _accepted(answer, target, retrieved_at, errand)
        target = _redirected(target, answer, errand)
    raise errand.refuse(f"the page redirects more than {limits.redirects} times")


def _checked(url: str, errand: _Errand) -> str:
    """The address without its fragment. Raises NotObtained where it may not be fetched whatever it leads to."""
    text = url.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise errand.refuse(f"this is no web address ({error})", "check it") from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise errand.refuse(
            f"only http and https are fetched, not {scheme or 'an address without a scheme'}", "check it"
        )
    if "@" in parts.netloc:
        raise errand.refuse("an address with a user name is not fetched", "leave out what stands before the @")
    if not host or re.search(r"[\x00-\x20\x7f]", text):
        raise errand.refuse("this is no web address", "check it")
    if port is not None and not errand.network.permits_port(scheme, port):
        raise errand.refuse(f"port {port} is not fetched from, only the usual ones of http (80) and https (443)")
    hosts = errand.limits.hosts
    if hosts and not any(host.lower() == each or host.lower().endswith(f".{each}") for each in hosts):
        raise errand.refuse(f"only pages of {', '.join(hosts)} are fetched here, not of {host}")
    address = web_address(text)
    if address is None:
        raise errand.refuse("this is no web address, or a very long one", "check it")
    return _in_ascii(address, errand)


def _in_ascii(address: str, errand: _Errand) -> str:
    """As it goes over the wire: the host in IDNA, the rest percent-encoded where it is not ASCII (RFC 3986, 3987)."""
    parts = urlsplit(address)
    try:
        host = (parts.hostname or "").encode("idna").decode("ascii")
    except UnicodeError as error:
        raise errand.refuse(f"“{parts.hostname}” is no name of a host", "check it") from error
    netloc = f"[{host}]" if ":" in host else host
    netloc += f":{parts.port}" if parts.port is not None else ""
    path, query = (quote(part, safe="/%:=&?~+!$,;'@()*[]") for part in (parts.path, parts.query))
    return urlunsplit((parts.scheme, netloc, path, query, ""))


def _redirected(url: str, answer: _Answer, errand: _Errand) -> str:
    location = answer.headers.get("location", "")
    if not location:
        raise errand.refuse(f"the page redirects (status {answer.status}) without saying where to")
    try:
        target = urljoin(url, location)
    except ValueError as error:
        raise errand.refuse(f"the page redirects to what is no web address ({error})") from error
    if urlsplit(url).scheme == "https" and urlsplit(target).scheme == "http":
        raise errand.refuse(f"the page redirects from https to unprotected http ({target})")
    return _checked(target, errand)


def _accepted(answer: _Answer, url: str, retrieved_at: str, errand: _Errand) -> Fetched:
    if answer.status != 200:
        why = STATUS.get(answer.status, "the site could not answer" if answer.status >= 500 else "this is no page")
        raise errand.refuse(f"{why} (status {answer.status})")
    kind, _, parameters = answer.headers.get("content-type", "text/html").partition(";")
    format = TYPES.get(kind.strip().lower())
    if format is None:
        wrong = f"what is there is of type {kind.strip()[:60]}, neither a page nor a text"
        raise errand.refuse(wrong, "save it and give its text as a file")
    match = re.search(r"charset\s*=\s*[\"']?([^\s;\"']+)", parameters, re.IGNORECASE)
    return Fetched(answer.content, format, match[1] if match else None, url, retrieved_at)


def _is_allowed(url: str, errand: _Errand) -> bool:
    """What the robots.txt of the site says; one that cannot be read counts as RFC 9309 says (2.3.1)."""
    from protego import Protego

    parts = urlsplit(url)
    origin = f"{parts.scheme}://{parts.netloc}"
    if origin not in errand.robots:
        answer = _robots(f"{origin}/robots.txt", errand)
        if answer.status >= 500:
            raise errand.refuse(f"{origin}/robots.txt cannot be read (status {answer.status}), which means: keep out")
        body = answer.content.decode("utf-8", "replace") if answer.status == 200 else ""
        errand.robots[origin] = Protego.parse(body)
    rules = errand.robots[origin]
    return bool(isinstance(rules, Protego) and rules.can_fetch(url, PRODUCT))


def _robots(url: str, errand: _Errand) -> _Answer:
    """The answer for robots.txt, at the end of its redirects (at most five, as the RFC has it)."""
    for _ in range(6):
        answer = _get(url, errand, ROBOTS_BYTES, whole=False)
        if answer.status not in REDIRECTS:
            return answer
        url = _redirected(url, answer, errand)
    return _Answer(404, {}, b"")


def _get(url: str, errand: _Errand, most: int, whole: bool = True) -> _Answer:
    """One request, no redirects. With ``whole``, an answer that is too large is refused, else it is cut."""
    headers = {
        "User-Agent": f"{PRODUCT}/{metadata.version(PRODUCT)}",
        "Accept": "text/html, application/xhtml+xml, text/markdown;q=0.8, text/plain;q=0.8",
        "Accept-Encoding": "gzip",
        "Connection": "close",
    }
    with errand.network.open(url, headers, errand.deadline, errand.refuse) as (status, found, pieces):
        declared = found.get("content-length", "")
        if whole and declared.isascii() and declared.isdigit() and (len(declared) > 18 or int(declared) > most):
            said = f"{int(declared):,}" if len(declared) <= 18 else f"{declared[:18]}…"
            raise errand.refuse(f"the page has {said} bytes, and at most {most:,} are fetched")
        if status in REDIRECTS:
            return _Answer(status, found, b"")
        body = bytearray()
        unpack = _unpacker(found.get("content-encoding", ""), errand)
        sent = 0
        for piece in pieces:
            sent += len(piece)
            body += unpack(piece, most + 1 - len(body)) if unpack else piece
            if len(body) > most or sent > most:
                if whole:
                    raise errand.refuse(f"the page has more than {most:,} bytes, and no more are fetched")
                break
        return _Answer(status, found, bytes(body[:most]))


class _Gzip:
    """Unpacks piece by piece, never more than is asked for: a small answer can hold an endless page."""

    def __init__(self, errand: _Errand) -> None:
        self._decoder = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # gzip or zlib, by their headers
        self._errand = errand

    def __call__(self, piece: bytes, most: int) -> bytes:
        try:
            return self._decoder.decompress(piece, max(1, most))
        except zlib.error as error:
            raise self._errand.refuse(f"the page is packed in a way that cannot be unpacked ({error})") from error


def _unpacker(encoding: str, errand: _Errand) -> _Gzip | None:
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return None
    if name not in ("gzip", "x-gzip", "deflate"):
        raise errand.refuse(f"the page is packed with “{name[:40]}”, which we did not ask for")
    return _Gzip(errand)
