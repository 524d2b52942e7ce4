"""Query strings, read as strictly as bodies."""

from rest_framework.request import Request

from messenger.inputs import Fields, Value

_BOOLEANS: dict[Value, bool] = {"true": True, "1": True, "false": False, "0": False}
_MAX_DIGITS = 18


class QueryFields(Fields):
    """Reads `Fields` from a query string, where numbers and booleans are written as text."""

    def _boolean_of(self, value: Value | None) -> Value | None:
        return _BOOLEANS.get(value.lower(), value) if isinstance(value, str) else value

    def _integer_of(self, value: Value | None) -> Value | None:
        if not isinstance(value, str) or len(value) > _MAX_DIGITS or not value.isascii():
            return value
        return int(value) if value.removeprefix("-").isdecimal() else value


def query_of(request: Request) -> QueryFields:
    """A reader of the query string: an empty value counts as absent, of a repeated name the last one counts."""
    return QueryFields({name: value for name, value in request.query_params.items() if value != ""})


def page_size(query: Fields, *, default: int = 50, maximum: int = 100) -> int:
    """`limit`: at least 1, and at most `maximum` whatever was asked for.

    :raises ValidationFailed: no number, or less than 1.
    """
    wanted = query.integer("limit", minimum=1, maximum=10**9, required=False)
    return min(wanted or default, maximum)
