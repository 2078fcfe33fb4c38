#!/usr/bin/env python3
"""Writes one made-up course three times: for roadmap-site, for Hugo and for mdBook.

    corpus.py SECTIONSxLESSONS FOLDER

The same sizes give the same bytes on every machine: every choice comes from a generator that is
seeded with the place of the lesson. The texts make no sense, but they have the shape of a real
lesson: some 500 characters of Chinese with emphasis, inline code and links, now and then a list,
a callout or a question, and two blocks of 15 to 25 lines of modern Python, no two alike.
"""

import random
import re
import sys
from pathlib import Path
from string import Template

from snippets import DEFINITIONS, STATEMENTS

NOUNS = """order invoice ticket lesson parcel sensor packet token ledger recipe session pixel
    channel student review basket device message report segment voyage patient account cursor
    folder badge meter signal quota draft""".split()
VERBS = """load merge sort parse group fold scan rank clean split match trace cache flush count
    probe align index render verify""".split()
TRAITS = """lazy stable frozen nested shared partial sparse bounded ordered weak typed atomic
    local remote signed hashed""".split()
FIELDS = """label weight status region score author price depth created owner limit offset
    source target colour""".split()
CHINESE_NOUNS = """迭代器 生成器 装饰器 闭包 描述符 元类 协程 事件循环 上下文管理器 命名空间 字典视图 切片
    哈希表 引用计数 弱引用 数据类 协议 类型变量 异常组 任务组 缓存 队列 线程池 锁 信号量 字节码 解释器
    模块 包 虚拟环境 测试夹具 日志 序列化 正则表达式""".split()
CHINESE_TRAITS = """惰性 稳定 不可变 嵌套 共享 部分 稀疏 有界 有序 弱 带类型 原子 局部 远程 可重入 可组合""".split()
CHINESE_ACTIONS = """合并 排序 解析 分组 折叠 扫描 清洗 拆分 匹配 追踪 缓存 刷新 统计 对齐 索引 渲染 校验
    复制 遍历 过滤""".split()
ICONS = "🟢🟡🔵🟣🟠🟤🔴"

SENTENCES = [Template(text) for text in """
先看一个常见的误会：很多人以为$t1的$n1会在$v1的时候立刻求值，其实它只记住了`$code1`，等到真正需要时才去做。
**$n1的关键**在于谁拥有数据：如果$v1的一方也负责$v2，就很难在第 $k 次调用之后说清状态从哪里来。
把`$code1`换成`$code2`以后，内存从 $k MB 降到 $j MB，代价是每次$v1都要多走一层$n2。
这里的「$t1」不是比喻：解释器确实为每个$n1保存了一份$n2，可以用`$code1`看到它。
与[$n2]($link1)不同，$n1在$v1失败时*不会*自动回滚，调用者需要自己决定是重试 $j 次还是把异常向上抛。
如果数据量不到 $k 条，直接$v1就好；超过这个规模，再考虑用$t2的$n2来$v2，否则得不偿失。
注意`$code1`返回的是视图而不是副本，在$v1的过程中修改它，会得到**未定义的顺序**，甚至抛出`RuntimeError`。
实践中更常见的写法是先$v1再$v2：前一步保证$n1是$t1的，后一步才能放心地假设它不再变化。
官方文档把这叫作$t2$n2；名字并不重要，重要的是它在第 $j 行之后还能不能被别的线程看到。
读到这里可以停下来想一想：为什么$n1必须先于$n2被$v1？答案在[$t1的$n2]($link2)那一节。
类型标注`$code2`告诉检查器，$v1得到的不是单个值，而是一串$t1的结果；运行时它什么也不做。
早期版本要手写 $k 行样板代码，**现在**只需一个`$code1`，可读性的差别比性能的差别更值得在意。
""".strip().splitlines()]
ITEMS = [Template(text) for text in """
$v1之前先确认$n1是$t1的，`$code1`不会替你检查
只在**真正需要**时才$v2，默认保留$n2原来的顺序
$n1超过 $k 个时换成$t2的实现，见[$n2]($link1)
出错时记录`$code2`的值，而不是整个$n1
""".strip().splitlines()]
CALLOUTS = [Template(text) for text in r"""
> [!note] $t1与$t2的区别\n> $n1在$v1之后仍然可用，而$n2不行；`$code1`能帮你看出差别。
> [!warning] 不要在$v1时修改$n1\n> 这样写在 $k 次里也许只错一次，**但那一次很难重现**。先复制，再$v2。
> [!tip] 用`$code2`快速验证\n> 在交互环境里试一试：$v1一个只有 $j 个元素的$n1，看它是不是$t1的。
> [!question] 为什么$n1在第二次$v1时是空的？\n> 想一想它是不是$t1的。\n>\n> ---\n>\n> 因为`$code1`已经把它耗尽了；需要多次$v2时先存进列表。
""".strip().splitlines()]
CODE = [Template(text) for text in """
$verb($noun)|$noun.$field|${noun}s[$j:$k]|len(${noun}s)|isinstance($noun, $Noun)|$Noun.$verb
await $verb(${noun}s)|list[$Noun]|dict[str, $Noun]|next(iter(${noun}s))|$noun.__dict__
sorted(${noun}s, key=$verb)|Callable[[$Noun], int]|$field is None|{$field: $k}|*${noun}s
""".strip().replace("\n", "|").split("|")]


