import pytest

from config.variables import VARIABLES, as_example
from tests.ground.processes import PRODUCTION, ROOT, run_python

_READ_SETTINGS = ("-c", "import config.settings")

_BAD = [
    ("SECRET_KEY", "short", "must have 50 characters or more; it has 5."),
    ("SECRET_KEY", VARIABLES["SECRET_KEY"].in_debug, "is the default of debug, which everybody knows."),
    ("JWT_SECRET", "x" * 31, "must have 32 characters or more; it has 31."),
    ("BASE_URL", "chat.example.com", "must be an address such as https://chat.example.com, not 'chat.example.com'."),
    ("BASE_URL", "http://chat.example.com", "must begin with https:// outside debug, not 'http://chat.example.com'."),
    ("MESSENGER_ALLOWED_ORIGINS", "https://a.example.com/x", "must be an address such as https://chat.example.com,"),
    ("DATABASE_URL", "mysql://db/messenger", "must look like postgresql://user:password@host:5432/name."),
    ("DATABASE_URL", "postgresql://db:many/messenger", "has a port that is no number."),
    ("REDIS_URL", "http://valkey", "must look like redis://host:6379/0, or be memory."),
    ("WEBSOCKET_MODE", "v3", "must be v2 or off, not 'v3'."),
    ("MESSENGER_DEBUG", "perhaps", "must be on or off, not 'perhaps'."),
    ("MESSENGER_RATE_LIMIT", "off", "may be off in debug only."),
    ("MESSENGER_RATE_LIMIT_FREE_MESSAGES", "30 a minute", "must look like 30/min;500/day, not '30 a minute'."),
    ("MESSENGER_RATE_LIMIT_PRO_PLUS_SOCKET_EVENTS", "10/fortnight", "must look like 30/min;500/day,"),
    ("MESSENGER_EDIT_WINDOW", "-1", "must be a whole number from 0 to 1000000000, not '-1'."),
    ("MESSENGER_ATTACHMENT_MAX_BYTES", "10 MB", "must be a whole number from 1 to 1073741824, not '10 MB'."),
    ("MESSENGER_S3_ENDPOINT", "minio:9000", "must be an address such as https://flows.example.com/hook, not"),
    ("MESSENGER_S3_KEY", "AKIA", "and MESSENGER_S3_SECRET are given together, or neither."),
    ("MESSENGER_CONTACT_POLICY", "nobody", "must be open or marketplace, not 'nobody'."),
    ("MESSENGER_SIGNUP_ROLES", "customer,admin", "may hold customer and supplier only."),
    ("MESSENGER_UNSAFE_COMMITS", "on", "may be on in debug only."),
    ("MESSENGER_BUS_FAULTS", "on", "may be on in debug only."),
    ("MESSENGER_PORT", "70000", "must be a whole number from 1 to 65535, not '70000'."),
    ("EMAIL_ENABLED", "on", "is missing, and EMAIL_ENABLED needs it."),
    ("BASE_URL", "https://[", "must be an address such as https://chat.example.com, not 'https://['."),
    ("BASE_URL", "https://chat.example.com:99999", "must be an address such as https://chat.example.com,"),
    ("ALLOWED_HOSTS", "https://chat.example.com", "must hold host names only, not 'https://chat.example.com'."),
    ("MESSENGER_TRUSTED_PROXIES", "nginx", "must hold addresses or networks, such as 10.0.0.0/8, not 'nginx'."),
    ("DATABASE_URL", "postgresql://[/messenger", "must look like postgresql://user:password@host:5432/name."),
    ("REDIS_URL", "redis://valkey:many/0", "must look like redis://host:6379/0, or be memory."),
    ("REDIS_URL", "redis://valkey:6379/first", "must look like redis://host:6379/0, or be memory."),
    ("MESSENGER_FLOW_WEBHOOK_URL", "https://[", "must be an address such as https://flows.example.com/hook,"),
    ("EMAIL_PORT", "smtp", "must be a whole number from 1 to 65535, not 'smtp'."),
    ("POSTMARK_FROM", "Messenger", "must be an e-mail address, not 'Messenger'."),
    ("FIREBASE_CREDENTIALS", __file__, "names no service account's JSON."),
    ("FIREBASE_CREDENTIALS", "/no/such/file.json", "names no file that can be read."),
]


