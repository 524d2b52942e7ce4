"""The only reader of the environment. A bad or missing value stops the start with the variable's name."""

import json
import os
import re
from collections.abc import Iterable, Mapping
from email.utils import parseaddr
from ipaddress import ip_network
from pathlib import Path
from typing import TypedDict
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from config.variables import VARIABLES

ROOT = Path(__file__).resolve().parent.parent

_ON = frozenset({"1", "on", "true", "yes"})
_OFF = frozenset({"0", "off", "false", "no", ""})
_SECONDS = {"s": 1, "sec": 1, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400}
_IGNORED = frozenset({"MONGODB_URI"})
_WEB = ("http", "https")
_RATE = re.compile(r"([1-9][0-9]{0,8})/([a-z]+)")

_environment: dict[str, str] = dict(os.environ)


class DatabaseAddress(TypedDict):
    NAME: str
    USER: str
    PASSWORD: str
    HOST: str
    PORT: str
    OPTIONS: dict[str, str]


class BadSetting(SystemExit):
    """Ends the process with one sentence that names the variable."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name} {problem}")
        self.name = name


def replace(values: Mapping[str, str], *, keeping: Iterable[str] = ()) -> None:
    """Read from `values`, and of the process's environment only what `keeping` names."""
    kept = {name: _environment[name] for name in keeping if name in _environment}
    _environment.clear()
    _environment.update({**values, **kept})


def for_children(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the process's environment with these changes, to start another process in: warned of is once enough."""
    return {**{name: value for name, value in os.environ.items() if name not in _IGNORED}, **changes}


def for_strangers(changes: Mapping[str, str]) -> dict[str, str]:
    """Return the process's environment with no setting of the product but these, to start another installation in."""
    return {**{name: value for name, value in os.environ.items() if name not in VARIABLES}, **changes}


def given(name: str) -> str | None:
    """Return what the environment says of `name`, `None` where it says nothing."""
    assert name in VARIABLES, f"{name} has no row in config/variables.py"
    return _environment.get(name) or None


def text(name: str) -> str:
    """Return the value, or the default that holds here; where there is none the start ends."""
    variable = VARIABLES[name]
    value = given(name)
    if value is None and variable.in_debug is not None and is_debug():
        value = variable.in_debug
    if value is None:
        value = variable.default
    if value is None:
        raise BadSetting(name, f"is missing: {variable.meaning}.")
    if "\0" in value or "\n" in value:
        raise BadSetting(name, "holds a line break or a NUL.")
    return value.strip()


def is_debug() -> bool:
    """Say whether a laptop's defaults hold."""
    return flag("MESSENGER_DEBUG")


def flag(name: str) -> bool:
    """Read on or off (also 1/0, true/false, yes/no)."""
    value = (given(name) or VARIABLES[name].default or "").strip().lower()
    if value in _ON:
        return True
    if value in _OFF:
        return False
    raise BadSetting(name, f"must be on or off, not {value!r}.")


def integer(name: str, *, minimum: int, maximum: int) -> int:
    """Read a whole number between the bounds, both included."""
    value = text(name)
    if not re.fullmatch(r"[0-9]{1,18}", value) or not minimum <= int(value) <= maximum:
        raise BadSetting(name, f"must be a whole number from {minimum} to {maximum}, not {value!r}.")
    return int(value)


def choice(name: str, *options: str) -> str:
    """Read one of `options`, whatever its case."""
    value = text(name).lower()
    if value not in options:
        raise BadSetting(name, f"must be {' or '.join(options)}, not {value!r}.")
    return value


def words(name: str) -> list[str]:
    """Read a comma-separated list."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def secret(name: str, *, at_least: int) -> str:
    """Read a secret of at least so many characters."""
    value = text(name)
    if len(value) < at_least:
        raise BadSetting(name, f"must have {at_least} characters or more; it has {len(value)}.")
    if not is_debug() and value == VARIABLES[name].in_debug:
        raise BadSetting(name, "is the default of debug, which everybody knows.")
    return value


def label(name: str) -> str:
    """Read a short name of letters, digits and hyphens; empty is fine."""
    value = text(name)
    if not re.fullmatch(r"[A-Za-z0-9-]{0,32}", value):
        raise BadSetting(name, f"may have letters, digits and hyphens, at most 32, not {value!r}.")
    return value


def path(name: str) -> Path:
    """Read a folder; a relative one lies in the project."""
    return ROOT / text(name)


def origin(name: str, value: str) -> str:
    """Check that `value` is a scheme, host and port and nothing more."""
    parts = _split(value)
    if parts is None or parts.scheme not in _WEB or parts.path or parts.query or parts.fragment:
        raise BadSetting(name, f"must be an address such as https://chat.example.com, not {value!r}.")
    if parts.scheme == "http" and not is_debug():
        raise BadSetting(name, f"must begin with https:// outside debug, not {value!r}.")
    return value


def rates(name: str) -> list[tuple[int, int]]:
    """Read `30/min;500/day` as `[(30, 60), (500, 86400)]`."""
    limits = []
    for part in text(name).split(";"):
        match = _RATE.fullmatch(part.strip().lower())
        if match is None or match[2] not in _SECONDS:
            raise BadSetting(name, f"must look like 30/min;500/day, not {part!r}.")
        limits.append((int(match[1]), _SECONDS[match[2]]))
    return limits


def points_by_word(name: str) -> dict[str, int]:
    """Read `casino=60,free money` as points by word, in small letters; 100 where none are given."""
    points: dict[str, int] = {}
    for part in words(name):
        word, _, number = part.partition("=")
        if not word.strip() or not re.fullmatch(r"([1-9][0-9]{0,3})?", number.strip()):
            raise BadSetting(name, f"must look like casino=60,free money, not {part!r}.")
        points[word.strip().casefold()] = int(number.strip() or 100)
    return points


def web_address(name: str) -> str:
    """Read the address of a web service, http or https, without user or fragment; empty where there is none."""
    value = text(name)
    parts = _split(value)
    if value and (parts is None or parts.scheme not in _WEB or "@" in parts.netloc or parts.fragment):
        raise BadSetting(name, f"must be an address such as https://flows.example.com/hook, not {value!r}.")
    return value


def days_by_type(name: str, types: Iterable[str]) -> dict[str, int]:
    """Read `direct=365,support=730` as days by type, each of them one of `types`."""
    days: dict[str, int] = {}
    for part in words(name):
        kind, _, number = part.partition("=")
        if kind not in types or not re.fullmatch(r"[1-9][0-9]{0,4}", number):
            raise BadSetting(name, f"must look like direct=365,support=730 (days), not {part!r}.")
        days[kind] = int(number)
    return days


def database(name: str, *, fallback: str) -> DatabaseAddress:
    """Read a PostgreSQL address as Django's NAME, USER, PASSWORD, HOST, PORT and libpq options."""
    try:
        parts = urlsplit(text(name) or fallback)
    except ValueError:
        parts = urlsplit("")
    database_name = unquote(parts.path.lstrip("/"))
    if parts.scheme not in ("postgres", "postgresql") or not database_name:
        raise BadSetting(name, "must look like postgresql://user:password@host:5432/name.")
    options = dict(parse_qsl(parts.query))
    try:
        port = parts.port
    except ValueError:
        raise BadSetting(name, "has a port that is no number.") from None
    return {
        "NAME": database_name,
        "USER": unquote(parts.username or options.pop("user", "")),
        "PASSWORD": unquote(parts.password or options.pop("password", "")),
        "HOST": options.pop("host", "") or parts.hostname or "",
        "PORT": str(port or options.pop("port", "")),
        "OPTIONS": options,
    }


def redis(name: str, *, fallback: str) -> str:
    """Read the address of Valkey or Redis, or `memory`."""
    value = text(name) or fallback
    if value != "memory" and not _is_redis(value):
        raise BadSetting(name, "must look like redis://host:6379/0, or be memory.")
    return value


def hosts(name: str) -> list[str]:
    """Read the names that are served; `*` is any, `.example.com` with all below it."""
    for value in words(name):
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]", value):
            raise BadSetting(name, f"must hold host names only, not {value!r}.")
    return words(name)


