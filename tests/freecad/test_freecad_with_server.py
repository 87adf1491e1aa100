"""The add-on in a real FreeCAD as a user installs it: with a real server and a colleague on another
workstation, and without its Python packages."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from silo_core.fcstd import read_document, to_dag
from silo_core.model.context import CheckpointContext, ContextLevel
from silo_core.ports.client import SiloClient
from silo_core.ports.files import read_file
from tests.freecad.kit import DATA, Server, eventually

ITEM = "PRT-100"
BOBS = ("bob", "Sketch002")

pytestmark = pytest.mark.timeout(300)


@pytest.fixture
def part(tmp_path: Path) -> Path:
    """A bracket of this test's own, writable."""
    return Path(shutil.copyfile(DATA / "bracket.FCStd", tmp_path / "bracket.FCStd"))


@pytest.fixture
def bob(server: Server, part: Path) -> Iterator[SiloClient]:
    """A colleague, who has put the part on the server and is editing its Sketch002."""
    client = SiloClient(server.url, server.add_user("bob"))
    client.create_item(ITEM, file_name=part.name)
    client.upload_file(ITEM, part)
    desk = client.register_workstation("bob's desk", "fingerprint").id
    client.acquire_edit_session(ITEM, desk, ContextLevel.SKETCH, "Sketch002", ["Sketch002"])
    yield client
    client.close()


def test_main_path(
    profiles: Any, server: Server, bob: SiloClient, part: Path, tmp_path: Path
) -> None:
    def held() -> set[tuple[str, str]]:
        return {(session.user, session.object_id) for session in bob.get_edit_sessions(ITEM)}

    def holds(*objects: str) -> None:
        expected = {BOBS, *(("alice", name) for name in objects)}
        eventually(lambda: held() == expected, held)

    def contexts() -> list[str | None]:
        return [version.context for version in bob.list_versions(ITEM).versions]

    def pocket() -> str:
        head = bob.get_item(ITEM).head
        assert head is not None
        target = tmp_path / "head.FCStd"
        bob.download_version(ITEM, head, target)
        return pocket_of(target)

    alice = {"SILO_SERVER_URL": server.url, "SILO_TOKEN": server.add_user("alice")}
    uploaded = contexts()
    config = {"parts": str(part.parent), "their pocket": 5.0}
    profile = profiles.make()
    # another add-on brings an old version of a package that Silo has a newer one of
    pretend_version(profile.home / "Mod" / "Other", "pluggy", "1.4.0")
    with profile.start("one_server", alice, **config) as freecad:
        freecad.reached("sketch-entered")
        holds("Sketch001")
        freecad.go_on("sketch-entered")
        freecad.reached("sketch-left")
        holds()
        assert contexts() == [CheckpointContext.BODY_CLOSE, *uploaded]
        assert pocket() == pocket_of(part) == pocket_of(DATA / "bracket-alice.FCStd")
        freecad.go_on("sketch-left")

        freecad.reached("sketch-in-body-entered")
        holds("Body", "Sketch001")
        freecad.go_on("sketch-in-body-entered")
        freecad.reached("sketch-in-body-left")
        holds("Body")
        assert contexts()[0] == CheckpointContext.SKETCH_CLOSE
        assert len(contexts()) == len(uploaded) + 2
        freecad.go_on("sketch-in-body-left")
        freecad.reached("body-left")
        holds()
        freecad.go_on("body-left")

        freecad.reached("blocked")
        assert held() == {BOBS}
        push_newer(bob, DATA / "bracket-bob.FCStd")
        freecad.go_on("blocked")

        freecad.reached("entered-before-the-end")
        holds("Sketch001")
        before = contexts(), pocket()
        freecad.go_on("entered-before-the-end")
        found = freecad.found()
    assert found["exit code"] == 0
    assert held() == {BOBS}, "what was held is released as FreeCAD ends"
    assert (contexts(), pocket()) == before, "what the user discarded is not pushed"

    ours = ("freecad", "freecad-tree")
    theirs = ("activity", "checkpoint", "locking", "merge", "subscriptions")
    assert found["plugins"] == [f"{name} enabled" for name in sorted((*ours, *theirs))]
    assert found["volume"] == pytest.approx(55122.74333882307)
    assert found["backed out after"] < 1
    assert "Cannot edit Sketch002" in found["question"]
    assert any(
        "bob is currently editing Sketch002 on bob's desk" in text for text in found["question"]
    )
    assert found["options"] == ["OK", "Request Handoff", "Notify me when free"]
    assert not found["modal"]

    assert f"There is a newer version of {ITEM}" in found["stale"]
    assert any(text.startswith("bob changed") for text in found["stale"])
    assert (found["back in"], found["asked again"]) == ("Sketch001", 0)


