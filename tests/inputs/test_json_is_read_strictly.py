import pytest

from messenger.errors import ValidationFailed
from messenger.inputs import load_json
from messenger.strict_json import MAX_BYTES

REFUSED = {
    "no object at the top": b"[]",
    "a string at the top": b'"hello"',
    "null at the top": b"null",
    "not JSON": b"hello",
    "cut off": b'{"a": ',
    "two values": b"{} {}",
    "a trailing comma": b'{"a": 1,}',
    "single quotes": b"{'a': 1}",
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a": 1}'.encode("utf-16"),
    "Latin-1": '{"a": "é"}'.encode("latin-1"),
    "a surrogate spelled in UTF-8": b'{"a": "\xed\xa0\x80"}',
    "a lone surrogate": b'{"a": "\\ud800"}',
    "a lone surrogate in a key": b'{"\\udfff": 1}',
    "surrogates the wrong way round": b'{"a": "\\ude00\\ud83d"}',
    "a NUL": b'{"a": "x\\u0000y"}',
    "a NUL in a key": b'{"\\u0000": 1}',
    "a NUL deep inside": b'{"a": [[{"b": "\\u0000"}]]}',
    "a raw NUL": b'{"a": "\x00"}',
    "a raw line break in a string": b'{"a": "x\ny"}',
    "NaN": b'{"a": NaN}',
    "Infinity": b'{"a": Infinity}',
    "minus Infinity": b'{"a": -Infinity}',
    "a number beyond all numbers": b'{"a": 1e999}',
    "21 digits": b'{"a": 100000000000000000000}',
    "5,000 digits": b'{"a": ' + b"9" * 5000 + b"}",
    "5,000 digits after the point": b'{"a": 0.' + b"9" * 5000 + b"}",
    "21 digits by an exponent": b'{"a": 1e20}',
    "309 digits by an exponent": b'{"a": [-1e308]}',
    "300 zeros after the point": b'{"a": 1e-300}',
    "a leading zero": b'{"a": 01}',
    "a key twice": b'{"a": 1, "a": 1}',
    "a key twice deep inside": b'{"a": {"b": {"c": 1, "c": 2}}}',
    "a key twice, once with a blank before its colon": b'{"a" : 1, "a": 1}',
    "a key twice, with a line break before each colon": b'{"a"\n:1, "a"\r\t:2, "b":":"}',
    "a key twice, once escaped": b'{"a": 1, "\\u0061": 2}',
    "33 levels": b'{"a": ' + b"[" * 32 + b"]" * 32 + b"}",
    "100,000 levels of lists": b'{"a": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "40,000 levels of objects": b'{"a":' * 40_000 + b"1" + b"}" * 40_000,
    "more than 256 KiB": b'{"a": "' + b"x" * MAX_BYTES + b'"}',
}


@pytest.mark.parametrize("raw", REFUSED.values(), ids=REFUSED.keys())
def test_it_is_refused_in_a_sentence(raw: bytes) -> None:
    with pytest.raises(ValidationFailed) as refused:
        load_json(raw)

    (sentences,) = refused.value.details.values()
    assert isinstance(sentences, list)
    assert sentences[0].endswith(".")
    assert len(sentences[0]) < 100


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"", {}),
        (b"  \n", {}),
        (b"{}", {}),
        (b'{"a": [1, -2.5, true, null, {"b": ""}]}', {"a": [1, -2.5, True, None, {"b": ""}]}),
        (b'{"a": 99999999999999999999}', {"a": 99999999999999999999}),
        (b'{"a": "\\ud83d\\ude00 \\u00e9"}', {"a": "😀 é"}),
        ('{"ключ": "значение"}'.encode(), {"ключ": "значение"}),
        (b'{"a": ' + b"[" * 31 + b"]" * 31 + b"}", None),
        (b'{"a": "' + b"[{" * 100 + b'"}', {"a": "[{" * 100}),
        (b'{"a": 0.1000000000000000055511151231257827}', {"a": 0.1}),
        (b'{"a": [1e-20, -6.25e-2, 0e0, 1.5e3, 1e15]}', {"a": [1e-20, -0.0625, 0.0, 1500.0, 1e15]}),
        (b'{"a": 1e19}', {"a": 10_000_000_000_000_000_000}),
    ],
)
def test_what_is_right_is_taken(raw: bytes, value: object) -> None:
    assert value is None or load_json(raw) == value
    assert isinstance(load_json(raw), dict)