def networks(name: str) -> list[str]:
    """Read addresses and networks; `*` is any."""
    for value in words(name):
        try:
            ip_network("0.0.0.0/0" if value == "*" else value)
        except ValueError:
            problem = f"must hold addresses or networks, such as 10.0.0.0/8, not {value!r}."
            raise BadSetting(name, problem) from None
    return words(name)


def mail_address(name: str) -> str:
    """Read an e-mail address, alone or as `Name <address>`; empty where there is none."""
    value = text(name)
    if value and not re.fullmatch(r"[^@\s]+@[^@\s]+\.[^@\s]+", parseaddr(value)[1]):
        raise BadSetting(name, f"must be an e-mail address, not {value!r}.")
    return value


def service_account(name: str) -> str:
    """Read the path of a service account's file; empty where there is none."""
    value = text(name)
    if not value:
        return ""
    try:
        account = json.loads(Path(value).read_bytes())
    except OSError:
        raise BadSetting(name, "names no file that can be read.") from None
    except ValueError:
        account = None
    if not isinstance(account, dict) or not {"client_email", "private_key"} <= account.keys():
        raise BadSetting(name, "names no service account's JSON.")
    return value


def _split(address: str) -> SplitResult | None:
    """Take an address apart; None where it names no host, or a port that is none."""
    try:
        parts = urlsplit(address)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _is_redis(address: str) -> bool:
    if address.startswith("unix:///"):
        return True
    parts = _split(address)
    return parts is not None and parts.scheme in ("redis", "rediss") and bool(re.fullmatch(r"(/[0-9]*)?", parts.path))