class Course:
    """Where every lesson is, so that lessons can link to each other."""

    def __init__(self, sections: int, lessons: int):
        self.sections, self.lessons = sections, lessons

    def file(self, section: int) -> str:
        return f"{section:04}-{VERBS[section % 20]}-{NOUNS[section % 30]}-{section}.md"

    def topic(self, section: int, lesson: int) -> str:
        return f"{TRAITS[(section + lesson) % 16]}-{NOUNS[lesson % 30]}-{section}-{lesson}"

    def link(self, rng: random.Random) -> str:
        section, lesson = rng.randint(1, self.sections), rng.randint(1, self.lessons)
        return f"{self.file(section)}#{self.topic(section, lesson)}"

    def needs(self, rng: random.Random, section: int, lesson: int) -> str:
        """A topic that comes earlier, for every third lesson."""
        if lesson == 1 or rng.random() > 1 / 3:
            return ""
        return f" needs={self.topic(rng.randint(1, section), rng.randint(1, lesson - 1))}"


def names(rng: random.Random) -> dict[str, str]:
    """The names of one block of Python."""
    noun, other = rng.sample(NOUNS, 2)
    verb, second, third = rng.sample(VERBS, 3)
    trait = rng.choice(TRAITS)
    field, another, last = rng.sample(FIELDS, 3)
    return {
        "noun": noun, "other": other, "Noun": trait.title() + noun.title(),
        "Other": other.title(), "NOUN": f"{trait}_{noun}".upper(), "verb": f"{verb}_{noun}",
        "verb2": f"{second}_{other}", "verb3": f"{third}_{trait}", "field": field,
        "field2": another, "field3": last, "k": str(rng.randint(11, 999)),
        "j": str(rng.randint(2, 9)), "f": f"{rng.randint(1, 99) / 100:.2f}",
        "word": rng.choice(CHINESE_NOUNS), "act": rng.choice(CHINESE_ACTIONS),
    }


def block(rng: random.Random, definition: Template) -> str:
    used = names(rng)
    lines = definition.substitute(used).splitlines()
    target = rng.randint(max(15, len(lines)), 25)
    rest = [""] if lines[-1][0].isspace() else []
    for statement in rng.sample(STATEMENTS, len(STATEMENTS)):
        more = statement.substitute(used).splitlines()
        if len(lines) + len(rest) + len(more) <= target:
            rest += more
    lines += rest if any(rest) else []
    return "```python\n" + "\n".join(lines) + "\n```"


def words(course: Course, rng: random.Random) -> dict[str, str]:
    """The words of one sentence."""
    n1, n2 = rng.sample(CHINESE_NOUNS, 2)
    t1, t2 = rng.sample(CHINESE_TRAITS, 2)
    v1, v2 = rng.sample(CHINESE_ACTIONS, 2)
    code1, code2 = (code.substitute(names(rng)) for code in rng.sample(CODE, 2))
    return {
        "n1": n1, "n2": n2, "t1": t1, "t2": t2, "v1": v1, "v2": v2, "code1": code1,
        "code2": code2, "link1": course.link(rng), "link2": course.link(rng),
        "k": str(rng.randint(11, 999)), "j": str(rng.randint(2, 9)),
    }


def prose(course: Course, rng: random.Random, templates: list[Template], count: int) -> list[str]:
    return [t.substitute(words(course, rng)) for t in rng.sample(templates, count)]


