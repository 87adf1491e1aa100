"""What the choices are called that FreeCAD stores as a number alone. Those of other properties stand in
the file itself.

Seen in FreeCAD 1.1.3 (``getEnumerationsOfProperty`` of a new object). A later release only adds to their
ends, as old files would change their meaning otherwise.
"""

from __future__ import annotations

_PAD = ("Length", "UpToLast", "UpToFirst", "UpToFace", "TwoLengths", "UpToShape")
_POCKET = ("Length", "ThroughAll", *_PAD[2:])
_REVOLUTION = ("Angle", "UpToLast", "UpToFirst", "UpToFace", "TwoAngles")
_GROOVE = ("Angle", "ThroughAll", *_REVOLUTION[2:])
_PATTERN = ("Extent", "Spacing")
_PIPE = ("Standard", "Fixed", "Frenet", "Auxiliary", "Binormal")
_HELIX = (
    "pitch-height-angle", "pitch-turns-angle", "height-turns-angle", "height-turns-growth",
)  # fmt: skip
_THICKNESS = ("Skin", "Pipe", "RectoVerso")

_BY_OBJECT = {
    ("Pad", "Type"): _PAD,
    ("Pad", "Type2"): _PAD,
    ("Pocket", "Type"): _POCKET,
    ("Pocket", "Type2"): _POCKET,
    ("Revolution", "Type"): _REVOLUTION,
    ("Revolution", "FuseOrder"): ("BaseFirst", "FeatureFirst"),
    ("Groove", "Type"): _GROOVE,
    ("Chamfer", "ChamferType"): ("Equal distance", "Two distances", "Distance and Angle"),
    ("Hole", "DepthType"): ("Dimension", "ThroughAll"),
    ("Hole", "DrillPoint"): ("Flat", "Angled"),
    ("Hole", "HoleCutType"): ("None", "Counterbore", "Countersink", "Counterdrill"),
    ("Hole", "ThreadDepthType"): ("Hole Depth", "Dimension", "Tapped (DIN76)"),
    ("Hole", "ThreadDirection"): ("Right", "Left"),
    ("Hole", "ThreadType"): (
        "None", "ISOMetricProfile", "ISOMetricFineProfile", "UNC", "UNF", "UNEF", "NPT", "BSP", "BSW",
        "BSF", "ISOTyre",
    ),
    ("Thickness", "Join"): ("Arc", "Intersection"),
    ("Thickness", "Mode"): _THICKNESS,
    ("LinearPattern", "Mode"): _PATTERN,
    ("LinearPattern", "Mode2"): _PATTERN,
    ("PolarPattern", "Mode"): _PATTERN,
    ("AdditivePipe", "Mode"): _PIPE,
    ("SubtractivePipe", "Mode"): _PIPE,
    ("AdditiveHelix", "Mode"): _HELIX,
    ("SubtractiveHelix", "Mode"): _HELIX,
    ("Boolean", "Type"): ("Fuse", "Cut", "Common"),
    ("SubShapeBinder", "BindMode"): ("Synchronized", "Frozen", "Detached"),
}  # fmt: skip
"""Of features of PartDesign."""

_OF_ANY = {
    "SideType": ("One side", "Two sides", "Symmetric"),
    "TransformMode": ("Features", "Whole shape"),
    "LinkCopyOnChange": ("Disabled", "Enabled", "Owned", "Tracking"),
    "MapMode": (
        "Deactivated", "Translate", "ObjectXY", "ObjectXZ", "ObjectYZ", "FlatFace", "TangentPlane",
        "NormalToEdge", "FrenetNB", "FrenetTN", "FrenetTB", "Concentric", "SectionOfRevolution",
        "ThreePointsPlane", "ThreePointsNormal", "Folding", "ObjectX", "ObjectY", "ObjectZ",
        "AxisOfCurvature", "Directrix1", "Directrix2", "Asymptote1", "Asymptote2", "Tangent", "Normal",
        "Binormal", "TangentU", "TangentV", "TwoPointLine", "IntersectionLine", "ProximityLine",
        "ObjectOrigin", "Focus1", "Focus2", "OnEdge", "CenterOfCurvature", "CenterOfMass",
        "IntersectionPoint", "Vertex", "ProximityPoint1", "ProximityPoint2", "AxisOfInertia1",
        "AxisOfInertia2", "AxisOfInertia3", "InertialCS", "FaceNormal", "OZX", "OZY", "OXY", "OXZ",
        "OYZ", "OYX", "ParallelPlane", "MidPoint",
    ),
}  # fmt: skip


def choices_of(object_type: str, name: str) -> tuple[str, ...]:
    """The choices of a property of an object of that type, in order; none where they are not known."""
    feature = object_type.removeprefix("PartDesign::")
    return _BY_OBJECT.get((feature, name)) or _OF_ANY.get(name, ())
