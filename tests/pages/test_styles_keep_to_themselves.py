import re
from pathlib import Path

import pytest
from django.conf import settings

STYLES = sorted((Path(settings.BASE_DIR) / "static" / "messenger" / "css").glob("*.css"))
OURS = (".mwv4", ".qcv4", ".messenger-")


def selectors_of(css: str) -> list[str]:
    """Every selector of a style sheet; what stands before a block and is no at-rule."""
    plain = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    heads = re.findall(r"([^{};]+)\{", plain)
    return [part.strip() for head in heads if not head.strip().startswith("@") for part in head.split(",\n")]


def test_what_host_pages_load_touches_ours_only() -> None:
    css = next(path for path in STYLES if path.name == "messenger-widget-v4.css").read_text()

    found = selectors_of(css)

    assert len(found) > 40
    assert [selector for selector in found if not selector.startswith(OURS)] == []


@pytest.mark.parametrize("path", STYLES, ids=lambda path: path.stem)
def test_no_ids_no_force_no_other_hosts(path: Path) -> None:
    css = path.read_text()

    assert "!important" not in css
    assert [selector for selector in selectors_of(css) if re.search(r"#[a-zA-Z]", selector)] == []
    assert re.search(r"url\([\"']?(https?:)?//", css) is None