def push_newer(bob: SiloClient, file: Path) -> None:
    """Bob pushes another version while alice edits nothing."""
    head = bob.get_item(ITEM).head
    assert head is not None
    (desk,) = bob.list_workstations()
    bob.push_checkpoint(
        ITEM,
        file,
        CheckpointContext.MANUAL,
        None,
        to_dag(read_file(file)),
        workstation_id=desk.id,
        base=head.id,
        file_name=file.name,
    )


def pocket_of(file: Path) -> str:
    """The hash of the inputs of the object Pocket."""
    with file.open("rb") as opened:
        objects = read_document(opened, name=file.name).objects
    return next(entry.properties_hash for entry in objects if entry.name == "Pocket")


def test_without_its_packages_it_says_what_to_install(profiles: Any, part: Path) -> None:
    profile = profiles.make(with_packages=False)
    found = profile.run("without_packages", parts=str(part.parent))
    sentence, command = not_active(found)
    assert "httpx>=0.27, keyring>=25" in sentence
    folder = str(profile.home / "AdditionalPythonPackages")
    assert folder in sentence
    assert f'-m pip install --upgrade --target "{folder}' in command
    assert "httpx>=0.27\nkeyring>=25" in found["listed"][0]
    home = profile.home / "Program Files" / "bin"
    assert found["python on win32"] == f'"{home / "python.exe"}"'
    assert found["python on darwin"] == f"'{home / 'python'}'"


def test_with_packages_that_are_too_old_it_says_which_and_where(profiles: Any, part: Path) -> None:
    profile = profiles.make()
    (folder,) = (profile.home / "AdditionalPythonPackages").iterdir()
    installed = folder.resolve()
    folder.unlink()
    shutil.copytree(installed, folder, copy_function=os.link)
    for name, version in (("httpx", "0.26.0"), ("pluggy", "1.4.0")):
        pretend_version(folder, name, version)
    found = profile.run("without_packages", parts=str(part.parent))
    sentence, command = not_active(found)
    old = [f"httpx>=0.27 (0.26.0 is in {folder})", f"pluggy>=1.5 (1.4.0 is in {folder})"]
    assert ", ".join(old) in sentence
    assert "\n".join(old) in found["listed"][0]
    assert command.endswith('" "httpx>=0.27" "pluggy>=1.5"')


def not_active(found: dict[str, Any]) -> tuple[str, str]:
    """What it said, and what it would have typed; FreeCAD works on without it."""
    (sentence,) = found["report"]
    (command,) = found["command"]
    assert sentence.startswith("Silo is not active: ")
    assert found["dialog"]
    assert not found["running"]
    assert found["sketch opens"]
    assert found["report afterwards"] == found["report"]
    assert found["exit code"] == 0
    return sentence, command


def pretend_version(folder: Path, name: str, version: str) -> None:
    """Have the package in ``folder``, or one that is made there, be of that version."""
    for info in folder.glob(f"{name}-*.dist-info"):
        shutil.rmtree(info)
    info = folder / f"{name}-{version}.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text(f"Name: {name}\nVersion: {version}\n", "utf-8")
