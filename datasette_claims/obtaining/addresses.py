"""Which addresses of the internet may be fetched from: public ones, and nothing that leads back inside.

Registries: IANA's special-purpose addresses for IPv4 and IPv6 (RFC 6890 and its updates).
"""

from __future__ import annotations

import ipaddress
import re

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

# Networks that carry an IPv4 address inside an IPv6 one, or that Python counts as global although nobody owns them.
NOT_PUBLIC: tuple[tuple[str, str], ...] = (
    ("0.0.0.0/8", "this very network"),
    ("100.64.0.0/10", "shared by a provider's customers"),
    ("192.0.0.0/24", "reserved for protocols"),
    ("192.88.99.0/24", "a 6to4 relay"),
    ("198.18.0.0/15", "reserved for measurements"),
    ("240.0.0.0/4", "reserved"),
    ("::/96", "an IPv4 address in disguise"),
    ("::ffff:0:0/96", "an IPv4 address in disguise"),
    ("64:ff9b::/96", "an IPv4 address in disguise (NAT64)"),
    ("64:ff9b:1::/48", "an IPv4 address in disguise (NAT64)"),
    ("100::/64", "a black hole"),
    ("2001::/23", "reserved for protocols, among them Teredo"),
    ("2001:db8::/32", "reserved for examples"),
    ("2002::/16", "an IPv4 address in disguise (6to4)"),
    ("3fff::/20", "reserved for examples"),
    ("5f00::/16", "reserved for segment routing"),
    ("fc00::/7", "private"),
    ("fe80::/10", "link-local"),
    ("fec0::/10", "site-local"),
    ("ff00::/8", "multicast"),
)
_NETWORKS = tuple((ipaddress.ip_network(network), why) for network, why in NOT_PUBLIC)

NUMERIC = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)


def why_not_public(address: IPAddress) -> str | None:
    """Why nothing is fetched from an address, in words; None where it is public."""
    if isinstance(address, ipaddress.IPv6Address) and address.scope_id:
        return "link-local"
    for network, why in _NETWORKS:
        if address.version == network.version and address in network:
            return why
    for why, holds in (
        ("loopback", address.is_loopback),
        ("link-local", address.is_link_local),
        ("multicast", address.is_multicast),
        ("unspecified", address.is_unspecified),
        ("private", address.is_private),
        ("reserved", address.is_reserved or not address.is_global),
    ):
        if holds:
            return why
    return None


def literal(host: str) -> IPAddress | None:
    """The address that a host name is, if it is one in its plain form. Raises ValueError for other ways to write one:
    2130706433, 0x7f.1 and 0177.0.0.1 are all 127.0.0.1 to some programs.
    """
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    last = host.rstrip(".").rpartition(".")[2]
    if NUMERIC.fullmatch(last) or ":" in host:
        raise ValueError(f"“{host}” is an unusual way to write an address")
    return None
