"""The gate to the compiler: kernels are compiled by Numba, and so are the laws that they call.

A kernel is generic: it calls `law.advance(…)` on a NamedTuple, and Numba compiles it once for each
type of law and of number. What is compiled is kept on disk (`code_cache.py`): the second run of a
command compiles nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from inspect import isfunction
from typing import Any, TypeVar, cast

import numba
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import event, types
from numba.extending import intrinsic, overload, overload_method
from numba.np.arrayobj import make_array

from neurospike_cli.engine.code_cache import keep_code

F = TypeVar("F", bound=Callable[..., Any])

#: Flags that are read at a time.
WORD = 64


def compiled(kernel: F) -> F:
    """Compile a kernel at its first call with new types; it releases the interpreter lock."""
    return _jit(kernel)


def uncounted(kernel: F) -> F:
    """Compile a part of kernels that makes no arrays, and counts no references to those it gets.

    Counting took longer than a step of a small layer.
    """
    return _jit(kernel, _nrt=False)


def inlined(kernel: F) -> F:
    """Compile an uncounted part into each kernel that calls it."""
    return _jit(kernel, forceinline=True, _nrt=False)


def inlined_sum(kernel: F) -> F:
    """Compile a part of kernels whose sums may be taken in any order, to use wide registers.

    Its bits are those of every call on this machine; another width of registers gives others.
    """
    return _jit(kernel, forceinline=True, _nrt=False, fastmath={"reassoc", "nsz"})


def _jit(kernel: F, **options: Any) -> F:
    decorated: Any = numba.njit(nogil=True, error_model="numpy", **options)(kernel)
    keep_code(decorated, kernel)
    return cast(F, decorated)


class _Notice(event.Listener):
    """Calls `say` once, when something is compiled for the first time."""

    def __init__(self, say: Callable[[], None]) -> None:
        self.say: Callable[[], None] | None = say

    def on_start(self, event: Any) -> None:
        say, self.say = self.say, None
        if say is not None:
            say()

    def on_end(self, event: Any) -> None:
        pass


@contextmanager
def telling_of_compilation(say: Callable[[], None]) -> Iterator[None]:
    """Call `say` before the first thing that has to be compiled in this context."""
    with event.install_listener("numba:compile", _Notice(say)):
        yield


def declare(law: object) -> None:
    """Let kernels call the methods of a law, and of the laws among its fields."""
    if isinstance(law, tuple):
        _declare_class(type(law))
        for field in law:
            declare(field)


#: What is called and what is read of the laws so far: Numba keeps one meaning of a name for all.
_METHODS: set[str] = set()
_FIELDS: set[str] = set()


@cache
def _declare_class(law: type[tuple[Any, ...]]) -> None:
    _FIELDS.update(getattr(law, "_fields", ()))
    _METHODS.update(n for n, m in vars(law).items() if isfunction(m) and not n.startswith("_"))
    twice = _METHODS & _FIELDS
    assert not twice, (
        f"{law.__name__}: {sorted(twice)} name a method of one law, a field of another"
    )
    for name, member in vars(law).items():
        if isfunction(member) and not name.startswith("_"):
            _declare_method(name, member.__code__.co_argcount - 1)


@cache
def _declare_method(name: str, arguments: int) -> None:
    """Resolve `law.name(…)` by the law's class; Numba compiles the function that it finds there.

    Methods of one name take the same number of arguments in all laws.
    """
    names = ", ".join(["self", *(f"argument{i}" for i in range(arguments))])
    resolve = _function(names, [f"return getattr(self.instance_class, {name!r}, None)"])
    # Numba has a type of its own for tuples whose fields are all alike.
    for kind in (types.NamedTuple, types.NamedUniTuple):
        overload_method(kind, name, strict=False)(resolve)  # type: ignore[call-arg]


def element(array: Any, j: int, like: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return column j of an array as a tuple of the length of `like`; for kernels."""
    return tuple(array[v, j] for v in range(len(like)))


def put(array: Any, j: int, values: tuple[Any, ...]) -> None:
    """Set column j of an array; for kernels."""
    for v, value in enumerate(values):
        array[v, j] = value


