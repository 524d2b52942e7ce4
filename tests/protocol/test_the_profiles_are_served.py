import subprocess
import sys
import time

import httpx
import pytest

from tests.ground.processes import ROOT, free_port


@pytest.mark.parametrize(
    ("more", "path", "other"), [([], "/socket.io/", "/engine.io/"), (["--engine"], "/engine.io/", "/socket.io/")]
)
def test_the_command_serves_one_profile_on_localhost(more: list[str], path: str, other: str) -> None:
    port = free_port()
    process = subprocess.Popen([sys.executable, "-m", "tests.conformance", "--port", str(port), *more], cwd=ROOT)
    try:
        found = _fetch(f"http://localhost:{port}{path}?EIO=4&transport=polling")
        missing = _fetch(f"http://localhost:{port}{other}?EIO=4&transport=polling")
    finally:
        process.terminate()
        process.wait(timeout=20)

    assert found.status_code == 200
    assert '"pingInterval":300,"pingTimeout":200,"maxPayload":1000000' in found.text
    assert missing.status_code == 404


def _fetch(address: str) -> httpx.Response:
    end = time.monotonic() + 30
    while True:
        try:
            return httpx.get(address)
        except httpx.TransportError:
            assert time.monotonic() < end
            time.sleep(0.05)
