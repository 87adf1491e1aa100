"""Plausible arguments for every hook, for tests that call one as the core would."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from silo_core.model.context import CheckpointContext, Context, ContextLevel, Document
from silo_core.model.event import Event
from silo_core.model.exchange import (
    ActivityEntry,
    ActivityKind,
    CheckpointPushed,
    Connection,
    ConnectionState,
    ContextEntry,
    ContextExit,
    HeldContext,
    MergeRequest,
    Transfer,
)
from silo_core.model.interference import InterferenceQuery
from silo_core.model.item import Version, VersionKind
from silo_core.model.session import EditSession
from silo_core.model.sync import Behind, ItemStatus, Newer, SyncState
from silo_core.model.verdict import Judgement, Reason, Verdict
from silo_core.testing.parts import PART_NUMBER, SAMPLE, SAMPLE_DEEPER, SAMPLE_WIDER

NOW = datetime(2026, 11, 3, 12, tzinfo=UTC)
DOCUMENT = Document("document-1", SAMPLE, PART_NUMBER)
ENTRY = ContextEntry("entry-1", DOCUMENT, Context(ContextLevel.SKETCH, "Sketch001", "Holes"))
SESSION = EditSession(
    "session-1",
    PART_NUMBER,
    "alice",
    "workstation-1",
    "CAD-07",
    ContextLevel.SKETCH,
    "Sketch001",
    ("Sketch001", "Pocket"),
    NOW,
)
HELD = (HeldContext(ENTRY, SESSION),)
EXIT = ContextExit(DOCUMENT, HELD, CheckpointContext.SKETCH_CLOSE)
QUERY = InterferenceQuery(
    PART_NUMBER,
    ContextLevel.SKETCH,
    "Sketch001",
    "bob",
    "workstation-2",
    frozenset({"Sketch001", "Pocket"}),
    (SESSION,),
    {"Sketch001": "Holes"},
    {"Pocket": ("Sketch001",)},
)
JUDGEMENT = Judgement((Reason(Verdict.SOFT, "sample", "Careful."),))
_ACTIVITY = ActivityEntry(NOW, ActivityKind.HANDOFF, "bob asks for Holes (Sketch001)", id="1")


def sample_arguments(hook: str, folder: Path | None = None) -> tuple[Any, ...]:
    """What the hook could be called with, in the order of its arguments. ``folder``: where the target
    of a merge would be. ``silo_startup`` has no sample: a workbench is needed.

    Raises:
        KeyError: there is no such hook.
    """
    samples: dict[str, tuple[Any, ...]] = {
        "silo_settings": (),
        "silo_shutdown": (),
        "silo_settings_changed": (frozenset({"workspace"}),),
        "silo_connection_changed": (Connection(ConnectionState.OFFLINE, "The server is away."),),
        "silo_document_opened": (DOCUMENT,),
        "silo_document_closed": (DOCUMENT,),
        "silo_context_enter": (ENTRY,),
        "silo_context_entered": (ENTRY, JUDGEMENT),
        "silo_context_refused": (ENTRY, JUDGEMENT, SESSION),
        "silo_context_exit": (EXIT,),
        "silo_context_exited": (EXIT,),
        "silo_sessions_lost": (HELD,),
        "silo_interference": (QUERY,),
        "silo_server_event": (Event(1, "item.updated", {"part_number": PART_NUMBER}),),
        "silo_presence_changed": (frozenset({PART_NUMBER}),),
        "silo_update": (DOCUMENT, lambda is_up_to_date: None),
        "silo_merge": (_merge(folder or Path()),),
        "silo_act": (_ACTIVITY, "release"),
        "silo_action_problem": (_ACTIVITY, "release"),
        "silo_windows": (),
        "silo_progress": (Transfer("1", PART_NUMBER, True, 1, 2, 1.0, 1.0),),
        "silo_cancel_transfer": (Transfer("1", PART_NUMBER, True, 1, 2, 1.0, 1.0),),
        "silo_files_synced": ((ItemStatus(PART_NUMBER, SAMPLE, SyncState.UP_TO_DATE),),),
        "silo_sync_changed": ((ItemStatus(PART_NUMBER, SAMPLE, SyncState.DEFERRED),),),
        "silo_behind_changed": (
            (Behind(DOCUMENT, (Newer("PRT-101", Version("version-2", VersionKind.CHECKPOINT)),)),),
        ),
        "silo_checkpoint_pushed": (
            CheckpointPushed(
                PART_NUMBER,
                SAMPLE,
                Version("version-1", VersionKind.CHECKPOINT),
                CheckpointContext.SKETCH_CLOSE,
                (SESSION.id,),
                2,
            ),
        ),
        "silo_activity": (_ACTIVITY,),
    }
    return samples[hook]


def _merge(folder: Path) -> MergeRequest:
    return MergeRequest(
        PART_NUMBER, SAMPLE, SAMPLE_DEEPER, SAMPLE_WIDER, folder / "merged.FCStd", "bob"
    )
