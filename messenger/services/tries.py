"""How often a password may be guessed: 10 failures in 5 minutes per account and address, 100 per address alone."""

import hashlib
import ipaddress

from messenger.services import counters, limits
from messenger.services.counters import Window
from messenger.services.sign_ins import Caller

SECONDS = 300
PER_ACCOUNT = 10
PER_ADDRESS = 100

_IPV6_NETWORK = 64


def begin_try(*, account: str, caller: Caller, purpose: str = "password") -> list[Window]:
    """Count a try before it is made, so that many at once count as many; pass the answer to `forgive` if it succeeds.

    :raises RateLimited: too many have failed.
    """
    address = _network_of(caller)
    windows = [
        Window(key=_key(purpose, account.strip().lower(), address), limit=PER_ACCOUNT, seconds=SECONDS),
        Window(key=_key(purpose, address), limit=PER_ADDRESS, seconds=SECONDS),
    ]
    (hit,) = counters.take([windows])
    if hit is not None:
        limit, sentence = windows[hit.index].limit, "Too many tries; please wait a few minutes."
        raise limits.refusal_of(limit=limit, resets_in_s=hit.resets_in_s, message=sentence)
    return windows


def forgive(windows: list[Window]) -> None:
    """Take back a try that succeeded: only failures count."""
    counters.give_back(windows)


def _network_of(caller: Caller) -> str:
    """The address; of IPv6 the network, since one customer holds a whole one."""
    if caller.address is None:
        return ""
    address = ipaddress.ip_address(caller.address)
    if address.version == 6:
        return str(ipaddress.ip_network((address, _IPV6_NETWORK), strict=False))
    return str(address)


def _key(*parts: str) -> str:
    return f"messenger:tries:{hashlib.sha256(chr(0).join(parts).encode()).hexdigest()}"
