"""The Node peers' packages: installed from their lock file when they are missing."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Final

_FOLDER: Final = Path(__file__).parent


def install_peers(*, say: Callable[[str], None]) -> None:
    """Install what `package-lock.json` names, once; without npm, or without the index, the peers are not run."""
    npm = shutil.which("npm")
    if npm is None or (_FOLDER / "node_modules").exists():
        return
    say("installing the Node peers' packages")
    done = subprocess.run([npm, "ci", "--silent"], cwd=_FOLDER, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        say(f"npm could not install them: {done.stderr.strip()[-500:]}")
