"""`./dev bench NAME`: measure something."""

import sys

from bench.search import search
from bench.send import send

_BENCHES = {"search": search, "send": send}


def main() -> int:
    """Run the bench that the first argument names."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in _BENCHES:
        print(f"usage: ./dev bench {{{'|'.join(_BENCHES)}}} [--quick] [--rounds N] [--json FILE]", file=sys.stderr)
        return 2
    return _BENCHES[name](sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
