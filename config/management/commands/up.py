import signal
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import redis
from django.core.management import CommandParser
from django.core.management.base import BaseCommand, CommandError

from config import env
from config.engines.sets import EngineSet
from config.supervision import Household, spelled, what_hinders

DEMO_PEOPLE = (
    ("alice@example.com", "customer"),
    ("bob@example.com", "supplier"),
    ("carol@example.com", "supplier"),
    ("mallory@example.com", "customer nobody knows"),
    ("adam@example.com", "admin"),
)


class Command(BaseCommand):
    """Serve the whole product from this machine: engines, web, jobs. Ctrl-C ends all of it."""

    help = "Start everything, and say where it is."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, help="port of the web process (MESSENGER_PORT, 8000)")
        parser.add_argument("--state", type=Path, help="folder of engines, files and mails (MESSENGER_STATE, .state)")
        parser.add_argument(
            "--fresh", action="store_true", help="forget what the embedded engines held, files and mails"
        )
        parser.add_argument("--web", type=int, default=1, help="number of web processes, behind a small front (1)")
        parser.add_argument("--no-demo", action="store_true", help="do not make demo people and conversations")

    def handle(self, *_: object, **options: Any) -> None:
        started_at = time.monotonic()
        host, port = _place(options["port"])
        _refuse(options)
        state = (options["state"] or env.path("MESSENGER_STATE")).resolve()
        address = f"http://{spelled(host, port)}"
        household = Household(
            {
                "MESSENGER_STATE": str(state),
                "MESSENGER_HOST": host,
                "MESSENGER_PORT": str(port),
                "BASE_URL": env.given("BASE_URL") or address,
            }
        )
        signal.signal(signal.SIGTERM, household.end)
        signal.signal(signal.SIGHUP, household.end)
        signal.signal(signal.SIGINT, household.end)
        engines = EngineSet(state)
        try:
            needed = {"postgres": env.given("DATABASE_URL") is None, "valkey": env.given("REDIS_URL") is None}
            if any(needed.values()):
                self._say("Starting PostgreSQL and Valkey")
            engines.start(**needed, fresh=options["fresh"])
            self._say("Preparing the database")
            household.run("manage.py", "prepare", "--no-demo")
            many = "web process" if options["web"] == 1 else f"{options['web']} web processes"
            self._say(f"Starting the {many} and the jobs")
            household.start_web(options["web"])
            has_demo = not options["no_demo"] and bool(env.text("MESSENGER_DEMO_PASSWORD"))
            if has_demo:
                # beside the web process, which takes as long to start
                household.run("manage.py", "seed_demo")
            household.await_web()
            if env.given("REDIS_URL") != "memory":
                household.start_jobs()
            self._welcome(f"{address}/", seconds=time.monotonic() - started_at, demo=has_demo)
            household.watch(self._say, engines=engines.start_again)
        finally:
            household.stop()
            engines.stop()
            self._say("Stopped")

    def _welcome(self, address: str, *, seconds: float, demo: bool) -> None:
        lines = ["", f"Messenger is at {address} (after {seconds:.1f} s). Ctrl-C ends it."]
        if demo:
            lines += ["", f"Sign in with the password {env.text('MESSENGER_DEMO_PASSWORD')} as one of", ""]
            lines += [f"    {email:22}{role}" for email, role in DEMO_PEOPLE]
        self.stdout.write("\n".join([*lines, ""]))
        self.stdout.flush()

    def _say(self, step: str) -> None:
        self.stdout.write(f"{step} …")
        self.stdout.flush()


def _place(port: int | None) -> tuple[str, int]:
    host = env.text("MESSENGER_HOST")
    if port is None:
        port = env.integer("MESSENGER_PORT", minimum=1, maximum=65535)
    if not 1 <= port <= 65535:
        raise CommandError(f"--port takes a number from 1 to 65535, not {port}.")
    if hindrance := what_hinders(host, port):
        raise CommandError(hindrance)
    return host, port


def _refuse(options: Mapping[str, Any]) -> None:
    """Refuse what cannot go together."""
    if options["web"] < 1:
        raise CommandError("--web takes a number of processes, 1 or more.")
    if options["web"] > 1 and env.given("REDIS_URL") == "memory":
        raise CommandError("REDIS_URL=memory is for one web process: several need Valkey to hear of each other.")
    if options["fresh"] and env.given("DATABASE_URL"):
        raise CommandError("--fresh forgets the embedded engines only, and DATABASE_URL names another database.")
    if env.given("REDIS_URL") not in (None, "memory") and not _answers(env.redis("REDIS_URL", fallback="")):
        raise CommandError("REDIS_URL names a Valkey or Redis that does not answer.")


def _answers(address: str) -> bool:
    try:
        with redis.Redis.from_url(address, socket_timeout=5, socket_connect_timeout=5) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False
