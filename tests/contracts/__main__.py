"""`python -m tests.contracts v4-rest.md`: compare the rows that are walked with the rows of the contract's tables."""

import re
import sys
import tomllib
from pathlib import Path


def main(contract: Path) -> int:
    """Name the rows that are missing here or there; 1 where there are any."""
    walked = tomllib.loads((Path(__file__).parent / "rows.toml").read_text())["row"]
    here = [row["cell"] for row in walked if "cell" in row]
    there = list(_first_cells(contract.read_text()))
    missing = [f"not walked: {cell}" for cell in there if cell not in here]
    missing += [f"not in the contract: {cell}" for cell in here if cell not in there]
    if len(here) != len(there):
        missing.append(f"{len(there)} rows in the contract, {len(here)} here")
    sys.stdout.write("\n".join([*missing, f"{len(there)} rows compared"]) + "\n")
    return 1 if missing else 0


def _first_cells(text: str) -> list[str]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    cells = [re.split(r"(?<!\\)\|", line)[1].strip().replace("\\|", "|") for line in lines]
    return [cell for cell in cells if cell not in ("---", "method, path")]


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
