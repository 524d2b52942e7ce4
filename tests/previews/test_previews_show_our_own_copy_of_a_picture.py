import io
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.utils import timezone
from PIL import Image

from messenger.models import Message, Participant, PreviewPicture, User
from messenger.services import link_previews, public_web
from messenger.services.attachments import sweep_unsent
from messenger.services.editing import wipe_deleted_messages
from messenger.services.page_heads import PageHead
from tests.files import samples
from tests.files.test_files_travel_with_messages import fetch
from tests.previews.conftest import Web
from tests.rest import Rest
from tests.talks import CONVERSATIONS, M, open_direct, say

HOST = "http://tents.example.com"
LINK = f"{HOST}/marquees"

Fetch = Callable[[], int]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: LazySettings) -> Path:
    """Files of one test, in a folder of its own."""
    kept = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "attachments": kept}
    return tmp_path / "files"


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def show(web: Web, picture: str, content: bytes = b"", *, kind: str = "image/png") -> None:
    """Let the page name this picture, and the web serve it."""
    web.says("/marquees", f'<title>Tents</title><meta property="og:image" content="{picture}">')
    if content:
        web.says("/big.png", content, kind=kind)


@pytest.fixture
def talk(as_alice: Rest, bob: User) -> str:
    return open_direct(as_alice, bob)


@pytest.fixture
def message(as_alice: Rest, talk: str, previews: Fetch, web: Web) -> dict[str, Any]:
    """A message of alice with a preview and its picture."""
    show(web, "/big.png", samples.picture(size=(1200, 630)))
    sent = say(as_alice, talk, LINK)
    previews()
    shown: dict[str, Any] = as_alice.get(f"{CONVERSATIONS}/{talk}/messages?around={sent['id']}")[1]["messages"][0]
    return shown


def test_it_is_a_small_copy_at_an_address_of_ours(message: dict[str, Any], bob: User, web: Web, folder: Path) -> None:
    url = message["linkPreview"]["imageUrl"]

    got = fetch(bob, url)

    assert url == f"{M}/previews/{PreviewPicture.objects.get().pk}"
    assert (got.status_code, got["Content-Type"], got["X-Content-Type-Options"]) == (200, "image/webp", "nosniff")
    assert (got["Cache-Control"], got["Content-Security-Policy"]) == (
        "private, no-cache",
        "sandbox; default-src 'none'",
    )
    with Image.open(io.BytesIO(got.body)) as picture:
        assert (picture.format, picture.size) == ("WEBP", (480, 252))
    assert [path.read_bytes() for path in files_in(folder)] == [got.body]
    assert fetch(bob, url, **{"If-None-Match": got["ETag"]}).status_code == 304
    assert fetch(bob, url, Range="bytes=0-3").body == b"RIFF"


def test_place_and_camera_do_not_come_along(
    as_alice: Rest, bob: User, talk: str, previews: Fetch, web: Web, folder: Path
) -> None:
    show(web, "/big.png", samples.photo_with_place())
    say(as_alice, talk, LINK)

    previews()

    (path,) = files_in(folder)
    with Image.open(path) as picture:
        assert (picture.format, dict(picture.getexif())) == ("WEBP", {})


def test_nothing_of_the_people_goes_along(message: dict[str, Any], web: Web) -> None:
    assert [request.split(" ")[1] for request in web.asked] == ["/marquees", "/big.png"]
    names = [sorted(line.split(":")[0] for line in request.split("\r\n")[1:] if line) for request in web.asked]
    assert names == [["Accept", "Accept-Encoding", "Connection", "Host", "User-Agent"]] * 2


def test_only_who_may_read_the_message_gets_it(
    message: dict[str, Any], alice: User, bob: User, mallory: User, talk: str
) -> None:
    url = message["linkPreview"]["imageUrl"]
    absent = fetch(mallory, f"{M}/previews/987654321")

    refused = fetch(mallory, url)

    assert (refused.status_code, refused.json()) == (404, absent.json())
    assert Rest().django.get(url).status_code == 401
    Participant.objects.filter(user=bob).update(history_from_seq=99)
    assert [fetch(person, url).status_code for person in (alice, bob)] == [200, 404]
    Participant.objects.filter(user=alice).update(left_at=timezone.now())
    assert fetch(alice, url).status_code == 404


