"""Lets schemathesis sign its requests in: with a token of the next sign-in every other second, since it ends some."""

import os
from itertools import cycle
from pathlib import Path
from typing import Any

import schemathesis
from schemathesis import AuthContext, Case

TOKENS = "MESSENGER_FUZZ_TOKENS"

if TOKENS in os.environ:
    _tokens = cycle(Path(os.environ[TOKENS]).read_text().split())

    @schemathesis.auth(refresh_interval=2)
    class Tokens:
        """Access tokens of one person, one after the other."""

        def get(self, _case: Case[Any], _context: AuthContext) -> str:
            return next(_tokens)

        def set(self, case: Case[Any], data: str, _context: AuthContext) -> None:
            case.headers["Authorization"] = f"Bearer {data}"
