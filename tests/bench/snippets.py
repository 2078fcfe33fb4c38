"""What the code blocks of the made-up course are made from: definitions of 12 to 24 lines, and
statements that fill a block up. `corpus.py` fills in names, numbers and words."""

from string import Template

DEFINITIONS = [Template(text.strip("\n")) for text in r'''
from dataclasses import dataclass, field


@dataclass(slots=True, frozen=True)
class ${Noun}:
    """一个$word，$act之后不再改变。"""

    $field: str
    $field2: int = $k
    ${other}s: list[str] = field(default_factory=list)

    def $verb(self, *, limit: int = $j) -> "$Noun":
        if not self.${other}s:
            raise ValueError(f"{self.$field!r} 没有 ${other}")
        kept = self.${other}s[:limit]  # 只$act前 $j 个
        return $Noun(self.$field, self.$field2 + len(kept), kept)

    @property
    def $field3(self) -> float:
        return self.$field2 * $f
=====
import functools
import time
from collections.abc import Callable


def $verb[**P, R](times: int = $j, delay: float = $f) -> Callable[[Callable[P, R]], Callable[P, R]]:
    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        @functools.wraps(function)
        def wrapper(*args: P.args, **kwargs: P.kwargs) -> R:
            for attempt in range(1, times + 1):
                try:
                    return function(*args, **kwargs)
                except (OSError, TimeoutError) as error:
                    if attempt == times:
                        raise
                    print(f"${noun}: 第 {attempt} 次失败，{error!s}")
                    time.sleep(delay * 2**attempt)  # $act前先等一等
            raise AssertionError("unreachable")

        return wrapper

    return decorate
=====
import asyncio
import random

$NOUN = asyncio.Semaphore($j)


async def $verb($noun: str, *, $field: int = $k) -> tuple[str, int]:
    async with $NOUN:
        await asyncio.sleep(random.random() / $k)
        return $noun, $field * len($noun)


async def $verb2(${noun}s: list[str]) -> dict[str, int]:
    """同时${act}所有$word。"""
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task($verb($noun)) for $noun in ${noun}s]
    return dict(task.result() for task in tasks if task.result()[1] > $j)
=====
from typing import Any


def $verb($noun: dict[str, Any] | list[Any] | str) -> str:
    match $noun:
        case {"type": "$other", "$field": int(value)} if value > $k:
            return f"$other above $k: {value:,}"
        case {"type": "$other", "$field": value, **rest}:
            return f"{value=} 以及 {len(rest)} 个其他键"
        case [first, *_, last] if first != last:
            return f"{first} … {last}"
        case [] | "":
            return "空的$word"
        case str() as text:
            return text.removeprefix("$field2-").upper()
        case _:
            raise TypeError(f"不能${act} {type($noun).__name__}")
=====
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory


@contextmanager
def $verb(prefix: str = "$noun-") -> Iterator[Path]:
    """给${act}用的临时目录，离开时连同$word一起删除。"""
    with TemporaryDirectory(prefix=prefix) as name:
        folder = Path(name)
        (folder / "$other.txt").write_text("$field=$k\n", encoding="utf-8")
        try:
            yield folder
        except FileNotFoundError as error:
            error.add_note(f"在 {folder} 里找不到 $other")
            raise
        finally:
            print("$noun", sum(path.stat().st_size for path in folder.iterdir()))
=====
import csv
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator


def $verb(lines: Iterable[str]) -> Iterator[dict[str, str]]:
    for number, row in enumerate(csv.DictReader(lines), start=1):
        if not row["$field"].strip():
            continue  # 第 number 行没有$word
        yield row | {"$field2": str(number)}


def $verb2(rows: Iterable[dict[str, str]]) -> dict[str, Counter[str]]:
    totals: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        totals[row["$field"]][row.get("$other", "?")] += 1
    return {key: count for key, count in totals.items() if count.total() >= $j}
=====
from typing import Protocol, runtime_checkable


@runtime_checkable
class $Noun(Protocol):
    $field: int

    def $verb(self, $other: str, /) -> bool: ...


class $Other[T: (int, str)]:
    def __init__(self, *${other}s: T) -> None:
        self.${other}s: tuple[T, ...] = ${other}s
        self.$field = $k

    def $verb(self, $other: str, /) -> bool:
        return any(str(found) == $other for found in self.${other}s)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.${other}s))})"
=====
import enum
from typing import Self


class $Noun(enum.StrEnum):
    OPEN = "$field"
    CLOSED = "$field2"
    LOST = "$field3"

    @classmethod
    def $verb(cls, $other: str) -> Self:
        """按名字查找，找不到时说出$word里有什么。"""
        try:
            return cls[$other.strip().upper()]
        except KeyError:
            known = ", ".join(sorted(cls.__members__))
            raise LookupError(f"没有 {$other!r}；有 {known}") from None

    @property
    def is_final(self) -> bool:
        return self in {$Noun.CLOSED, $Noun.LOST}
=====
import json
from pathlib import Path
from typing import NotRequired, TypedDict


class $Noun(TypedDict):
    $field: str
    $field2: int
    ${other}s: NotRequired[list[str]]


def $verb(path: Path) -> list[$Noun]:
    ${noun}s = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(${noun}s, list):
        raise ValueError(f"{path.name}: 应当是列表，不是 {type(${noun}s).__name__}")
    for $noun in ${noun}s:
        $noun.setdefault("$field2", $k)
    return sorted(${noun}s, key=lambda $noun: ($noun["$field2"], $noun["$field"]))
=====
import heapq
from math import inf

type Graph[Node] = dict[Node, dict[Node, float]]


def $verb[Node](graph: Graph[Node], start: Node, limit: float = $k.0) -> dict[Node, float]:
    """从 start 出发${act}每个节点的$word，不超过 limit。"""
    ${field}s = {node: inf for node in graph} | {start: 0.0}
    queue: list[tuple[float, int, Node]] = [(0.0, 0, start)]
    order = 0
    while queue:
        $field, _, node = heapq.heappop(queue)
        if $field > ${field}s[node] or $field > limit:
            continue
        for target, length in graph[node].items():
            if (found := $field + length) < ${field}s.get(target, inf):
                ${field}s[target] = found
                heapq.heappush(queue, (found, order := order + 1, target))
    return {node: $field for node, $field in ${field}s.items() if $field < inf}
=====
import re
from typing import NamedTuple

$NOUN = re.compile(
    r"""
    (?P<$field>[A-Z]{2,$j})-       # 大写字母
    (?P<$field2>\d{1,4})           # 编号
    (?:@(?P<$field3>[\w.]+))?      # 可选的$word
    """,
    re.VERBOSE,
)


class $Noun(NamedTuple):
    $field: str
    $field2: int
    $field3: str | None = None


def $verb(text: str) -> list[$Noun]:
    return [$Noun(m["$field"], int(m["$field2"]), m["$field3"]) for m in $NOUN.finditer(text)]
=====
import pytest


@pytest.fixture(scope="module")
def ${noun}s() -> list[dict[str, int]]:
    return [{"$field": number, "$field2": number**2 % $k} for number in range($j)]


@pytest.mark.parametrize(
    ("$field", "expected"),
    [(0, 0), (1, 1), pytest.param(-$j, None, id="negative", marks=pytest.mark.slow)],
)
def test_$verb(${noun}s, $field, expected):
    found = next((n["$field2"] for n in ${noun}s if n["$field"] == $field), None)
    assert found == expected, f"{$field=} 的$word不对"


def test_$verb2(${noun}s, monkeypatch):
    monkeypatch.setenv("$NOUN", "$k")
    assert len({n["$field2"] for n in ${noun}s}) <= $j
=====
class $Noun(Exception):
    """${act}失败。"""

    def __init__(self, $field: str, *, code: int = $k) -> None:
        super().__init__(f"{$field}（{code:#06x}）")
        self.code = code


def $verb(${noun}s: list[str]) -> None:
    errors: list[Exception] = []
    for $noun in ${noun}s:
        if not $noun.isidentifier():
            errors.append($Noun($noun, code=len($noun) ^ 0x$k))
    if errors:
        raise ExceptionGroup("有 $word 不能$act", errors)


try:
    $verb(["$other", "2-$field", "class"])
except* $Noun as group:
    print(sorted(error.code for error in group.exceptions))
=====
class $Noun:
    """一个检查${word}范围的描述符。"""

    def __init__(self, low: float = 0, high: float = $k) -> None:
        self.low, self.high = low, high

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = f"_{name}"

    def __get__(self, instance: object | None, owner: type | None = None):
        return self if instance is None else getattr(instance, self.name)

    def __set__(self, instance: object, value: float) -> None:
        if not self.low <= value <= self.high:
            raise ValueError(f"{self.name[1:]}={value} 不在 {self.low}–{self.high} 之间")
        setattr(instance, self.name, value)


class $Other:
    $field = $Noun(high=$j)
=====
import sqlite3
from contextlib import closing

SCHEMA = """
CREATE TABLE IF NOT EXISTS ${noun}s (
    id INTEGER PRIMARY KEY, $field TEXT NOT NULL, $field2 REAL DEFAULT $f
)
"""


def $verb(rows: list[tuple[str, float]], path: str = ":memory:") -> list[tuple[str, int]]:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(SCHEMA)
        connection.executemany("INSERT INTO ${noun}s ($field, $field2) VALUES (?, ?)", rows)
        query = "SELECT $field, count(*) FROM ${noun}s WHERE $field2 > ? GROUP BY 1 ORDER BY 2 DESC"
        return connection.execute(query, ($f,)).fetchmany($k)
=====
import argparse
import logging
import sys

log = logging.getLogger("$noun")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="${act}一批$word")
    parser.add_argument("${noun}s", nargs="*", default=["$other"])
    parser.add_argument("--$field", type=int, default=$k, metavar="N")
    parser.add_argument("-v", "--verbose", action="count", default=0)
    options = parser.parse_args(arguments)
    logging.basicConfig(level=logging.WARNING - 10 * options.verbose, stream=sys.stderr)
    for index, $noun in enumerate(options.${noun}s):
        log.info("%d/%d: %s", index + 1, len(options.${noun}s), $noun)
        if len($noun) > options.$field:
            return 1
    return 0
=====
from functools import lru_cache, reduce
from itertools import batched, chain, pairwise
from operator import mul


@lru_cache(maxsize=$k)
def $verb($noun: int, step: int = $j) -> int:
    """${act}的递归写法；${word}由缓存代劳。"""
    if $noun <= 1:
        return 1
    return $verb($noun - 1, step) + (0 if $noun % step else $verb($noun // step, step))


def $verb2(${noun}s: list[int]) -> list[int]:
    gaps = [b - a for a, b in pairwise(sorted(${noun}s))]
    sums = (sum(part) for part in batched(gaps, $j))
    return list(chain(sums, [reduce(mul, gaps, 1) & 0xFF, ~$k, -7 // 2]))
=====
from __future__ import annotations

import weakref
from typing import ClassVar


class $Noun:
    instances: ClassVar[weakref.WeakValueDictionary[str, $Noun]] = weakref.WeakValueDictionary()

    def __new__(cls, $field: str, /) -> $Noun:
        if (known := cls.instances.get($field)) is not None:
            return known  # 同名的$word只有一个
        self = super().__new__(cls)
        self.$field = $field
        cls.instances[$field] = self
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, $Noun) and self.$field == other.$field

    def __hash__(self) -> int:
        return hash(self.$field)
=====
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor, as_completed


class $Noun:
    def __init__(self, size: int = $k) -> None:
        self._${other}s: deque[bytes] = deque(maxlen=size)
        self._lock = threading.RLock()

    def $verb(self, $other: bytes = b"\x00$field") -> int:
        with self._lock:  # ${act}时别的线程要等
            self._${other}s.append($other[::-1])
            return sum(map(len, self._${other}s))


shared = $Noun()
with ThreadPoolExecutor(max_workers=$j) as pool:
    futures = {pool.submit(shared.$verb, str(n).encode()): n for n in range($j)}
    done = {futures[future]: future.result() for future in as_completed(futures)}
=====
import numpy as np
import pandas as pd


def $verb(frame: pd.DataFrame, by: str = "$field") -> pd.DataFrame:
    """按 $field ${act}，去掉偏离 $j 个标准差以上的$word。"""
    frame = frame.assign(
        $field2=lambda found: pd.to_numeric(found["$field2"], errors="coerce"),
        $field3=lambda found: np.where(found["$field2"] > $k, "high", "low"),
    )
    center, spread = frame["$field2"].mean(), frame["$field2"].std(ddof=0)
    inside = frame[(frame["$field2"] - center).abs() <= $j * spread]
    return (
        inside.groupby([by, "$field3"], observed=True)
        .agg(total=("$field2", "sum"), count=("$field2", "size"))
        .query("count >= $j and total > $f")
        .reset_index()
    )
'''.split("=====\n")]

# Each stands alone, so that any of them can follow any definition.
STATEMENTS = [Template(text) for text in r'''
$noun = {"$field": $k, "$field2": [$f, -1, None], "$other": "${act}过的$word"}
# ${act}之前，先确认每个${word}都在
names = [f"{name:>{$j}}" for name in ("$field", "$field3") if name]
assert $k // $j >= 1, "$noun 太少"
total = sum(int(digit) for digit in str($k**2) if digit != "$j")
unique = sorted({"$noun", "$other"}, key=len, reverse=True)
for index in range(0, $k, $j):
    $field3 = index if index % $j else None
while (left := $k - $j) > 0 and not __debug__:
    break
'''.strip().replace("\n    ", "\t").splitlines()]
STATEMENTS = [Template(found.template.replace("\t", "\n    ")) for found in STATEMENTS]