@pytest.mark.parametrize("change", ["remove", "edit"])
def test_it_goes_with_its_preview(
    message: dict[str, Any],
    as_alice: Rest,
    bob: User,
    talk: str,
    folder: Path,
    django_capture_on_commit_callbacks: Any,
    change: str,
) -> None:
    path = f"{CONVERSATIONS}/{talk}/messages/{message['id']}"

    with django_capture_on_commit_callbacks(execute=True):
        if change == "remove":
            status, answer = as_alice.post(f"{path}/preview/remove")
        else:
            status, answer = as_alice.patch(path, {"content": "No link any more"})

    assert (status, answer["message"]["linkPreview"]) == (200, None)
    assert fetch(bob, message["linkPreview"]["imageUrl"]).status_code == 404
    assert (files_in(folder), PreviewPicture.objects.count()) == ([], 0)


def test_it_goes_with_its_message(message: dict[str, Any], as_alice: Rest, bob: User, folder: Path) -> None:
    as_alice.delete(f"{M}/messages/{message['id']}")
    assert fetch(bob, message["linkPreview"]["imageUrl"]).status_code == 404
    Message.objects.update(deleted_at=timezone.now() - timedelta(minutes=1))

    assert wipe_deleted_messages() == 1

    assert (files_in(folder), PreviewPicture.objects.count()) == ([], 0)


def test_it_comes_back_with_a_restored_message(message: dict[str, Any], as_alice: Rest, talk: str, bob: User) -> None:
    as_alice.delete(f"{M}/messages/{message['id']}")

    as_alice.post(f"{CONVERSATIONS}/{talk}/messages/{message['id']}/restore")

    assert fetch(bob, message["linkPreview"]["imageUrl"]).status_code == 200


def test_one_that_no_message_shows_is_swept(message: dict[str, Any], folder: Path) -> None:
    PreviewPicture.objects.update(message=None)

    assert sweep_unsent() == 1

    assert files_in(folder) == []


def test_its_address_is_that_of_the_page_in_the_end(as_alice: Rest, talk: str, previews: Fetch, web: Web) -> None:
    web.says("/shop/tents", '<title>Tents</title><meta property="og:image" content="big.png">')
    web.says("/shop/big.png", samples.picture(), kind="image/png")
    web.sends_to("/t", "/shop/tents")
    say(as_alice, talk, f"{HOST}/t")

    previews()

    assert [request.split(" ")[1] for request in web.asked] == ["/t", "/shop/tents", "/shop/big.png"]
    assert PreviewPicture.objects.count() == 1


@pytest.mark.parametrize(
    "picture",
    [
        "http://127.0.0.1/big.png",
        "http://inner.example.com/big.png",
        "http://tents.example.com:8080/big.png",
        "//[::1]/big.png",
        "http://[broken/big.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "file:///etc/passwd",
        "/away",
        "/missing",
        "http://nobody.example.com/big.png",
    ],
)
def test_a_picture_out_of_reach_is_left_out(
    as_alice: Rest, talk: str, previews: Fetch, web: Web, folder: Path, picture: str
) -> None:
    web.addresses["inner.example.com"] = ["192.168.0.10"]
    web.sends_to("/away", "http://169.254.169.254/latest/meta-data/")
    web.says("/missing", "no", status=404)
    show(web, picture)
    say(as_alice, talk, LINK)

    assert previews() == 1

    preview = Message.objects.get().link_preview
    assert preview is not None
    assert (preview["title"], preview["imageUrl"]) == ("Tents", None)
    assert {ip for ip, _ in web.connected} == {"93.184.216.34"}
    assert files_in(folder) == []


@pytest.mark.parametrize(
    "content",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b"<!doctype html><title>x</title>",
        samples.PDF,
        b"just text",
        samples.picture()[:40],
        samples.png_claiming(50_000, 50_000),
        samples.picture() + b"\0" * public_web.MAX_PICTURE_BYTES,
    ],
    ids=["svg", "html", "pdf", "text", "cut off", "too many pixels", "too many bytes"],
)
def test_what_is_no_harmless_picture_is_left_out(
    as_alice: Rest, talk: str, previews: Fetch, web: Web, folder: Path, content: bytes
) -> None:
    show(web, "/big.png", content)
    say(as_alice, talk, LINK)

    assert previews() == 1

    preview = Message.objects.get().link_preview
    assert preview is not None
    assert (preview["title"], preview["imageUrl"]) == ("Tents", None)
    assert (files_in(folder), PreviewPicture.objects.count()) == ([], 0)


def test_a_message_that_went_meanwhile_leaves_no_file(as_alice: Rest, talk: str, folder: Path) -> None:
    sent = say(as_alice, talk, LINK)
    as_alice.delete(f"{M}/messages/{sent['id']}")
    head = PageHead(title="Tents", description="", site_name="")

    link_previews.put_preview(message_id=int(sent["id"]), link=LINK, head=head, picture=b"a copy")

    assert (files_in(folder), PreviewPicture.objects.count()) == ([], 0)
