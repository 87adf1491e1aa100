"""A change that anybody can see: the feature made from a sketch gets a millimetre longer."""

from __future__ import annotations

import io
import re
import zipfile

MEMBER = "Document.xml"
_LENGTH = re.compile(r'(<Property name="Length"[^>]*>\s*<Float value=")([0-9.]+)(")')


def longer(content: bytes, feature: str, by: float = 1.0) -> bytes:
    """The part file with the length of ``feature`` changed; as it is where it has none."""
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(changed, "w", 8) as new:
        for member in old.infolist():
            data = old.read(member)
            if member.filename == MEMBER:
                data = _lengthened(data.decode("utf-8"), feature, by).encode("utf-8")
            new.writestr(member, data)
    return changed.getvalue()


def _lengthened(xml: str, feature: str, by: float) -> str:
    begin = xml.find(f'<Object name="{feature}"', xml.find("<ObjectData"))
    end = xml.find("</Object>", begin)
    if begin < 0 or end < 0:
        return xml
    object_xml = _LENGTH.sub(
        lambda found: f"{found[1]}{float(found[2]) + by:.16f}{found[3]}", xml[begin:end], count=1
    )
    return xml[:begin] + object_xml + xml[end:]