def elements(arrays: tuple[Any, ...], row: int, j: int) -> tuple[Any, ...]:
    """Return element (row, j) of each array; for kernels."""
    return tuple(array[row, j] for array in arrays)


def put_elements(arrays: tuple[Any, ...], row: int, j: int, values: tuple[Any, ...]) -> None:
    """Set element (row, j) of each array; for kernels."""
    for array, value in zip(arrays, values, strict=True):
        array[row, j] = value


def total(left: tuple[Any, ...], right: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the sums of the elements of two tuples; for kernels."""
    return tuple(a + b for a, b in zip(left, right, strict=True))


def product(left: tuple[Any, ...], right: tuple[Any, ...]) -> tuple[Any, ...]:
    """Return the products of the elements of two tuples; for kernels."""
    return tuple(a * b for a, b in zip(left, right, strict=True))


def _function(head: str, lines: list[str]) -> Callable[..., Any]:
    """Return a function with these lines: Numba has no loop that makes a tuple."""
    scope: dict[str, Any] = {}
    exec("\n    ".join([f"def unrolled({head}):", *lines]), scope)
    function: Callable[..., Any] = scope["unrolled"]
    return function


@overload(element, strict=False)
def _element(array: Any, j: Any, like: Any) -> Any:
    columns = "".join(f"array[{v}, j], " for v in range(len(like)))
    return _function("array, j, like", [f"return ({columns})"])


@overload(put, strict=False)
def _put(array: Any, j: Any, values: Any) -> Any:
    lines = [f"array[{v}, j] = values[{v}]" for v in range(len(values))]
    return _function("array, j, values", lines or ["pass"])


@overload(total, strict=False)
def _total(left: Any, right: Any) -> Any:
    sums = "".join(f"left[{v}] + right[{v}], " for v in range(len(left)))
    return _function("left, right", [f"return ({sums})"])


@overload(product, strict=False)
def _product(left: Any, right: Any) -> Any:
    products = "".join(f"left[{v}] * right[{v}], " for v in range(len(left)))
    return _function("left, right", [f"return ({products})"])


@overload(elements, strict=False)
def _elements(arrays: Any, row: Any, j: Any) -> Any:
    values = "".join(f"arrays[{v}][row, j], " for v in range(len(arrays)))
    return _function("arrays, row, j", [f"return ({values})"])


@overload(put_elements, strict=False)
def _put_elements(arrays: Any, row: Any, j: Any, values: Any) -> Any:
    lines = [f"arrays[{v}][row, j] = values[{v}]" for v in range(len(arrays))]
    return _function("arrays, row, j, values", lines or ["pass"])


@intrinsic
def word_of_flags(typing: Any, flags: Any, word: Any) -> Any:
    """Return the bits of flags[WORD * word : WORD * (word + 1)], 1 where a flag is not 0.

    Args:
        flags: uint8, contiguous.
        word: which of them.
    """

    values_of: Any = make_array(flags)  # type: ignore[no-untyped-call]

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array, number = arguments
        byte = ir.VectorType(ir.IntType(8), WORD)
        start = builder.mul(number, ir.Constant(number.type, WORD))
        first = builder.gep(values_of(context, builder, array).data, [start])
        values = builder.load(builder.bitcast(first, byte.as_pointer()))
        values.align = 1
        is_set = builder.icmp_unsigned("!=", values, ir.Constant(byte, [0] * WORD))
        return builder.bitcast(is_set, ir.IntType(WORD))

    return types.uint64(flags, word), generate


@intrinsic
def lowest_bit(typing: Any, bits: Any) -> Any:
    """Return which bit is the lowest that is 1; there is one."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        return builder.cttz(arguments[0], ir.Constant(ir.IntType(1), 1))

    return types.int64(types.uint64), generate


@intrinsic
def without_lowest_bit(typing: Any, bits: Any) -> Any:
    """Return the bits without the lowest that is 1."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        (value,) = arguments
        return builder.and_(value, builder.sub(value, ir.Constant(value.type, 1)))

    return types.uint64(types.uint64), generate