def test_the_example_shows_every_setting() -> None:
    assert (ROOT / ".env.example").read_text() == as_example()


def test_the_product_starts_with_what_must_be_given() -> None:
    started = run_python(*_READ_SETTINGS, settings=PRODUCTION)

    assert (started.returncode, started.stderr) == (0, "")


@pytest.mark.parametrize("name", sorted(PRODUCTION))
def test_outside_debug_there_is_no_default_secret_host_or_origin(name: str) -> None:
    others = {key: value for key, value in PRODUCTION.items() if key != name}

    ended = run_python(*_READ_SETTINGS, settings=others)

    assert ended.returncode == 1
    assert ended.stderr == f"{name} is missing: {VARIABLES[name].meaning}.\n"


@pytest.mark.parametrize(("name", "value", "problem"), _BAD)
def test_a_bad_setting_stops_the_start_with_its_name(name: str, value: str, problem: str) -> None:
    ended = run_python(*_READ_SETTINGS, settings={**PRODUCTION, name: value})

    assert ended.returncode == 1
    named = "POSTMARK_API_KEY" if name == "EMAIL_ENABLED" else name
    assert ended.stderr.startswith(f"{named} {problem}")
    assert ended.stderr.count("\n") == 1


_BUCKET = {**PRODUCTION, "MESSENGER_S3_BUCKET": "files", "MESSENGER_S3_KEY": "key", "MESSENGER_S3_SECRET": "secret"}
_SHOW_STORAGE = "from config.settings import STORAGES; print(STORAGES['attachments'])"


def test_files_lie_in_the_state_folder_until_a_bucket_is_named() -> None:
    folder = run_python("-c", _SHOW_STORAGE, settings=PRODUCTION)
    bucket = run_python("-c", _SHOW_STORAGE, settings={**_BUCKET, "MESSENGER_S3_ENDPOINT": "http://minio:9000"})

    assert "FileSystemStorage" in folder.stdout
    options = (
        "{'bucket': 'files', 'prefix': '', 'endpoint': 'http://minio:9000', 'region': '', 'key': 'key', "
        "'secret': 'secret'}"
    )
    assert bucket.stdout == f"{{'BACKEND': 'config.buckets.Bucket', 'OPTIONS': {options}}}\n"


def test_a_bucket_needs_its_packages() -> None:
    without = (
        "import importlib.util as u; there = u.find_spec; u.find_spec = lambda n: n != 'storages' and there(n) or None"
    )

    ended = run_python("-c", f"{without}; import config.settings", settings=_BUCKET)

    assert (ended.returncode, ended.stderr) == (1, "MESSENGER_S3_BUCKET needs the packages of requirements-s3.lock.\n")


def test_a_mongodb_address_is_ignored_with_one_warning() -> None:
    started = run_python(*_READ_SETTINGS, settings={**PRODUCTION, "MONGODB_URI": "mongodb://old/messenger"})

    assert started.returncode == 0
    assert started.stderr.count("MONGODB_URI is ignored: messages are stored in PostgreSQL (DATABASE_URL).") == 1


def test_a_deployment_has_nothing_to_be_warned_of() -> None:
    checked = run_python("manage.py", "check", "--deploy", "--fail-level", "WARNING", settings=PRODUCTION)

    assert checked.stderr == ""
    assert checked.stdout == "System check identified no issues (0 silenced).\n"


def test_a_server_behind_nobody_it_trusts_says_why_nothing_but_redirects_comes() -> None:
    away = {**PRODUCTION, "DATABASE_URL": "postgresql:///messenger?host=/nowhere"}

    alone = run_python("-m", "config.serve", settings=away).stderr
    behind = run_python("-m", "config.serve", settings={**away, "MESSENGER_TRUSTED_PROXIES": "127.0.0.1"}).stderr

    assert ("MESSENGER_TRUSTED_PROXIES is empty" in alone, "MESSENGER_TRUSTED_PROXIES" in behind) == (True, False)
