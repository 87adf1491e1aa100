"""Which host this program needs."""

from __future__ import annotations

from freecad.silo import kindred, reading
from freecad.silo.host import FreeCADHost
from freecad.silo.kindred import KindredHost
from silo_core.ports.services import Services


class Known:
    """What is known of others, once there are services to ask."""

    services: Services | None = None

    def why_not(self, document_key: str, object_id: str) -> str:
        """Why an object cannot be edited now: somebody else does. Asks nobody; empty if it can."""
        document = reading.find_document(document_key)
        number = reading.part_number(document) if document else None
        if self.services is None or number is None:
            return ""
        own = self.services.workstation_id or ""
        for session in self.services.presence.sessions_of_others(number, own):
            if session.object_id == object_id:
                return f"{session.user} is editing {object_id} on {session.workstation}."
        return ""


def make_host(known: Known) -> FreeCADHost:
    """The one for this program, by what it can do and not by its name."""
    return KindredHost(known.why_not) if kindred.is_here() else FreeCADHost()
