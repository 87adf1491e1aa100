"""Draws the add-on's icons: one drawing each, in the colours for light windows and for dark ones.

Run it after changing a drawing: ``.venv/bin/python scripts/icons.py``.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parents[1] / "workbench" / "freecad" / "silo" / "icons"
COLOURS = {"light": ("#37474f", "#1976d2"), "dark": ("#dfe6ea", "#64b5f6")}
"""The lines, and what stands out."""

SHEET = '<path d="M14 6h24l12 12v40H14z"/><path d="M38 6v12h12"/>'
BELL = '<path d="M32 8c-10 0-15 7-15 16v12l-6 9h42l-6-9V24c0-9-5-16-15-16z"/>'
DRAWINGS = {
    "Silo_Login": (
        '<circle cx="26" cy="20" r="12"/><path d="M6 56c0-13 8-20 20-20 5 0 9 1 12 3"/>',
        '<path d="M38 50h20M50 42l8 8-8 8"/>',
    ),
    "Silo_Open": (
        '<path d="M6 52V14h18l6 7h22v9"/><path d="M6 52l10-22h44L50 52z"/>',
        '<path d="M32 34v14M25 42l7 7 7-7"/>',
    ),
    "Silo_New": (SHEET, '<path d="M32 28v20M22 38h20"/>'),
    "Silo_Commit": (SHEET, '<path d="M22 38l8 8 14-16"/>'),
    "Silo_History": (
        '<path d="M10 32a22 22 0 1 0 7-16"/><path d="M17 6v11h11"/>',
        '<path d="M32 20v13l9 6"/>',
    ),
    "Silo_Subscribe": (
        BELL,
        '<path d="M26 51c1 4 3 6 6 6s5-2 6-6M32 20v18M23 29h18"/>',
    ),
    "Silo_Subscriptions": (
        '<path d="M26 14h32M26 32h32M26 50h32"/>',
        '<circle cx="11" cy="14" r="4"/><circle cx="11" cy="32" r="4"/><circle cx="11" cy="50" r="4"/>',
    ),
    "Silo_SyncStatus": (
        '<path d="M54 26A23 23 0 0 0 13 19"/><path d="M12 6v14h14"/>',
        '<path d="M10 38a23 23 0 0 0 41 7"/><path d="M52 58V44H38"/>',
    ),
    "Silo_Info": ('<circle cx="32" cy="32" r="25"/>', '<path d="M32 29v18M32 18v2"/>'),
    "Silo_Team": (
        '<circle cx="22" cy="22" r="10"/><path d="M6 54c0-12 6-18 16-18s16 6 16 18"/>',
        '<circle cx="46" cy="18" r="8"/><path d="M44 32c9 0 14 6 14 16"/>',
    ),
    "Silo_Activity": (
        '<rect x="6" y="10" width="52" height="44" rx="4"/>',
        '<path d="M12 34h10l6-14 8 26 6-12h10"/>',
    ),
    "Silo_Window": (
        '<rect x="6" y="10" width="52" height="44" rx="4"/><path d="M6 22h52"/>',
        '<circle cx="32" cy="38" r="7"/>',
    ),
    "Silo_Settings": (
        '<path d="M8 18h48M8 32h48M8 46h48"/>',
        '<circle cx="24" cy="18" r="5"/><circle cx="42" cy="32" r="5"/><circle cx="20" cy="46" r="5"/>',
    ),
    "Silo": (
        '<path d="M14 18v28c0 5 8 9 18 9s18-4 18-9V18"/><ellipse cx="32" cy="18" rx="18" ry="8"/>',
        '<path d="M14 32c0 5 8 9 18 9s18-4 18-9"/>',
    ),
}
DRAWINGS["preferences-silo"] = DRAWINGS["Silo"]  # the name that FreeCAD looks for
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64" viewBox="0 0 64 64" fill="none"'
    ' stroke-width="5" stroke-linecap="round" stroke-linejoin="round">'
    '<g stroke="{line}">{plain}</g><g stroke="{accent}">{standing_out}</g></svg>\n'
)


def main() -> None:
    """Write all of them."""
    for window, (line, accent) in COLOURS.items():
        for name, (plain, standing_out) in DRAWINGS.items():
            folder = FOLDER / window
            folder.mkdir(parents=True, exist_ok=True)
            drawn = SVG.format(line=line, accent=accent, plain=plain, standing_out=standing_out)
            (folder / f"{name}.svg").write_text(drawn, "utf-8")


if __name__ == "__main__":
    main()
