"""The feature graph of a document as it travels to the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from silo_core.model.dag import Dag, DagEdge, DagNode

if TYPE_CHECKING:
    from silo_core.fcstd.part import PartDocument

_NODE_TYPES = {
    "Sketcher::SketchObject": "sketch",
    "PartDesign::Pad": "pad",
    "PartDesign::Pocket": "pocket",
    "PartDesign::Fillet": "fillet",
    "Part::Fillet": "fillet",
    "PartDesign::Chamfer": "chamfer",
    "Part::Chamfer": "chamfer",
    "PartDesign::Body": "body",
    "App::Part": "part",
    "Assembly::AssemblyObject": "part",
    "Part::LocalCoordinateSystem": "datum",
    "PartDesign::CoordinateSystem": "datum",
    "App::Origin": "datum",
    "App::LocalCoordinateSystem": "datum",
}
_DATUMS = {
    f"{module}::{kind}"
    for module, kinds in (
        ("App", ("Point", "Line", "Plane")),
        ("PartDesign", ("Point", "Line", "Plane")),
        ("Part", ("DatumPoint", "DatumLine", "DatumPlane")),
    )
    for kind in kinds
}


def to_dag(document: PartDocument) -> Dag:
    """Nodes in the file's order, edges from what is used to what uses it; ``metadata`` holds each
    object's ``label`` and FreeCAD ``type``, ``properties_hash`` covers its parametric inputs (what
    counts as one: ``silo_core.fcstd.inputs``)."""
    return Dag(
        nodes=tuple(
            DagNode(
                entry.name,
                node_type(entry.type),
                entry.properties_hash,
                {"label": entry.label, "type": entry.type},
            )
            for entry in document.objects
        ),
        edges=tuple(DagEdge(used, entry.name) for entry in document.objects for used in entry.uses),
    )


def node_type(freecad_type: str) -> str:
    """The protocol's word for a FreeCAD type: ``PartDesign::Pad`` is a ``pad``, one that the
    protocol has no word for a ``feature``."""
    plain = freecad_type.removesuffix("Python")
    if plain in _DATUMS:
        return "datum"
    if plain.startswith("Fem::Constraint"):
        return "constraint"
    return _NODE_TYPES.get(plain, "feature")
