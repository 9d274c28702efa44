"""The public contract: generated code is fresh, what is written keeps the rules, with comments."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from tests.protos.lint import complaints

ROOT = Path(__file__).resolve().parents[2]
PROTOS = ROOT / "protos"
Buf = Callable[[Path], list[str]]

GOOD = """syntax = "proto3";
package a.v1;
// A.
service AService {
  // B.
  rpc Do(DoRequest) returns (DoResponse);
}
// C.
message DoRequest {
  // Bytes.
  int64 size_bytes = 1;
  // D.
  State state = 2;
}
// E.
message DoResponse {}
// F.
enum State {
  // G.
  STATE_UNSPECIFIED = 0;
  // H.
  STATE_OPEN = 1;
}
"""
SPOILT: dict[str, tuple[str, str, str]] = {
    "PACKAGE_VERSION_SUFFIX": ("package a.v1", "package a", "has no version"),
    "PACKAGE_DIRECTORY_MATCH": ("package a.v1", "package b.v1", "package's folder"),
    "SERVICE_SUFFIX": ("service AService", "service A", "ending in Service"),
    "RPC_PASCAL_CASE": ("rpc Do(", "rpc do(", "rpc do is not PascalCase"),
    "RPC_REQUEST_STANDARD_NAME": ("DoRequest", "Order", "Order is not DoRequest"),
    "RPC_RESPONSE_STANDARD_NAME": ("DoResponse", "Reply", "Reply is not DoResponse"),
    "RPC_REQUEST_RESPONSE_UNIQUE": ("(DoResponse)", "(DoRequest)", "more than one rpc"),
    "MESSAGE_PASCAL_CASE": ("// E.", "// I.\nmessage not_so {}\n// E.", "not_so is not PascalCase"),
    "FIELD_LOWER_SNAKE_CASE": ("size_bytes", "sizeBytes", "sizeBytes is not lower_snake"),
    "ENUM_PASCAL_CASE": ("State", "state", "enum state is not PascalCase"),
    "ENUM_ZERO_VALUE_SUFFIX": ("STATE_UNSPECIFIED", "STATE_NONE", "STATE_UNSPECIFIED = 0"),
    "ENUM_VALUE_PREFIX": ("STATE_OPEN", "OPEN", "value OPEN is not STATE_"),
    "ENUM_VALUE_UPPER_SNAKE_CASE": ("STATE_OPEN", "STATE_open", "value STATE_open is not"),
}
"""buf's name of a rule to what breaks it in GOOD, and our words for that."""


def compiled(folder: Path, out: Path) -> FileDescriptorSet:
    """All protos under a folder, with their comments."""
    files = [str(file) for file in sorted(folder.rglob("*.proto"))]
    flags = [f"--proto_path={folder}", f"--descriptor_set_out={out}", "--include_source_info"]
    subprocess.run([sys.executable, "-m", "grpc_tools.protoc", *flags, *files], check=True)
    return FileDescriptorSet.FromString(out.read_bytes())


@pytest.fixture(scope="module")
def contract(tmp_path_factory: pytest.TempPathFactory) -> FileDescriptorSet:
    return compiled(PROTOS, tmp_path_factory.mktemp("contract") / "contract.pb")


@pytest.fixture(scope="module")
def buf() -> Buf:
    """Runs `buf lint` with the contract's own configuration; names of the rules that are broken."""
    program = shutil.which("buf", path=str(Path(sys.executable).parent)) or shutil.which("buf")
    if program is None:
        pytest.skip("buf is not installed (pip install buf-bin)")

    def lint(folder: Path) -> list[str]:
        asked = [program, "lint", "--error-format=json", "--config", PROTOS / "buf.yaml", folder]
        done = subprocess.run(asked, capture_output=True, text=True, timeout=120)
        assert done.returncode in (0, 100) and not done.stderr, done.stderr
        return [json.loads(line)["type"] for line in done.stdout.splitlines()]

    return lint


@pytest.mark.skipif(sys.platform == "win32", reason="scripts/protos is a shell script")
def test_generated_code_is_fresh(tmp_path: Path) -> None:
    subprocess.run([ROOT / "scripts" / "protos", tmp_path], check=True)
    made, kept = ({
        file.name: file.read_text("utf-8") for file in (root / "v2a" / "v1").glob("*.py*")
    } for root in (tmp_path, ROOT))  # fmt: skip
    assert len(made) == 19 and made == kept, "run scripts/protos and commit what it makes"


def test_rules_are_kept_and_everything_is_explained(contract: FileDescriptorSet) -> None:
    assert len(contract.file) == 6
    assert complaints(contract) == []


def test_buf_agrees(buf: Buf) -> None:
    assert buf(PROTOS) == []


def test_buf_knows_the_rules_that_are_checked_here(buf: Buf, tmp_path: Path) -> None:
    for rule, (there, instead, _) in SPOILT.items():
        _written(tmp_path / rule, GOOD.replace(there, instead))
        assert rule in buf(tmp_path / rule)


@pytest.mark.parametrize("rule", SPOILT)
def test_a_broken_rule_is_told(rule: str, tmp_path: Path) -> None:
    there, instead, says = SPOILT[rule]
    _written(tmp_path / "in", GOOD.replace(there, instead))
    told = complaints(compiled(tmp_path / "in", tmp_path / "out.pb"))
    assert any(says in line for line in told), told


def test_a_missing_comment_or_unit_is_told(tmp_path: Path) -> None:
    _written(tmp_path / "in", GOOD)
    assert complaints(compiled(tmp_path / "in", tmp_path / "out.pb")) == []
    worse = GOOD.replace("  // G.\n", "").replace(
        "// Bytes.\n  int64 size_bytes", "// Big.\n int64 size"
    )
    _written(tmp_path / "in", worse)
    missing, unit = complaints(compiled(tmp_path / "in", tmp_path / "out.pb"))[::-1]
    assert "STATE_UNSPECIFIED has no comment" in missing and "'Big.' says nothing" in unit


def _written(folder: Path, text: str) -> None:
    path = folder / "a" / "v1" / "a.proto"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
