"""Runs the real `socket.io-client` of npm."""

import asyncio
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIOS = Path(__file__).parent / "scenarios.mjs"


def need_client() -> None:
    """Have the client installed; without Node.js these tests cannot be."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("Node.js is not installed: the real socket.io-client cannot run")
    if not (ROOT / "node_modules" / "socket.io-client").is_dir():
        subprocess.run(["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"], cwd=ROOT, check=True)


async def start(scenario: str, **given: object) -> asyncio.subprocess.Process:
    """Start a scenario."""
    need_client()
    return await asyncio.create_subprocess_exec(
        "node", str(SCENARIOS), scenario, json.dumps(given), cwd=ROOT, stdout=-1, stderr=-1
    )


async def findings_of(process: asyncio.subprocess.Process, *, within: float = 60.0) -> Any:
    """Wait for a scenario's end; what it found."""
    async with asyncio.timeout(within):
        out, errors = await process.communicate()
    assert process.returncode == 0, errors.decode()
    return json.loads(out.decode().strip().split("\n")[-1])


async def play(scenario: str, *, within: float = 60.0, **given: object) -> Any:
    """Run a scenario to its end; what it found."""
    return await findings_of(await start(scenario, **given), within=within)
