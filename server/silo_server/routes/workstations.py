"""Workstations, their subscriptions and what they have to fetch."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from silo_core.model.answers import Workstation
from silo_core.model.subscription import Proposal, SyncDiff, SyncPreview
from silo_server.routes.bodies import (
    AckBody,
    AcksBody,
    HeartbeatBody,
    PreviewBody,
    SubscriptionBody,
    SubscriptionChangeBody,
    WorkstationBody,
)
from silo_server.routes.service import Asking, Served, answer
from silo_server.storage.records import WorkstationRecord
from silo_server.work import sync, workstations

_MAX_ASKED = 16 << 10
"""Characters: what fits into an address everywhere is less."""

router = APIRouter(prefix="/api", tags=["workstations"])


@router.post("/workstations", response_model=Workstation)
async def register(service: Served, caller: Asking, body: WorkstationBody) -> Response:
    """Register a workstation; the same fingerprint is the same workstation."""
    made = await service.write(
        lambda tx: workstations.register(tx, service.desk, caller, body.name, body.fingerprint)
    )
    return answer(workstations.shown(made))


@router.get("/workstations")
async def list_own(service: Served, caller: Asking) -> Response:
    """The caller's workstations."""
    found = await service.read(lambda reader: reader.find(WorkstationRecord, user=caller.user))
    return answer({"workstations": [workstations.shown(record) for record in found]})


@router.delete("/workstations/{workstation_id}", status_code=204)
async def remove(service: Served, caller: Asking, workstation_id: str) -> Response:
    """Forget a workstation; its sessions and subscriptions end."""
    await service.write(lambda tx: workstations.remove(tx, service.desk, caller, workstation_id))
    service.hub.end(workstation_id=workstation_id)
    return Response(status_code=204)


@router.post("/workstations/{workstation_id}/heartbeat")
async def heartbeat(
    service: Served, caller: Asking, workstation_id: str, body: HeartbeatBody | None = None
) -> Response:
    """Keep a workstation's edit sessions alive."""
    beat = body or HeartbeatBody()
    return answer(
        await service.write(
            lambda tx: workstations.heartbeat(
                tx, service.desk, caller, workstation_id, beat.session_ids, beat.viewing
            )
        )
    )


@router.get("/workstations/{workstation_id}/sync/diff", response_model=SyncDiff)
async def sync_diff(
    service: Served,
    caller: Asking,
    workstation_id: str,
    part_numbers: Annotated[str, Query(max_length=_MAX_ASKED)] = "",
) -> Response:
    """What a workstation should have and has not acknowledged."""
    asked = [number for number in part_numbers.split(",") if number]
    return answer(
        await service.read(lambda reader: sync.diff(reader, caller, workstation_id, asked))
    )


@router.post("/workstations/{workstation_id}/sync/preview", response_model=SyncPreview)
async def sync_preview(
    service: Served, caller: Asking, workstation_id: str, body: PreviewBody
) -> Response:
    """What a workstation would have to fetch if its subscriptions were changed; changes nothing."""
    proposals = [Proposal(**proposal.model_dump()) for proposal in body.subscriptions]
    return answer(
        await service.read(
            lambda reader: sync.preview(
                reader, service.desk, caller, workstation_id, proposals, body.remove
            )
        )
    )


@router.post("/workstations/{workstation_id}/sync/ack", status_code=204)
async def sync_ack(service: Served, caller: Asking, workstation_id: str, body: AckBody) -> Response:
    """A workstation has a version now."""
    await service.write(
        lambda tx: sync.acknowledge(tx, caller, workstation_id, body.part_number, body.version)
    )
    return Response(status_code=204)


@router.post("/workstations/{workstation_id}/sync/acks", status_code=204)
async def sync_acks(
    service: Served, caller: Asking, workstation_id: str, body: AcksBody
) -> Response:
    """A workstation has many versions now: all are recorded, or none is."""
    named = {ack.part_number: ack.version for ack in body.acks}
    await service.write(lambda tx: sync.acknowledge_all(tx, caller, workstation_id, named))
    return Response(status_code=204)


@router.get("/subscriptions")
async def list_subscriptions(service: Served, caller: Asking, workstation_id: str) -> Response:
    """What a workstation follows."""
    return answer(
        await service.read(lambda reader: sync.list_subscriptions(reader, caller, workstation_id))
    )


@router.post("/subscriptions", status_code=201)
async def subscribe(service: Served, caller: Asking, body: SubscriptionBody) -> Response:
    """Follow an item, a project or a category."""
    made = await service.write(
        lambda tx: sync.subscribe(tx, service.desk, caller, **body.model_dump())
    )
    return answer(made, 201)


@router.patch("/subscriptions/{subscription_id}")
async def change_subscription(
    service: Served, caller: Asking, subscription_id: str, body: SubscriptionChangeBody
) -> Response:
    """Change a subscription."""
    members = body.model_dump(exclude_unset=True)
    return answer(await service.write(lambda tx: sync.change(tx, caller, subscription_id, members)))


@router.delete("/subscriptions/{subscription_id}", status_code=204)
async def unsubscribe(service: Served, caller: Asking, subscription_id: str) -> Response:
    """End a subscription."""
    await service.write(lambda tx: sync.unsubscribe(tx, caller, subscription_id))
    return Response(status_code=204)
