"""Small mistakes that somebody could make in a line: each is one mutant of a file.

Comparisons, signs, `and` and `or`, numbers one off, conditions turned round, statements left out, answers not given. Texts,
annotations, assertions and what stands outside of functions are left as they are.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Mod: ast.FloorDiv,
    ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
LEFT_ALONE = (ast.JoinedStr, ast.Assert, ast.Raise)
DROPPED = (ast.Expr, ast.AugAssign, ast.Continue, ast.Break)


class Mutant(NamedTuple):
    """One mistake: where, in whose body, what stood there and what stands there now; and the code of that body."""

    file: str
    line: int
    function: str
    was: str
    now: str
    code: CodeType

    @property
    def name(self) -> str:
        """The same for the same mistake, wherever the lines of the file move."""
        return f"{self.file} {self.function}: {self.was} -> {self.now}"


def mutants(root: Path, file: str) -> Iterator[Mutant]:
    """Every mutant of a file, from top to bottom; equal ones in one body are told apart by their number."""
    tree, seen = ast.parse((root / file).read_text()), dict[str, int]()
    for function, qualified in functions(tree):
        for mutated, line, was, now in changes(function):
            code = body_of(swapped(tree, function, mutated), str(root / file), qualified)
            made = Mutant(file, line, qualified, was, now, code)
            seen[made.name] = seen.get(made.name, 0) + 1
            yield made if seen[made.name] == 1 else made._replace(now=f"{now} #{seen[made.name]}")


def functions(tree: ast.Module) -> Iterator[tuple[ast.FunctionDef, str]]:
    """Functions of a module and methods of its classes, not those inside of another."""
    for node in tree.body:
        if isinstance(node, ast.FunctionDef):
            yield node, node.name
        if isinstance(node, ast.ClassDef):
            yield from ((one, f"{node.name}.{one.name}") for one in node.body if isinstance(one, ast.FunctionDef))


def changes(function: ast.FunctionDef) -> Iterator[tuple[ast.FunctionDef, int, str, str]]:
    """Copies of a function with one mistake each: the copy, its line, and the words before and after."""
    for i, node in enumerate(places(function)):
        for k, _ in enumerate(mistakes(copy.deepcopy(node))):
            whole = copy.deepcopy(function)
            there = list(places(whole))[i]
            new = list(mistakes(there))[k]
            was = ast.unparse(there).split("\n")[0]
            now = ast.unparse(new).split("\n")[0]
            Exchange(there, new).visit(whole)
            yield ast.fix_missing_locations(whole), node.lineno, was, now


class Exchange(ast.NodeTransformer):
    """Puts one node in the place of another."""

    def __init__(self, old: ast.AST, new: ast.AST) -> None:
        self.old, self.new = old, new

    def visit(self, node: ast.AST) -> Any:
        return ast.copy_location(self.new, node) if node is self.old else super().visit(node)


def places(function: ast.FunctionDef) -> Iterator[Any]:
    """Every statement and expression in which somebody could make a mistake, in a fixed order."""
    waiting: list[ast.AST] = list(reversed(function.body))
    while waiting:
        node = waiting.pop()
        if isinstance(node, LEFT_ALONE):
            continue
        if isinstance(node, (ast.expr, ast.stmt)):
            yield node
        if isinstance(node, ast.AnnAssign):
            waiting += [node.value] if node.value else []
        elif isinstance(node, ast.FunctionDef):
            waiting += reversed(node.body)
        else:
            waiting += reversed(list(ast.iter_child_nodes(node)))


def mistakes(node: Any) -> Iterator[ast.AST]:
    """What could stand in the place of a node by mistake."""
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield changed(node, ops=[SWAPS[type(node.ops[0])](), *node.ops[1:]])  # type: ignore[list-item]
    if isinstance(node, (ast.BinOp, ast.BoolOp, ast.AugAssign)) and type(node.op) in SWAPS:
        yield changed(node, op=SWAPS[type(node.op)]())
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.Not, ast.USub, ast.Invert)):
        yield node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield ast.Constant(not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        yield from (ast.Constant(node.value + 1), ast.Constant(node.value - 1))
    if isinstance(node, (ast.If, ast.While, ast.IfExp)):
        yield changed(node, test=ast.UnaryOp(ast.Not(), node.test))
    if isinstance(node, ast.Return) and node.value is not None and ast.unparse(node.value) != "None":
        yield ast.Return(ast.Constant(None))
    if isinstance(node, DROPPED) and not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
        yield ast.Pass()


def changed(node: Any, **fields: Any) -> Any:
    """The same node with other fields."""
    kept = dict(ast.iter_fields(node)) | fields
    return type(node)(**kept)


def swapped(tree: ast.Module, old: ast.FunctionDef, new: ast.FunctionDef) -> ast.Module:
    """The module with another function in the place of one."""
    module = copy.copy(tree)
    module.body = [_instead(node, old, new) for node in tree.body]
    return module


def _instead(node: ast.stmt, old: ast.FunctionDef, new: ast.FunctionDef) -> ast.stmt:
    if node is old:
        return new
    if isinstance(node, ast.ClassDef) and old in node.body:
        changed_class = copy.copy(node)
        changed_class.body = [new if one is old else one for one in node.body]
        return changed_class
    return node


def body_of(module: ast.Module, file: str, qualified: str) -> CodeType:
    """The code of a function of a module, by its name in it."""
    waiting = [compile(module, file, "exec")]
    while waiting:
        code = waiting.pop()
        if code.co_qualname == qualified:
            return code
        waiting += [one for one in code.co_consts if isinstance(one, CodeType)]
    raise LookupError(f"{file} has no {qualified}")
