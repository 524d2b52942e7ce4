"""Every environment variable that the product reads, one row each; `.env.example` shows the same table."""

from dataclasses import dataclass

TIERS = ("FREE", "PRO", "PRO_PLUS")
CONVERSATION_TYPES = (
    "direct",
    "group",
    "marketplace",
    "enquiry",
    "supplier_network",
    "support",
    "campaign",
    "bid",
)

# what one person may do, by tier: "30/min;500/day" holds both at once
_LIMITS = {
    "MESSAGES": ("30/min;1000/day", "120/min;10000/day", "300/min;50000/day"),
    "CONVERSATIONS": ("10/min;50/day", "30/min;300/day", "60/min;1000/day"),
    "UPLOADS": ("20/min;100/day", "60/min;1000/day", "120/min;5000/day"),
    "SEARCH": ("30/min;1000/day", "60/min;5000/day", "120/min;20000/day"),
    "READS": ("600/min", "1200/min", "2400/min"),
    "SOCKET_EVENTS": ("100/min", "300/min", "600/min"),
}


@dataclass(frozen=True, kw_only=True)
class Variable:
    """One setting. No `default` at all means that it must be given, or in debug that `in_debug` holds."""

    name: str
    meaning: str
    default: str | None = ""
    in_debug: str | None = None
    secret: bool = False


_SERVER = (
    Variable(name="MESSENGER_DEBUG", meaning="on: a laptop's defaults below hold; never on a server", default="off"),
    Variable(
        name="SECRET_KEY",
        meaning="signs sessions and reset links, 50 characters or more",
        default=None,
        in_debug="debug-only-secret-key-that-no-server-outside-debug-takes",
        secret=True,
    ),
    Variable(
        name="JWT_SECRET",
        meaning="signs access tokens, 32 characters or more",
        default=None,
        in_debug="debug-only-jwt-secret-that-no-server-outside-debug-takes",
        secret=True,
    ),
    Variable(name="ALLOWED_HOSTS", meaning="host names served, comma-separated", default=None, in_debug="*"),
    Variable(
        name="BASE_URL",
        meaning="public address, used in mails; https:// outside debug",
        default=None,
        in_debug="http://127.0.0.1:8000",
    ),
    Variable(name="MESSENGER_ALLOWED_ORIGINS", meaning="further origins whose cookies count on sockets and forms"),
    Variable(name="MESSENGER_HOST", meaning="address that the web process listens on", default="127.0.0.1"),
    Variable(name="MESSENGER_PORT", meaning="its port", default="8000"),
    Variable(name="MESSENGER_PROCESS", meaning="name of this one of several web processes, begins its polling ids"),
    Variable(name="MESSENGER_TRUSTED_PROXIES", meaning="addresses of proxies whose X-Forwarded-For and -Proto count"),
    Variable(
        name="MESSENGER_HSTS_SECONDS", meaning="how long browsers keep to https; 0 switches it off", default="31536000"
    ),
    Variable(name="MESSENGER_STATE", meaning="folder of engines, files and mails", default=".state"),
    Variable(name="MESSENGER_METRICS_TOKEN", meaning="opens /metrics beyond loopback, as a Bearer token", secret=True),
    Variable(name="MESSENGER_LOG_LEVEL", meaning="debug, info, warning or error", default="info"),
)

_STORES = (
    Variable(
        name="DATABASE_URL",
        meaning="postgresql://user:password@host:port/name; in debug the embedded PostgreSQL",
        default=None,
        in_debug="",
        secret=True,
    ),
    Variable(
        name="MESSENGER_UNSAFE_COMMITS",
        meaning="on: take a database that may lose commits; in debug only, for tests",
        default="off",
    ),
    Variable(name="DATABASE_POOL_SIZE", meaning="connections a process keeps open at most", default="16"),
    Variable(
        name="REDIS_URL",
        meaning="redis://host:port/0, or memory for one process; in debug the embedded Valkey",
        default=None,
        in_debug="",
        secret=True,
    ),
    Variable(name="MONGODB_URI", meaning="ignored with one warning: the store is PostgreSQL", secret=True),
)

_MAIL = (
    Variable(
        name="EMAIL_ENABLED", meaning="on: mails leave by Postmark; off: they are written as files", default="off"
    ),
    Variable(name="POSTMARK_API_KEY", meaning="the Postmark server's token; needed by EMAIL_ENABLED", secret=True),
    Variable(name="POSTMARK_FROM", meaning="sender's address; needed by EMAIL_ENABLED"),
    Variable(name="EMAIL_HOST", meaning="Postmark's SMTP host, or a relay of your own", default="smtp.postmarkapp.com"),
    Variable(name="EMAIL_PORT", meaning="its port, with STARTTLS", default="587"),
    Variable(name="FIREBASE_CREDENTIALS", meaning="path of a service account's JSON; empty: no push", secret=True),
)

