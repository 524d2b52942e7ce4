import hashlib
import json
from pathlib import Path

import pytest
from django.test import Client
from pytest_django.fixtures import Settings

VENDORED = Path(__file__).resolve().parent.parent.parent / "static" / "vendor"
SCRIPTS = ["socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"]
MAPS = [f"{name}.map" for name in SCRIPTS]


def test_vendored_files_are_what_the_manifest_says() -> None:
    packages = json.loads((VENDORED / "manifest.json").read_text())["packages"]

    for package in packages:
        folder = VENDORED / package["folder"]
        found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}
        assert found == package["files"]
        assert package["licenceFile"] in found
        assert {"name", "version", "licence", "source"} <= set(package)
    assert {path.name for path in VENDORED.iterdir()} == {"manifest.json", *(package["folder"] for package in packages)}


@pytest.mark.parametrize("name", [*SCRIPTS, *MAPS])
def test_the_script_its_variants_and_their_maps_are_there(client: Client, name: str) -> None:
    answer = client.get(f"/socket.io/{name}")

    assert answer.status_code == 200
    assert answer.content == (VENDORED / "socket.io-client" / name).read_bytes()
    kind = "application/json" if name.endswith(".map") else "application/javascript"
    assert answer.headers["Content-Type"] == f"{kind}; charset=utf-8"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_who_has_it_gets_it_no_more(client: Client) -> None:
    etag = client.get("/socket.io/socket.io.js").headers["ETag"]

    as_proxies_weaken_it = {"If-None-Match": f'"another", W/{etag}'}
    answer = client.get("/socket.io/socket.io.js", headers=as_proxies_weaken_it)

    assert (answer.status_code, answer.content) == (304, b"")


@pytest.mark.parametrize(
    "name", ["LICENSE", "manifest.json", "socket.io.msgpack.min.js", "nothing.js", "..%2fmanifest.json"]
)
def test_nothing_else_is(client: Client, name: str) -> None:
    assert client.get(f"/socket.io/{name}").status_code == 404


def test_with_socket_io_off_it_is_gone(client: Client, settings: Settings) -> None:
    settings.WEBSOCKET_MODE = "off"

    assert client.get("/socket.io/socket.io.js").status_code == 404
