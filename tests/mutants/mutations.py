"""The mutants of a module, made by mutmut's operators.

mutmut's own runner changes the bodies of plain functions alone: it chooses between copies of a
function when it is called. The limits, tables, patterns and properties of our modules are none, so
each mutant here is the whole source of the module with one change in it.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import libcst
from libcst.metadata import ByteSpanPositionProvider, CodeSpan, MetadataWrapper
from mutmut.mutation.file_mutation import Mutation, MutationVisitor
from mutmut.mutation.mutators import mutation_operators
from mutmut.mutation.pragma_handling import get_ignored_lines

from tests.mutants.accepted import Change
from tests.mutants.targets import Target


class Mutant(NamedTuple):
    """A change, and the module's source with it.

    `first_line` is that of the function that changed, None if what changed runs at the import.
    """

    change: Change
    source: str
    first_line: int | None

    def is_met_by(self, called: set[int]) -> bool:
        """Return whether a test meets the change. `called` are the first lines of what it calls."""
        return self.first_line is None or self.first_line in called


class _Visitor(MutationVisitor):
    """Enter decorated functions too: no copy of them is made here."""

    def _skip_node_and_children(self, node: libcst.CSTNode) -> bool:
        if isinstance(node, libcst.FunctionDef):
            return False
        return super()._skip_node_and_children(node)


def mutants_of(target: Target) -> Iterator[Mutant]:
    """Yield the mutants of a module, in the order of its lines, each source once."""
    path = target.path
    code = Path(path).read_text(encoding="utf-8")
    wrapper = MetadataWrapper(libcst.parse_module(code))
    visitor = _Visitor(mutation_operators, get_ignored_lines(path, code, wrapper))
    module = wrapper.visit(visitor)
    spans = wrapper.resolve(ByteSpanPositionProvider)
    bodies = list(_bodies(code))
    seen = {code}
    for mutation in visitor.mutations:
        changed = _mutated(module, mutation, spans)
        if changed not in seen and _compiles(changed):
            seen.add(changed)
            line = _changed_line(code, changed)
            function = max((start for start, end in bodies if start < line <= end), default=None)
            yield Mutant(_change(path, code, changed), changed, function)


def _mutated(
    module: libcst.Module, mutation: Mutation, spans: Mapping[libcst.CSTNode, CodeSpan]
) -> str:
    """Return the source with the mutation in it: by its place in the text, else by the tree."""
    span = spans.get(mutation.original_node)
    if span is not None:  # a hundredth of what the tree takes
        start, end, text = span.start, span.start + span.length, module.bytes
        if text[start:end].decode() == module.code_for_node(mutation.original_node):
            new = module.code_for_node(mutation.mutated_node).encode()
            return (text[:start] + new + text[end:]).decode()
    changed = module.deep_replace(mutation.original_node, mutation.mutated_node)
    assert isinstance(changed, libcst.Module)
    return changed.code


def _compiles(code: str) -> bool:
    try:
        compile(code, "a mutant", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def _bodies(code: str) -> Iterator[tuple[int, int]]:
    """Yield the first line and the last of each function; a decorator's line is the first."""
    for node in ast.walk(ast.parse(code)):
        if isinstance(node, ast.FunctionDef):
            decorators = [decorator.lineno for decorator in node.decorator_list]
            yield min([node.lineno, *decorators]), node.end_lineno or node.lineno


def _changed_line(before: str, after: str) -> int:
    """Return the number of the first line that differs, from 1."""
    return _same_at_the_start(before.splitlines(), after.splitlines()) + 1


def _change(path: str, before: str, after: str) -> Change:
    old, new = before.splitlines(), after.splitlines()
    same = _same_at_the_start(old, new)
    end = _same_at_the_start(old[same:][::-1], new[same:][::-1])
    was, becomes = old[same : len(old) - end], new[same : len(new) - end]
    return Change(path, place_of(old, same), _joined(was), _joined(becomes))


def _same_at_the_start(left: Sequence[str], right: Sequence[str]) -> int:
    pairs = enumerate(zip(left, right, strict=False))
    return next((place for place, (a, b) in pairs if a != b), min(len(left), len(right)))


def _joined(lines: Sequence[str]) -> str:
    return " ".join(line.strip() for line in lines)


def place_of(lines: list[str], index: int) -> str:
    """Return the function or class that a line belongs to, `Class.method` for a method."""
    names: list[str] = []
    margin = _margin(lines[index]) if index < len(lines) else 0
    if lines[index].lstrip().startswith(("def ", "class ", "@")):
        margin += 1
    for line in reversed(lines[: index + 1]):
        words = line.replace("(", " ").replace(":", " ").split()
        if line.strip() and _margin(line) < margin and words[0] not in {")", "]", "}"}:
            margin = _margin(line)
            if words[0] in {"def", "class"}:
                names.insert(0, words[1])
    return ".".join(names) or "the module"


def _margin(line: str) -> int:
    return len(line) - len(line.lstrip())
