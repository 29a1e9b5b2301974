"""Connections to checked addresses only. Needs httpcore, in the extra ``[web]``."""

from __future__ import annotations

import contextlib
import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore

from .addresses import IPAddress, literal, why_not_public
from .refusals import NotObtained

PORTS = {"http": 80, "https": 443}
LONGEST_NAME = 253  # of a host, RFC 1035

Refuse = Callable[[str], NotObtained]


def resolve(host: str, port: int) -> list[IPAddress]:
    """All addresses of a host name, as the system knows them. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ipaddress.ip_address(entry[4][0]) for entry in found]


def usual_port(scheme: str, port: int) -> bool:
    """Whether a port is the one of its scheme."""
    return PORTS[scheme] == port


@dataclass(frozen=True)
class Network:
    """How hosts are resolved, which addresses are refused and why, which ports are used, whom TLS trusts.

    The defaults are the only ones outside of tests.
    """

    resolve: Callable[[str, int], list[IPAddress]] = resolve
    why_not: Callable[[IPAddress], str | None] = why_not_public
    permits_port: Callable[[str, int], bool] = usual_port
    trust: ssl.SSLContext | None = None

    @contextmanager
    def open(
        self, url: str, headers: Mapping[str, str], deadline: float, refuse: Refuse
    ) -> Iterator[tuple[int, dict[str, str], Iterable[bytes]]]:
        """Status, headers (lower-case names) and the pieces of the body of one GET. Raises NotObtained."""
        backend = _Checked(self, deadline, refuse)
        # A little later than the deadline, so that who reads the end of the connection knows that the time is over.
        watch = threading.Timer(max(0.0, deadline - time.monotonic()) + 0.05, backend.give_up)
        watch.daemon = True
        watch.start()
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self.trust, network_backend=backend, retries=0) as pool,
                pool.stream("GET", url, headers=list(headers.items())) as answer,
            ):
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in answer.headers}
                yield answer.status, found, answer.iter_stream()
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            if isinstance(error, httpcore.TimeoutException) or time.monotonic() >= deadline:
                raise refuse("the site took too long to answer") from error
            what = "the connection failed" if isinstance(error, httpcore.NetworkError) else "the answer is no HTTP"
            raise refuse(f"{what} ({error})") from error
        finally:
            watch.cancel()


class _Checked(httpcore.NetworkBackend):
    """Connects to the addresses of a host after all of them have been found public, and to nothing else."""

    def __init__(self, network: Network, deadline: float, refuse: Refuse) -> None:
        self._network = network
        self._deadline = deadline
        self._refuse = refuse
        self._sockets: list[socket.socket] = []

    def give_up(self) -> None:
        """End what is still being waited for, wherever that is: a handshake has no time limit as a whole."""
        for each in self._sockets:
            with contextlib.suppress(OSError):  # it is closed already
                each.shutdown(socket.SHUT_RDWR)

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        """A connection to the first address that answers."""
        last: Exception = httpcore.ConnectError("no address")
        for address in self._addresses(host, port):
            remaining = _remaining(self._deadline)
            try:
                stream = httpcore.SyncBackend().connect_tcp(str(address), port, timeout=remaining)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                last = error
                continue
            self._sockets.append(stream.get_extra_info("socket"))
            return _Timed(stream, self._deadline)
        raise last

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        """Never: a page of the web is not there."""
        raise self._refuse("local sockets are not fetched from")

    def _addresses(self, host: str, port: int) -> list[IPAddress]:
        """The addresses of a host. Raises NotObtained if one of them is not public, or there are none."""
        if len(host) > LONGEST_NAME:
            raise self._refuse("the name of the host is too long")
        try:
            address = literal(host.strip("[]"))
        except ValueError as error:
            raise self._refuse(str(error)) from error
        found = [address] if address is not None else self._resolved(host, port)
        if not found:
            raise self._refuse(f"there is no site named {host}")
        for each in found:
            why = self._network.why_not(each)
            if why is not None:
                raise self._refuse(f"{host} is at {each}, which is not public ({why}); nothing is fetched from there")
        return list(dict.fromkeys(found))

    def _resolved(self, host: str, port: int) -> list[IPAddress]:
        """As the network resolves it, within the time: the system's resolver has no limit of its own."""
        answers: queue.Queue[list[IPAddress] | Exception] = queue.Queue()

        def ask() -> None:
            try:
                answers.put(self._network.resolve(host, port))
            except (OSError, ValueError) as error:  # UnicodeError is a ValueError: no name of a host
                answers.put(error)

        threading.Thread(target=ask, daemon=True).start()
        try:
            answer = answers.get(timeout=_remaining(self._deadline))
        except queue.Empty:
            raise httpcore.ConnectTimeout("the name of the host could not be looked up in time") from None
        if isinstance(answer, Exception):
            raise self._refuse(f"there is no site named {host} ({answer})") from answer
        return answer


class _Timed(httpcore.NetworkStream):
    """A connection that ends when the time is over, however slowly the other side sends."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: float) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Bytes that have come in. An end that comes because the time is over is not the end of the page."""
        found = self._stream.read(max_bytes, _remaining(self._deadline))
        _remaining(self._deadline)
        return found

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send bytes."""
        self._stream.write(buffer, _remaining(self._deadline))

    def close(self) -> None:
        """End the connection."""
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """TLS under the name of the host, not under the address."""
        inner = self._stream.start_tls(ssl_context, server_hostname, _remaining(self._deadline))
        return _Timed(inner, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        """What httpcore asks of a connection."""
        return self._stream.get_extra_info(info)


def _remaining(deadline: float) -> float:
    """Seconds that are left. Raises httpcore.ReadTimeout when there are none."""
    left = deadline - time.monotonic()
    if left <= 0:
        raise httpcore.ReadTimeout("the time is over")
    return left