def lesson(course: Course, section: int, number: int) -> str:
    rng = random.Random(f"{section}/{number}")
    trait, noun, action = map(rng.choice, (CHINESE_TRAITS, CHINESE_NOUNS, CHINESE_ACTIONS))
    title = f"{trait}的{noun}与{action}"
    attributes = f"{{#{course.topic(section, number)}{course.needs(rng, section, number)}}}"
    sentences = prose(course, rng, SENTENCES, 6)
    first, second = rng.sample(DEFINITIONS, 2)
    parts = [f"### {title} {attributes}", "".join(sentences[:2]), block(rng, first)]
    parts.append("".join(sentences[2:4]))
    extra = rng.random()
    if extra < 0.4:
        parts.append("\n".join(f"- {item}" for item in prose(course, rng, ITEMS, 3)))
    elif extra < 0.7:
        parts.append(prose(course, rng, CALLOUTS, 1)[0].replace("\\n", "\n"))
    parts += [block(rng, second), "".join(sentences[4:])]
    return "\n\n".join(parts)


def section(course: Course, number: int) -> tuple[str, str]:
    """The title of a section and its text, without the title."""
    rng = random.Random(f"{number}")
    title = f"{rng.choice(CHINESE_NOUNS)}与{rng.choice(CHINESE_NOUNS)}（{number}）"
    parts = ["".join(prose(course, rng, SENTENCES, 3))]
    levels = {1: "## 基础", course.lessons // 2 + 1: "## 进阶"}
    for found in range(1, course.lessons + 1):
        parts += [levels[found]] if found in levels else []
        parts.append(lesson(course, number, found))
    return title, "\n\n".join(parts) + "\n"


def for_hugo(text: str) -> str:
    """Hugo leaves relative links as they are, so they are the addresses of its pages."""
    return re.sub(r"\]\((\d{4}-[a-z0-9-]+)\.md#", r"](../\1/#", without_needs(text))


def without_needs(text: str) -> str:
    """Only roadmap-site knows `needs`."""
    return re.sub(r" needs=[a-z0-9-]+\}", "}", text)


HUGO = """\
baseURL = "https://example.org/"
title = "Corpus"
languageCode = "zh-CN"
disableKinds = ["taxonomy", "term", "RSS"]
[markup.highlight]
noClasses = false
"""
HUGO_HEAD = """\
<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>{{ .Title }}</title><link rel="stylesheet" href="/style.css">
</head>
<body>
"""
HUGO_HOME = HUGO_HEAD + """\
<ol>{{ range .RegularPages }}<li><a href="{{ .RelPermalink }}">{{ .Title }}</a></li>{{ end }}</ol>
</body></html>
"""
HUGO_PAGE = HUGO_HEAD + """\
<h1>{{ .Title }}</h1>
{{ .TableOfContents }}
{{ .Content }}
{{ with .PrevInSection }}<a rel="prev" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
{{ with .NextInSection }}<a rel="next" href="{{ .RelPermalink }}">{{ .Title }}</a>{{ end }}
</body></html>
"""
MDBOOK = """\
[book]
title = "Corpus"
language = "zh-CN"
"""
ROADMAP_SITE = """\
id = "corpus"
title = "Corpus"
description = "A made-up course"
base_url = "https://example.org/"
"""


def write(path: Path, text: str):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8", newline="\n")


def main(size: str, folder: Path):
    course = Course(*map(int, size.split("x")))
    ours, hugo, mdbook = folder / "roadmap-site", folder / "hugo", folder / "mdbook"
    write(ours / "site.toml", ROADMAP_SITE)
    write(ours / "content/index.md", "# Corpus\n\n一门编造的课程。\n")
    write(hugo / "hugo.toml", HUGO)
    write(hugo / "layouts/home.html", HUGO_HOME)
    write(hugo / "layouts/page.html", HUGO_PAGE)
    write(hugo / "static/style.css", "body { max-width: 48rem; margin: auto }\n")
    write(mdbook / "book.toml", MDBOOK)
    summary = ["# Summary", ""]
    for number in range(1, course.sections + 1):
        title, text = section(course, number)
        name = course.file(number)
        icon = ICONS[number % len(ICONS)]
        write(ours / "content" / name, f"# {icon} {title}\n\n{text}")
        front = f'+++\ntitle = "{title}"\nweight = {number}\n+++\n\n'
        write(hugo / "content" / name, front + for_hugo(text))
        write(mdbook / "src" / name, f"# {title}\n\n{without_needs(text)}")
        summary.append(f"- [{title}]({name})")
    write(mdbook / "src/SUMMARY.md", "\n".join(summary) + "\n")


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], Path(sys.argv[2]))
