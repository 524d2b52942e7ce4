from collections.abc import Callable, Mapping

Headers = list[tuple[bytes, bytes]]

_METHODS = b"GET, POST, OPTIONS"
_ASKED = frozenset({"authorization", "content-type"})
_PREFLIGHT_S = b"600"


class Cors:
    """Which pages of other origins may read answers, credentials included (contract: allowed origins, own host)."""

    def __init__(self, is_allowed: Callable[[Mapping[str, str]], bool]) -> None:
        self._is_allowed = is_allowed

    def headers(self, asked: Mapping[str, str]) -> Headers:
        """The headers that an answer to such a request carries."""
        origin = asked.get("origin")
        if origin is None:
            return []
        told: Headers = [(b"vary", b"Origin")]
        if self._is_allowed(asked):
            told.append((b"access-control-allow-origin", origin.encode("latin-1")))
            told.append((b"access-control-allow-credentials", b"true"))
        return told

    def preflight(self, asked: Mapping[str, str]) -> Headers | None:
        """The headers that a preflight is answered with; None where it is to be refused."""
        if "origin" not in asked or not self._is_allowed(asked):
            return None
        wanted = [name.strip().lower() for name in asked.get("access-control-request-headers", "").split(",")]
        granted = ", ".join(sorted(_ASKED.intersection(wanted)))
        more: Headers = [(b"access-control-allow-methods", _METHODS), (b"access-control-max-age", _PREFLIGHT_S)]
        if granted:
            more.append((b"access-control-allow-headers", granted.encode()))
        return self.headers(asked) + more
