"""The hook of the merge plugin."""

from __future__ import annotations

from silo_core.fcstd import summarise
from silo_core.fcstd.merging import Yields
from silo_core.hookspecs import hookimpl
from silo_core.model.exchange import MergeRequest, MergeResult
from silo_core.ports.files import is_part_file
from silo_core.ports.merging import merge_files


class Merge:
    """Merges FCStd and ``.kc`` files object by object."""

    @hookimpl
    def silo_merge(self, request: MergeRequest) -> MergeResult | None:
        """Merge, if it is a part file; the two that are kept here have no name of their own."""
        if not is_part_file(request.ours.name):
            return None
        merged = merge_files(
            request.base,
            request.ours,
            request.theirs,
            request.target,
            yields=Yields.OURS,  # theirs is on the server: others have it, and edit it
            known=request.renamed,
        )
        if merged.conflicts:
            return MergeResult(conflicts=tuple(map(str, merged.conflicts)))
        taken = summarise(merged.taken, len(merged.taken) + 1)
        return MergeResult(taken=taken, renamed=merged.renamed)
