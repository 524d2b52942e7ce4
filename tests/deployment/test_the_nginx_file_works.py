"""`deploy/nginx/messenger.conf`, run by a real nginx on loopback before two processes; only its addresses differ."""

import asyncio
import http.client
import json
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import connect

from messenger.models import User
from tests.cluster.clusters import Cluster
from tests.ground.processes import ROOT, free_port
from tests.live import direct, token_of, unlimited
from tests.servers import Server

Json = dict[str, Any]
POLLING = "/socket.io/?EIO=4&transport=polling"
TRUSTING = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
TRUSTING.check_hostname, TRUSTING.verify_mode = False, ssl.CERT_NONE

_AROUND = """
user root; daemon off; pid {folder}/pid; error_log {folder}/errors warn; worker_processes 1;
events {{ worker_connections 512; }}
http {{
    access_log off; client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
    {server}
}}
"""


def _file_for(cluster: Cluster, folder: Path, port: int) -> str:
    text = (ROOT / "deploy" / "nginx" / "messenger.conf").read_text()
    changes = {
        "127.0.0.1:8001": f"127.0.0.1:{cluster.first.port}",
        "127.0.0.1:8002": f"127.0.0.1:{cluster.second.port}",
        '"~^8001': '"~^web1',
        '"~^8002': '"~^web2',
        "listen 80;": f"listen 127.0.0.1:{free_port()};",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "/etc/ssl/messenger": str(folder),
    }
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    return _AROUND.format(folder=folder, server=text)


@pytest.fixture
def nginx(cluster: Cluster, tmp_path: Path) -> Iterator[int]:
    """The port of an nginx before the cluster."""
    if shutil.which("nginx") is None or shutil.which("openssl") is None:
        pytest.skip("nginx or openssl is not installed: the file cannot be run (Debian: apt-get install nginx-light)")
    certificate = ["-keyout", str(tmp_path / "key.pem"), "-out", str(tmp_path / "fullchain.pem"), "-days", "2"]
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", *certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    port = free_port()
    (tmp_path / "nginx.conf").write_text(_file_for(cluster, tmp_path, port))
    process = subprocess.Popen(["nginx", "-p", str(tmp_path), "-c", str(tmp_path / "nginx.conf")])
    try:
        until = time.monotonic() + 10
        while not _listens(port):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def ask(port: int, method: str, path: str, body: bytes | None = None, token: str = "") -> tuple[int, bytes]:
    """One request on a connection of its own."""
    connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=20, context=TRUSTING)
    try:
        headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def test_polling_finds_its_process(nginx: int) -> None:
    sids = [json.loads(ask(nginx, "GET", POLLING)[1][1:])["sid"] for _ in range(6)]

    posts = [ask(nginx, "POST", f"{POLLING}&sid={sid}", b"40") for sid in sids]
    polls = [ask(nginx, "GET", f"{POLLING}&sid={sid}") for sid in sids]

    assert {sid.partition(".")[0] for sid in sids} == {"web1", "web2"}
    assert [status for status, _ in (*posts, *polls)] == [200] * 12


async def test_sockets_are_upgraded(nginx: int, alice: User, bob: User) -> None:
    place = direct(alice, bob)
    address = f"wss://127.0.0.1:{nginx}/ws/messenger/?token={token_of(alice)}"

    async with connect(address, ssl=TRUSTING, proxy=None) as client:
        hello = json.loads(await client.recv())
        data = {"conversationId": place, "content": "Through nginx"}
        await client.send(json.dumps({"event": "messenger:v4:send", "data": data, "ref": "1"}))
        while "ref" not in (answer := json.loads(await client.recv())):
            pass

    assert (hello["event"], answer["ok"]) == ("messenger:v4:hello", True)


def test_bodies_are_bounded_and_measures_are_not_for_all(nginx: int) -> None:
    assert ask(nginx, "POST", "/api/v4/messenger/uploads", b"x" * (31 * 1024 * 1024))[0] == 413
    assert [ask(nginx, "GET", path)[0] for path in ("/metrics", "/readyz", "/healthz")] == [403, 403, 200]


async def test_one_process_after_the_other_is_replaced_and_no_request_fails(
    nginx: int, cluster: Cluster, alice: User, bob: User
) -> None:
    unlimited(alice, bob)
    path, token = f"/api/v4/messenger/conversations/{direct(alice, bob)}/messages", token_of(alice)
    statuses: list[int] = []
    is_over = asyncio.Event()

    async def post_on() -> None:
        while not is_over.is_set():
            body = json.dumps({"content": f"Number {len(statuses)}"}).encode()
            statuses.append((await asyncio.to_thread(ask, nginx, "POST", path, body, token))[0])

    posting = [asyncio.create_task(post_on()) for _ in range(3)]
    for server in (cluster.first, cluster.second):
        await asyncio.sleep(0.5)
        await asyncio.to_thread(_replace, server)
    is_over.set()
    await asyncio.gather(*posting)

    assert len(statuses) > 50
    assert set(statuses) == {201}


def _replace(server: Server) -> None:
    assert server.process is not None
    server.process.send_signal(signal.SIGTERM)
    server.process.wait(timeout=20)
    server.start()
