from django.urls import URLPattern, URLResolver, get_resolver

from config.apidoc import openapi
from config.apidoc.tables import operations
from messenger.api.operations.entries import Operation
from messenger.api.viewsets import ApiViewSet


def _patterns(resolver: URLResolver, before: str = "") -> list[tuple[str, URLPattern]]:
    found: list[tuple[str, URLPattern]] = []
    for item in resolver.url_patterns:
        path = f"{before}{item.pattern}"
        found += _patterns(item, path) if isinstance(item, URLResolver) else [(path, item)]
    return found


def test_every_method_of_every_route_has_an_entry() -> None:
    assert sorted(openapi.routes() - operations().keys()) == []


def test_no_entry_names_what_is_no_route() -> None:
    assert sorted(operations().keys() - openapi.routes()) == []


def test_every_address_below_v4_is_an_api_view_that_the_document_can_see() -> None:
    routes = [(path, item.callback) for path, item in _patterns(get_resolver()) if path.startswith("api/v4/")]

    assert len(routes) > 30
    assert [path for path, view in routes if not issubclass(getattr(view, "cls", object), ApiViewSet)] == []


def test_a_route_without_an_entry_would_be_seen() -> None:
    entry = next(iter(operations()))

    assert openapi.routes() - {key for key in operations() if key != entry} == {entry}


def test_an_alias_is_described_as_what_it_repeats() -> None:
    by_name = {entry.name: entry for entry in operations().values()}

    def gist(entry: Operation) -> object:
        return entry.method, entry.query, entry.form, entry.answers, sorted(e.code for e in entry.every_error)

    aliases = [entry for entry in by_name.values() if entry.alias_of and entry.name != "setTypingIn"]

    assert [entry.name for entry in aliases if gist(entry) != gist(by_name[entry.alias_of])] == []
