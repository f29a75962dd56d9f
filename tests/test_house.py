"""Rules that hold for the whole house, whatever room a change is in."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SHIPPED = ("bot", "cards", "app_manifest")  # what runs in production
LONGEST_MODULE = 300  # lines
BROAD_EXCEPTS = 3
_MADE = {"__pycache__", "data", "build"}  # by tools and by running; so is every folder with a dot, but .ci

# Put together, so that this file does not hold what it looks for.
_MACHINE_PATHS = re.compile("|".join(f"/{name}/" for name in ("work", "root", "home", "Users")) + r"|[A-Z]:\\")
_REGISTRY_HOSTS = re.compile(
    "|".join(
        re.escape(".".join(parts))
        for parts in (
            ("pypi", "org"),
            ("pythonhosted", "org"),
            ("docker", "io"),
            ("ghcr", "io"),
            ("quay", "io"),
            ("mcr", "microsoft"),
            ("npmjs", "org"),
        )
    )
)
_INDEX_LINE = re.compile(r"^\s*(-i|-f|--(extra-)?index-url|--find-links|--trusted-host)\b", re.MULTILINE)
_PACKAGE = re.compile(r"^([A-Za-z0-9._-]+)(\[[\w,]+\])?==\S+", re.MULTILINE)
_SILENCED = re.compile(r"#\s*(noqa|type:\s*ignore)\b")
_SILENCED_WITH_REASON = re.compile(r"#\s*(noqa: [A-Z0-9, ]+ --|type: ignore\[[a-z, -]+\]\s+#) \w")


def files(folder: Path = ROOT) -> Iterator[Path]:
    """Every file of the repository, without what tools and runs leave behind."""
    for path in sorted(folder.iterdir()):
        if path.is_dir():
            if path.name not in _MADE and (path.name == ".ci" or not path.name.startswith(".")):
                yield from files(path)
        elif not path.name.startswith((".coverage", ".git")) or path.name == ".gitignore":
            yield path


def texts() -> Iterator[tuple[str, str]]:
    """(path within the repository, content) of every text file."""
    for path in files():
        if path.suffix not in (".png", ".mo", ".zip", ".pyc"):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def modules(*folders: str) -> Iterator[tuple[str, str]]:
    for folder in folders:
        for path in sorted((ROOT / folder).rglob("*.py")):
            yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_no_module_is_longer_than_300_lines() -> None:
    lengths = {name: len(text.splitlines()) for name, text in modules(*SHIPPED)}
    assert {name: length for name, length in lengths.items() if length > LONGEST_MODULE} == {}


def test_every_module_tells_its_room_and_its_limit() -> None:
    silent = [name for name, text in modules(*SHIPPED) if text and not ast.get_docstring(ast.parse(text))]
    assert silent == []


def test_at_most_three_places_catch_whatever_comes() -> None:
    caught = [
        f"{name}:{handler.lineno}"
        for name, text in modules(*SHIPPED)
        for handler in ast.walk(ast.parse(text))
        if isinstance(handler, ast.ExceptHandler) and _is_broad(handler)
    ]
    assert len(caught) <= BROAD_EXCEPTS, caught


def _is_broad(handler: ast.ExceptHandler) -> bool:
    kinds = handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]
    return any(kind is None or ast.unparse(kind) in ("Exception", "BaseException") for kind in kinds)


def test_nothing_is_left_for_later() -> None:
    marks = re.compile("|".join(("TO" + "DO", "FIX" + "ME", "X" * 3)))
    later = [name for name, text in modules(*SHIPPED, "tests", "benchmarks") if marks.search(text)]
    raised = [name for name, text in modules(*SHIPPED) if re.search(r"raise NotImplemented", text)]
    assert later + raised == []


def test_a_check_is_silenced_only_with_a_reason() -> None:
    silent = [
        f"{name}:{number}"
        for name, text in modules(*SHIPPED)
        for number, line in enumerate(text.splitlines(), 1)
        if _SILENCED.search(line) and not _SILENCED_WITH_REASON.search(line)
    ]
    assert silent == []


def test_no_file_names_a_folder_of_somebodys_machine() -> None:
    assert [name for name, text in texts() if _MACHINE_PATHS.search(text)] == []


def test_no_file_names_a_package_registry() -> None:
    assert [name for name, text in texts() if _REGISTRY_HOSTS.search(text)] == []


@pytest.mark.parametrize("name", ["README.md", "CHANGELOG.md", "LICENSE"])
def test_the_front_door_has_its_signs(name: str) -> None:
    assert len((ROOT / name).read_text(encoding="utf-8")) > 200


def test_every_folder_of_tests_is_a_package() -> None:
    folders = {path.parent for path in (ROOT / "tests").rglob("*.py")}
    assert [str(folder) for folder in folders if not (folder / "__init__.py").exists()] == []


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_every_locked_package_has_its_hashes_and_no_index_is_named(name: str) -> None:
    lock = (ROOT / name).read_text(encoding="utf-8")
    starts = [found.start() for found in _PACKAGE.finditer(lock)]
    blocks = [lock[start:end] for start, end in zip(starts, [*starts[1:], len(lock)], strict=True)]
    assert blocks
    assert [block.split()[0] for block in blocks if "--hash=sha256:" not in block] == []
    assert not _INDEX_LINE.search(lock)
    loose = [
        line for line in lock.splitlines() if line and not line.startswith((" ", "#")) and not _PACKAGE.match(line)
    ]
    assert loose == []


def test_every_runtime_package_is_locked_and_has_its_one_reason() -> None:
    lines = (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert [line for line in wanted if line.count("#") != 1 or len(line.partition("#")[2].strip()) < 10] == []
    locked = {_plain(found[1]) for found in _PACKAGE.finditer((ROOT / "requirements.txt").read_text("utf-8"))}
    assert {_plain(re.split(r"[\[=<>#\s]", line)[0]) for line in wanted} <= locked


def _plain(name: str) -> str:
    """Names of packages, as indexes compare them (PEP 503)."""
    return re.sub(r"[-_.]+", "-", name).lower()
