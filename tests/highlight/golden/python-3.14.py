#!/usr/bin/env python3
"""Every construct of Python 3.14; escapes \n count, \d does not."""
from __future__ import annotations

import os.path as path, re
from .. import a, b as c
from ...x.y import (print, type as t,  # comment
    Z)

# Soft keywords as names.
match = 1
match(x)
match (x)
match[x] = 1
match[x]: int = 1
match: int = 3
match -x
match * a, b
match.group()
match in x, match is y, match and z
case = {"a": 1}
case(lambda x: 1)
case[0] = (x[1:2])
case, match = match, case
type = 3
type: str = "x"
print(type(x), end="", sep=sep)
x.match(y), x.case, x.type(), x.print(1)
_ = _("text")
foo(
    match,
    case (x), type,
)

# Soft keywords as keywords.
match command.split():
    case ["go", direction] | {"k": v, **rest}: pass
    case Point(x=0, y=_) if y > 0:
        return None
    case (a, b): ...
    case -1 | +1j: x
    case [_, *_] | (_, _): x
    case str() as s if lambda: s: x
    case None | True | a.b.C: x
    case "a" "b" | b"c": x
    case *rest, last: x
    case _: raise ValueError(f"bad {x!r:>{w}.3f}") from None
match (a, b):
    case _:
        pass
match -x:
    case {}: pass
match *a, b:  # comment: with a colon
    case [ ]: pass
match [x]:
    case(1, 2): pass
match(a, b):
    case _: pass
match (
    a,
):
    case (
        1, _
    ): pass
match not x, {1: 2}[y], "a:b", f(a)[b:c]:
    case _: pass
match match:
    case case: case
type Point[T: (int, str) = int, *Ts = *tuple[int, ...], **P = [int]] = tuple[float, T]
type A = int | None; type B = "C"
if x: type C = D
else: type type = type

# Definitions.
def f[T: (int, str), *Ts, **P](self, x: T, y: np.ndarray[int, Any] = lambda a, b=1: {a: b}, /,
        *args: *Ts, id: str | None = None, type=int, **kw: P.kwargs) -> dict[str, T]:
    """Doc."""
    y: dict[str, Point] = {}
    self.items: list[Item] = [i for i in x if i]
    z: Final = 1; name: "Node"
    global a; nonlocal b
    del a[0], b.c
    assert isinstance(x, int), "no"
    return super().__init__(**kw)

async def g(
    a: int,  # comment, with (brackets
    b: Callable[[int], str] = print,
    *,
    c=(1, 2),
) -> AsyncIterator[int]:
    async with a as b, c() as d: pass
    async for i in x: yield i
    r = {k: v async for k, v in y if await k}
    yield from q
    return (yield), await z

class C[T = int](Base, Generic[T], metaclass=ABCMeta):
    x: int
    name: str = field(default_factory=list)
    error: ValueError = None
    __slots__ = ("a",)
    def __init__(self): self.x = self.__dict__ = cls
    def print(self, print): print(self.print)
class E(Exception, my.Base): pass
class D: x: int = 1
class F(): ...

@app.get("/x", response_model=list[X])
@property
@functools . wraps(f)
@(lambda f: f)
@lambda f: f
@x[0].y
@not_a_word
def h(): x @ y

try: pass
except* (OSError, ValueError) as e: pass
except *TypeError: pass
except A, B: raise
finally: print(..., sep=...)
with (open("f") as fh, x): pass
for i, *rest in enumerate(x): continue
else: break
while (n := len(a)) > 10 and not b or c is not d not in e: pass
if x == 1 != 2 <= 3 >= 4 < 5 > 6: x <<= 1; x >>= 2; x **= 3; x //= 4; x @= y; x |= ~y ^ 1 & 2 % 3
numbers = 1_000 + 0xFF_ff + 0b1_0 + 0o17 + 1.5e-10 + 1j + .5 + 1. + 1e5J - 5 ** 2 // 3, x.real, 1 .real, 1..real
x = ...; y[..., 1:2, ::-1]
a = b if c else d
NotImplemented, Ellipsis, __debug__, __name__, x.__class__.__name__, True.real
raise ExceptionGroup("x", [TaskGroup(), KeyError, MyError, UserWarning])
sorted(x, key=lambda type, *args, k=len: type.id, reverse=True, key=len)
print(lambda: (yield), lambda *, a: a, lambda x=lambda y: 1: x)
x = [*a, *b], {**c}, (*d,)
exec, print, id == 1, id=1, input()

# Strings.
s = r"\d\"" + b"\x00\u1234\777" + rb'\x' + BR"a" + u"中\N{DASH}\u4e2d\x41\'" + "\e" + '\\'
t = f'{d['a']}' f"{f"{f"{1}"}"}" t"{x=!r}" rf"\d{x}\{y}" Rb"x" tr'{x}' F"{x}"
u = f"{{lit}} {x:%Y-%m-%d} {x!s:{w}.{p}} {a if b else c} {x=} {x = !r} {x!=y} {x:=5} {d["k"]:>10}"
v = f"{(lambda x: 1)} {x[1:2]} { {1: 2}[1] } {(y := 1)} {x:{'>'}{10}} {'\n'} {self=} {x:#x}"
m = f"""
  {
    x  # comment "
    + 1:
    >10
  } {'a' 'b'} \N{DASH} \{x} {{x}} "quoted" {x!r}
"""
z = f"{
   a +
   b}" + "x"
r = r"""raw \""" {x} """ + b'''bytes \x00 \u1234''' + t'''{x}
{y:
}'''
w = "a\
b" + 'c'
y = x \
    + match [x] \
    - 1
'''Triple ' and " quotes, \x41'''
变量 = "中文"
def 函数(参数: 类型) -> None: print(参数, é.ñ)
class 类(基类): ...

# Wrong code spoils only itself.
b = 'unterminated
c = f"{x
def ok(): return 1
d = f"{x:>10
x = (1, [2,
def ok(): pass
e = foo(a
return x
print "x", `y`, a <> b, $x ? !y
