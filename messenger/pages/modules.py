"""Which modules a page's script needs, so that the browser asks for all of them at once."""

import posixpath
import re
from functools import lru_cache
from pathlib import Path

from django.conf import settings

_ROOT = Path(settings.BASE_DIR) / "static" / "messenger"
_STATIC_IMPORT = re.compile(r"""^\s*(?:import|export)\b[^'"`;]*?['"](\.{1,2}/[^'"]+\.js)['"]""", re.MULTILINE)


@lru_cache(maxsize=8)
def modules_of(*entries: str) -> tuple[str, ...]:
    """The modules that these (paths below `static/messenger`) import, themselves included, nearest first.

    What is fetched by `import()` is left out. Worked out once a process.
    """
    found: dict[str, None] = dict.fromkeys(entries)
    waiting = list(entries)
    while waiting:
        name = waiting.pop(0)
        for target in _STATIC_IMPORT.findall((_ROOT / name).read_text()):
            module = posixpath.normpath(posixpath.join(posixpath.dirname(name), target))
            if module not in found:
                found[module] = None
                waiting.append(module)
    return tuple(found)
