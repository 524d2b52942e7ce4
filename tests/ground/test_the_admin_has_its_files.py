import pytest
from django.test import Client

_SHEET = "/static/admin/css/base.css"


def test_a_package_brings_its_files(client: Client, db: None) -> None:
    response = client.get(_SHEET)

    assert (response.status_code, response.headers["Content-Type"]) == (200, "text/css")
    assert b"/*" in response.content


def test_a_browser_that_has_the_file_is_told_so(client: Client, db: None) -> None:
    seen = client.get(_SHEET)

    again = client.get(_SHEET, headers={"if-modified-since": "Fri, 01 Jan 2100 00:00:00 GMT"})

    assert (seen.status_code, again.status_code, again.content) == (200, 304, b"")


@pytest.mark.parametrize("path", ["admin/no-such.css", "messenger/js/api.js", "admin", "admin/../../apps.py"])
def test_nothing_else_is_there(client: Client, db: None, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404
