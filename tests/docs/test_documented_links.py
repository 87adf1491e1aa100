"""Every link of the documentation leads somewhere: to a file, and to a heading of it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for pattern in ("*.md", "docs/**/*.md", "examples/*/*.md", "workbench/**/*.md")
    for path in ROOT.glob(pattern)
)
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


def anchors(page: str) -> set[str]:
    """What the headings of a page can be linked by, as GitHub makes it of them."""
    without_code = re.sub(r"^```.*?^```$", "", page, flags=re.DOTALL | re.MULTILINE)
    found: dict[str, int] = {}
    made = set()
    for heading in re.findall(r"^#+ (.+)$", without_code, re.MULTILINE):
        shown = LINK.sub(lambda link: link[0][1 : link[0].index("]")], heading)
        base = re.sub(r"[^\w\- ]", "", shown.lower()).strip().replace(" ", "-")
        count = found[base] = found.get(base, -1) + 1
        made.add(f"{base}-{count}" if count else base)
    return made


def broken(page: Path) -> list[str]:
    found = []
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for link in LINK.findall(re.sub(r"`[^`\n]*`", "", text)):
        if re.match(r"[a-z]+:", link):
            continue  # elsewhere
        path, _, anchor = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target.read_text("utf-8"))):
            found.append(link)
    return found


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    assert broken(ROOT / page) == []


def test_a_broken_link_is_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# It's *here*, `now`\n[a](#its-here-now) [b](#there) [c](none.md) [d](page.md#gone)\n"
        "```\n# no heading\n```\n[e](https://silo.example/x)",
        "utf-8",
    )
    assert broken(page) == ["#there", "none.md", "page.md#gone"]