_RULES = (
    Variable(name="WEBSOCKET_MODE", meaning="v2, or off without Socket.IO", default="v2"),
    Variable(name="MESSENGER_CONTACT_POLICY", meaning="who may write to whom: open or marketplace", default="open"),
    Variable(name="MESSENGER_SIGNUP_ROLES", meaning="roles that people may sign up as", default="customer"),
    Variable(
        name="MESSENGER_CONNECTIONS_PER_USER",
        meaning="open sockets of one person; 0 is no limit",
        default="20",
    ),
    Variable(
        name="MESSENGER_CONNECTIONS_PER_ADDRESS",
        meaning="open sockets from one address; 0 is no limit",
        default="200",
    ),
    Variable(
        name="MESSENGER_REQUEST_PATIENCE",
        meaning="seconds for a request's head, and in which as many KiB of its body must come; else 408",
        default="30",
    ),
    Variable(
        name="MESSENGER_PRESENCE_LEASE",
        meaning="seconds without a sign of life until offline; idle clients give one every 25 to 30 s",
        default="75",
    ),
    Variable(
        name="MESSENGER_PRESENCE_GRACE", meaning="seconds from the last closed connection to offline", default="8"
    ),
    Variable(name="MESSENGER_EDIT_WINDOW", meaning="seconds in which a message may be edited", default="900"),
    Variable(name="MESSENGER_ATTACHMENT_MAX_BYTES", meaning="largest single file", default="10485760"),
    Variable(
        name="MESSENGER_S3_BUCKET",
        meaning="keeps files in this S3 bucket; empty: in the state folder. Needs the packages of requirements-s3.lock",
    ),
    Variable(name="MESSENGER_S3_PREFIX", meaning="how the names of all files in the bucket begin"),
    Variable(name="MESSENGER_S3_ENDPOINT", meaning="address of an S3 server of your own; empty: Amazon's"),
    Variable(name="MESSENGER_S3_REGION", meaning="the bucket's region"),
    Variable(name="MESSENGER_S3_KEY", meaning="access key; empty: the machine's own role"),
    Variable(name="MESSENGER_S3_SECRET", meaning="its secret", secret=True),
    Variable(
        name="MESSENGER_FLOW_WEBHOOK_URL", meaning="where actions in campaign and bid conversations are posted, signed"
    ),
    Variable(name="MESSENGER_FLOW_WEBHOOK_SECRET", meaning="signs what is posted there", secret=True),
    Variable(
        name="MESSENGER_LINK_PREVIEWS",
        meaning="on: this server fetches the pages that messages link to, for a preview",
        default="off",
    ),
    Variable(
        name="MESSENGER_ERASE_MESSAGES",
        meaning="what an erased account wrote to others: keep (as Deleted user) or delete",
        default="keep",
    ),
    Variable(
        name="MESSENGER_RETENTION",
        meaning="days that messages are kept, by type of conversation, such as direct=365,support=730; else for ever",
    ),
    Variable(name="MESSENGER_SPAM_SCORE", meaning="points from which a message is refused; 0: none is", default="100"),
    Variable(name="MESSENGER_SPAM_WORDS", meaning="words that count as spam, with their points: casino=60,free money"),
    Variable(
        name="MESSENGER_STAY_ON_CORE",
        meaning="keep a web process's loop and its sending threads on one core: on or off",
        default="on",
    ),
    Variable(name="MESSENGER_FANOUT_SHARDS", meaning="groups that the bus is spread over", default="1"),
    Variable(
        name="MESSENGER_DEMO_PASSWORD", meaning="of the demo people", default="", in_debug="demo-password", secret=True
    ),
    Variable(name="MESSENGER_DEBUG_HOOKS", meaning="on: window.messengerDebug in pages", default="off"),
    Variable(
        name="MESSENGER_BUS_FAULTS",
        meaning="on: the bus loses, doubles and delays what `verify_sync` orders; in debug only",
        default="off",
    ),
    Variable(name="MESSENGER_RATE_LIMIT", meaning="off switches tier limits off, in debug only", default="on"),
)

_COUNTED = {"READS": "reads (lists, conversations, pages of messages, contacts, syncs, exports by REST)"}

_RATES = tuple(
    Variable(
        name=f"MESSENGER_RATE_LIMIT_{tier}_{what}",
        meaning=f"{_COUNTED.get(what) or what.lower().replace('_', ' ')} of one {tier.lower()} account",
        default=limits[index],
    )
    for what, limits in _LIMITS.items()
    for index, tier in enumerate(TIERS)
)

VARIABLES = {variable.name: variable for variable in (*_SERVER, *_STORES, *_MAIL, *_RULES, *_RATES)}
RATE_LIMIT_NAMES = tuple(variable.name for variable in _RATES)


def as_example() -> str:
    """Spell the table as `.env.example`: what must be given is open, what has a default is shown and commented out."""
    lines = [
        "# Every setting of the product. Copy to .env, which ./dev reads; on a server give it to systemd or compose.",
        "# `make env-example` writes this file from config/variables.py.",
    ]
    for variable in VARIABLES.values():
        in_debug = f" (in debug: {variable.in_debug})" if variable.in_debug else ""
        must = "must be given outside debug; " if variable.default is None else ""
        lines += ["", f"# {must}{variable.meaning}{in_debug}"]
        lines.append(f'{variable.name}=""' if variable.default is None else f'#{variable.name}="{variable.default}"')
    return "\n".join([*lines, ""])
