"""Moments as people read them, in their own time zone."""

from __future__ import annotations

from datetime import datetime, timedelta

from silo_core.model.language import translate


def ago(moment: datetime, now: datetime) -> str:
    """How long ago that was: ``40 s ago``, ``3 min ago``, ``2 h ago``, ``5 d ago``."""
    seconds = max(0, int((now - moment).total_seconds()))
    size, said = 1, translate("SiloMoments", "{count} s ago")
    if seconds >= 86_400:
        size, said = 86_400, translate("SiloMoments", "{count} d ago")
    elif seconds >= 3_600:
        size, said = 3_600, translate("SiloMoments", "{count} h ago")
    elif seconds >= 60:
        size, said = 60, translate("SiloMoments", "{count} min ago")
    return said.format(count=seconds // size)


def since(moment: datetime, now: datetime) -> str:
    """When something began: ``since 14:02``, with the day where it was an earlier one."""
    return translate("SiloMoments", "since {time}").format(time=at(moment, now))


def at(moment: datetime, now: datetime) -> str:
    """When something was: ``14:02``, with the day where it was an earlier one."""
    local = moment.astimezone()
    is_old = now - moment > timedelta(hours=18)
    return f"{local:%Y-%m-%d %H:%M}" if is_old else f"{local:%H:%M}"
