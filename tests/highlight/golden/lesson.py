# 闭包：内层函数记住了外层函数的变量
def make_counter(start=0):
    """返回一个计数器，每次调用加一。"""
    count = start

    def counter():
        nonlocal count  # 声明使用外层的 count，而不是新建局部变量
        count += 1
        return count

    return counter


counter = make_counter(100)
print(counter(), counter())

# 列表推导式与生成器表达式
numbers = [1, 2, 3, 4, 5]
squares = [n ** 2 for n in numbers if n % 2 == 0]
total = sum(n * n for n in numbers)
print(f"平方：{squares}，总和：{total:>6.2f}")

# 字典：统计单词出现的次数
words = "to be or not to be".split()
counts: dict[str, int] = {}
for word in words:
    counts[word] = counts.get(word, 0) + 1
for word, times in sorted(counts.items(), key=lambda item: -item[1]):
    print(word, times, sep=": ")


class Account:
    """银行账户：演示属性、异常与特殊方法。"""

    interest_rate = 0.02

    def __init__(self, owner: str, balance: float = 0.0) -> None:
        self.owner = owner
        self._balance = balance

    @property
    def balance(self) -> float:
        return self._balance

    def withdraw(self, amount: float) -> None:
        if amount <= 0:
            raise ValueError("金额必须大于零")
        if amount > self._balance:
            raise ValueError(f"余额不足：只有 {self._balance:.2f} 元")
        self._balance -= amount

    def __repr__(self) -> str:
        return f"Account({self.owner!r}, {self._balance})"


account = Account("小明", 100)
try:
    account.withdraw(500)
except ValueError as error:
    print("取款失败：", error)
else:
    print("取款成功")
finally:
    print(account)


# 装饰器：给函数加上计时
import functools
import time


def timed(func):
    @functools.wraps(func)
    def wrapper(*args, **kwargs):
        begin = time.perf_counter()
        try:
            return func(*args, **kwargs)
        finally:
            print(f"{func.__name__} 用时 {time.perf_counter() - begin:.3f} 秒")

    return wrapper


@timed
def slow(n: int) -> int:
    return sum(i * i for i in range(n))


slow(1_000_000)


# 结构化模式匹配
def describe(shape):
    match shape:
        case {"kind": "circle", "radius": r}:
            return f"圆，半径 {r}"
        case [x, y]:
            return f"点 ({x}, {y})"
        case _:
            return "未知"


# 异步：同时等待三个任务
import asyncio


async def fetch(name, delay):
    await asyncio.sleep(delay)
    return f"{name} 完成"


async def main():
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(fetch(f"任务{i}", i / 10)) for i in range(3)]
    for task in tasks:
        print(task.result())


asyncio.run(main())

with open("notes.txt", "w", encoding="utf-8") as file:
    file.write("第一行\n第二行\n")
