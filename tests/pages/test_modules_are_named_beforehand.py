import re

from django.test import Client

from messenger.models import User
from messenger.pages.modules import modules_of


def test_all_that_is_imported_is_found_once() -> None:
    found = modules_of("js/pages/messenger.js", "js/elements/messenger-app.js")

    assert len(found) == len(set(found))
    assert {"js/boot.js", "js/engine.js", "js/elements/message-item.js", "js/views/links.js"} <= set(found)
    assert "js/quick-compose-v4.js" not in found


def test_the_page_names_files_that_are_there(alice: User) -> None:
    client = Client()
    client.force_login(alice)

    page = client.get("/messenger/").content.decode()

    named = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    assert [client.get(address).status_code for address in named] == [200] * len(named)
    assert named[0] == "/messenger/js/pages/messenger.js"
