"""An item's page, as HTML: one document without scripts or anything from elsewhere. Pure.

Whatever users wrote goes through ``escape``; the style is the only thing that is not escaped.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from html import escape

from silo_core.model.context import ContextLevel
from silo_core.model.item import Item, Version, VersionKind
from silo_core.model.session import EditSession

_LEVELS = {
    ContextLevel.ASSEMBLY: "assembly",
    ContextLevel.PARTDESIGN: "body",
    ContextLevel.SKETCH: "sketch",
}
_STYLE = """
:root { color-scheme: light dark; --ground: #fff; --card: #f4f6f8; --text: #1d2329; --faint: #57616b;
  --line: #d5dbe1; --accent: #0b6bbd; --warn: #8a5300 }
@media (prefers-color-scheme: dark) { :root { --ground: #16191d; --card: #1f242a; --text: #e4e8ec;
  --faint: #a2adb8; --line: #363e47; --accent: #74b6f2; --warn: #f0b55a } }
* { box-sizing: border-box }
body { margin: 0; background: var(--ground); color: var(--text);
  font: 15px/1.5 system-ui, "Segoe UI", "Noto Sans", sans-serif; overflow-wrap: anywhere }
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1.25rem 3rem }
header { display: flex; flex-wrap: wrap; gap: 1.5rem; align-items: flex-start }
header img, .none { width: 8rem; height: 8rem; object-fit: contain; border: 1px solid var(--line);
  border-radius: 8px; background: var(--card) }
.none { display: grid; place-items: center; color: var(--faint); font-size: .85rem }
header div.about { flex: 1 1 18rem }
h1 { margin: 0; font-size: 1.7rem; line-height: 1.25 }
h2 { margin: 2rem 0 .5rem; font-size: 1.1rem }
p { margin: .25rem 0 }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .15rem 1rem; margin: .75rem 0 0 }
dt, .faint, time { color: var(--faint) }
dd { margin: 0 }
ul { margin: 0; padding: 0; list-style: none }
li { padding: .6rem 0; border-top: 1px solid var(--line) }
li ul { margin-top: .25rem }
li li { border: 0; padding: 0 0 0 1rem }
.tag { margin-left: .5rem; padding: 0 .5rem; border: 1px solid currentColor; border-radius: 1rem;
  font-size: .8rem; color: var(--accent) }
.rescue { color: var(--warn) }
footer { margin-top: 2.5rem; color: var(--faint); font-size: .85rem }
"""
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()

HEADERS: Mapping[str, str] = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; img-src data:; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex",
}
"""Of every page: its address is a key for a while, and nothing in it may load or run anything."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows. ``versions`` newest first, ``older`` whether there are more; ``viewers`` are
    users and workstations; ``labels`` of objects by internal name; ``picture`` a PNG."""

    item: Item
    versions: Sequence[Version]
    older: bool
    sessions: Sequence[EditSession]
    viewers: Sequence[tuple[str, str]]
    now: datetime
    user: str
    labels: Mapping[str, str] = field(default_factory=dict)
    picture: bytes | None = None


def item_page(shown: Shown) -> str:
    """The page of an item."""
    item = shown.item
    body = (
        f"<header>{_picture(shown)}<div class=about><h1>{escape(item.part_number)}</h1>"
        f"<p>{escape(item.description)}</p>{_facts(item)}</div></header>"
        f"<h2>Who is at work</h2>{_team(shown)}"
        f"<h2>Versions</h2>{_versions(shown)}"
        f"<footer>As {escape(shown.user)} may see it, {_time(shown.now)}. Load the page again to see "
        "what is new.</footer>"
    )
    return _document(item.part_number, body)


def refusal_page(message: str) -> str:
    """What a browser shows in place of a page."""
    return _document("Silo", f"<h1>Not shown</h1><p>{escape(message)}</p>")


def _document(title: str, body: str) -> str:
    return (
        '<!DOCTYPE html><html lang=en><head><meta charset=utf-8><meta name=viewport content="width='
        f'device-width, initial-scale=1"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
        f"<body><main>{body}</main></body></html>"
    )


def _picture(shown: Shown) -> str:
    if shown.picture is None:
        return "<div class=none>no picture</div>"
    data = base64.b64encode(shown.picture).decode()
    alt = escape(f"Picture of {shown.item.part_number}", quote=True)
    return f'<img alt="{alt}" src="data:image/png;base64,{data}">'


def _facts(item: Item) -> str:
    revision = str(item.revision_number) if item.revision_number else "none yet"
    facts = {
        "Type": item.item_type,
        "Category": item.category,
        "Projects": ", ".join(item.projects),
        "File": item.file_name,
        "Newest revision": revision,
    }
    rows = (f"<dt>{name}</dt><dd>{escape(fact)}</dd>" for name, fact in facts.items() if fact)
    return f"<dl>{''.join(rows)}</dl>"


def _team(shown: Shown) -> str:
    lines = [_session(session, shown.labels) for session in shown.sessions]
    at = {(session.user, session.workstation) for session in shown.sessions}
    lines += [
        f"<b>{escape(user)}</b> has it open on {escape(workstation)}"
        for user, workstation in shown.viewers
        if (user, workstation) not in at
    ]
    return _list(lines) if lines else "<p class=faint>Nobody has it open.</p>"


def _session(session: EditSession, labels: Mapping[str, str]) -> str:
    name, label = session.object_id, labels.get(session.object_id, "")
    what = f"{label} ({name})" if label and label != name else name
    level = _LEVELS[session.context_level]
    return (
        f"<b>{escape(session.user)}</b> edits the {level} <b>{escape(what)}</b> on "
        f"{escape(session.workstation)} <span class=faint>since {_time(session.acquired_at)}</span>"
    )


def _versions(shown: Shown) -> str:
    if not shown.versions:
        return "<p class=faint>It has no content yet.</p>"
    head = shown.item.head.id if shown.item.head else ""
    lines = [_version(version, version.id == head) for version in shown.versions]
    more = "<p class=faint>There are older ones: <code>silo history</code> lists them.</p>"
    return _list(lines) + (more if shown.older else "")


def _version(version: Version, is_head: bool) -> str:
    title = {
        VersionKind.REVISION: f"Revision {version.revision_number}",
        VersionKind.CHECKPOINT: "Checkpoint",
        VersionKind.RESCUE: "Kept beside the newest version",
    }[version.kind]
    if version.kind is VersionKind.RESCUE:
        title = f"<span class=rescue>{title}</span>"
    tag = "<span class=tag>newest</span>" if is_head else ""
    when = _time(version.created_at) if version.created_at else ""
    comment = f"<p>{escape(version.comment)}</p>" if version.comment else ""
    changes = "".join(f"<li>{escape(change)}</li>" for change in version.changes)
    what = f"<ul>{changes}</ul>" if changes else ""
    return f"<b>{title}</b> by <b>{escape(version.user)}</b> {when}{tag}{comment}{what}"


def _list(lines: Iterable[str]) -> str:
    return f"<ul>{''.join(f'<li>{line}</li>' for line in lines)}</ul>"


def _time(moment: datetime) -> str:
    return f'<time datetime="{moment.isoformat()}">{moment:%Y-%m-%d %H:%M} UTC</time>'
