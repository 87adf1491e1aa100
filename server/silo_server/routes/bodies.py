"""The JSON that requests carry. Unknown members are ignored."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, Field, StringConstraints

from silo_core.model.answers import HandoffAnswer
from silo_core.model.context import CheckpointContext, ContextLevel
from silo_core.model.subscription import Policy, TargetType

Name = Annotated[str, StringConstraints(min_length=1, max_length=256)]
Text = Annotated[str, StringConstraints(max_length=4000)]
Sha256 = Annotated[str, StringConstraints(pattern="^[0-9a-f]{64}$")]
ObjectId = Annotated[str, StringConstraints(min_length=1, max_length=512)]
Names = Annotated[list[Name], Field(max_length=1000)]


class WorkstationBody(BaseModel):
    """A workstation introduces itself."""

    name: Name
    fingerprint: Name


class HeartbeatBody(BaseModel):
    """A workstation is alive."""

    session_ids: Names = []
    viewing: Names = []


class ItemBody(BaseModel):
    """A new item."""

    part_number: str
    description: Text = ""
    item_type: Text = ""
    category: Text = ""
    projects: Names = []
    file_name: str = ""


class DagNodeBody(BaseModel):
    """One object of a feature graph."""

    node_key: ObjectId
    node_type: str = "feature"
    properties_hash: str = ""
    metadata: dict[str, Any] = {}


class DagEdgeBody(BaseModel):
    """``target_key`` is built from ``source_key``."""

    source_key: ObjectId
    target_key: ObjectId
    edge_type: str = "depends_on"


class DagBody(BaseModel):
    """The feature graph of an item's latest content."""

    revision_number: int | None = None
    nodes: list[DagNodeBody]
    edges: list[DagEdgeBody] = []


class AcquireBody(BaseModel):
    """What a workstation wants to edit. ``base`` is the version of its copy; the answer's ``head``
    tells whether that is old."""

    workstation_id: str
    context_level: ContextLevel
    object_id: ObjectId
    dependency_cone: list[ObjectId] | None = None
    base: str | None = None


class WaitBody(BaseModel):
    """Which object a workstation waits for."""

    workstation_id: str
    context_level: ContextLevel
    object_id: ObjectId


class ReasonBody(BaseModel):
    """Why an admin ends a session."""

    reason: Text = ""


class HandoffBody(BaseModel):
    """Somebody would like to have a session."""

    message: Text = ""
    workstation_id: str | None = None


class HandoffAnswerBody(BaseModel):
    """What the holder says."""

    answer: HandoffAnswer


class CheckpointBody(BaseModel):
    """The ``metadata`` of a checkpoint. Left out, ``base`` is not checked; null means that the content
    was made from no version. ``chunks`` is the manifest of a push without a file; ``handoff_id`` is a
    request for handoff that is accepted with it."""

    workstation_id: str
    context: CheckpointContext
    session_id: str | None = None
    session_ids: Names = []
    base: str | None = None
    base_revision: int | None = None
    file_name: str | None = None
    sha256: Sha256 | None = None
    size: Annotated[int, Field(ge=0)] | None = None
    chunks: list[Any] | None = None
    dag: DagBody | None = None
    changes: Annotated[list[Text], Field(max_length=1000)] = []
    comment: Text = ""
    rescue: bool = False
    handoff_id: str | None = None


class RevisionBody(BaseModel):
    """Which checkpoint becomes the next formal revision."""

    version: str
    comment: Text = ""
    workstation_id: str | None = None


class SubscriptionBody(BaseModel):
    """What a workstation wants to follow."""

    workstation_id: str
    target_type: TargetType
    target: Name
    policy: Policy = Policy.LATEST
    revision: int | None = None
    paused: bool = False


class ProposalBody(BaseModel):
    """A subscription as it might be."""

    target_type: TargetType
    target: Name
    policy: Policy = Policy.LATEST
    revision: int | None = None
    paused: bool = False


class PreviewBody(BaseModel):
    """Which subscriptions would be made or changed, and the ids of those that would end."""

    subscriptions: Annotated[list[ProposalBody], Field(max_length=1000)] = []
    remove: Names = []


class SubscriptionChangeBody(BaseModel):
    """What changes about a subscription; what is left out stays."""

    policy: Policy = Policy.LATEST
    revision: int | None = None
    paused: bool = False


class AckBody(BaseModel):
    """A workstation has ``version`` now; null: it gave the item up."""

    part_number: str
    version: str | None = None
    is_checkpoint: bool = False


class AcksBody(BaseModel):
    """As many at once as a workstation fetches in a few seconds."""

    acks: Annotated[list[AckBody], Field(max_length=1000)]
