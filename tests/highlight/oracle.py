"""Prints what CPython itself says about the text of its standard library.

For each file a line with its path, then one line for each token, tab-separated: line index, first
byte, last byte, kind. `tokenize` tells the tokens, `ast` where `match`, `case`, `type` and `_` are
keywords. Kinds are what `oracle.rs` allows classes for. Works from Python 3.9 on; from 3.12 on it
also looks inside f-strings.
"""

import ast
import keyword
import pathlib
import sysconfig
import tokenize

# Tests of the syntax itself, if this interpreter brings them; then every n-th module.
SYNTAX_TESTS = [
    "coroutines", "decorators", "except_star", "exception_group", "fstring", "generators",
    "grammar", "lambda", "named_expressions", "patma", "positional_only_arg", "string_literals",
    "tokenize", "tstring", "type_aliases", "type_annotations", "type_params", "unicode_identifiers",
    "unpack_ex",
]
MODULES = 60

DECLARATIONS = {"def", "class", "lambda"}
WORD_OPERATORS = {"and", "in", "is", "not", "or"}
CONSTANTS = {"None", "True", "False"}
PUNCTUATION = set("()[]{},:;.=!")
F_STRING_ENDS = {"FSTRING_START", "FSTRING_END", "TSTRING_START", "TSTRING_END"}
F_STRING_TEXT = {"FSTRING_MIDDLE", "TSTRING_MIDDLE"}


def main():
    for path in sources():
        try:
            text = path.read_bytes().decode("utf-8")
            tree = ast.parse(text)
        except (UnicodeDecodeError, SyntaxError):
            continue
        if "\r" in text:
            continue
        print(path)
        lines = text.split("\n")
        for (row, column), (end_row, end_column), kind in tokens(path, lines, tree):
            for index in range(row - 1, end_row):
                line = lines[index]
                first = len(line[: column if index == row - 1 else 0].encode())
                last = len(line[: end_column if index == end_row - 1 else len(line)].encode())
                if first < last:
                    print(index, first, last, kind, sep="\t")


def sources():
    root = pathlib.Path(sysconfig.get_path("stdlib"))
    modules = [
        path
        for path in sorted(root.rglob("*.py"))
        if not {"site-packages", "test", "tests", "lib2to3", "idlelib"} & set(path.parts)
        and path.stat().st_size < 400_000
    ]
    yield from modules[:: max(1, len(modules) // MODULES)]
    for name in SYNTAX_TESTS:
        path = root / "test" / f"test_{name}.py"
        if path.exists():
            yield path


def tokens(path, lines, tree):
    soft = soft_keywords(lines, tree)
    before = before_that = ""
    with tokenize.open(path) as file:
        for token in tokenize.generate_tokens(file.readline):
            kind = kind_of(token, before, before_that, soft)
            if kind:
                yield token.start, token.end, kind
            if token.string.strip() and token.type != tokenize.COMMENT:
                before, before_that = token.string, before


def kind_of(token, before, before_that, soft):
    name = tokenize.tok_name[token.type]
    if name in F_STRING_TEXT:
        # Its columns are wrong if it has doubled braces, and a format is not text.
        return None
    if name in F_STRING_ENDS:
        return "string"
    if name == "STRING":
        # Before 3.12 an f-string is one token: only its quotes are sure.
        return None if "f" in token.string.split(token.string[-1])[0].lower() else "string"
    if name in ("COMMENT", "NUMBER"):
        return name.lower()
    if name == "OP":
        return operator_kind(token.string, before)
    if name != "NAME":
        return None
    word = token.string
    if before == "!":
        return "conversion"
    if token.start in soft:
        return soft[token.start]
    if word == "async":
        return "async"
    if word in DECLARATIONS:
        return "declaration"
    if word in WORD_OPERATORS:
        return "word-operator"
    if word in CONSTANTS:
        return "constant"
    if keyword.iskeyword(word):
        return "keyword"
    if before in ("def", "class"):
        return before
    # The dots before a name are not always of an attribute: `from .a import b`.
    if before == "." and before_that not in ("from", ".", "..."):
        return "attribute"
    return "name"


def operator_kind(text, before):
    if text == "...":
        # `from ... import a`
        return "punctuation" if before in ("from", ".", "...") else "ellipsis"
    if text in PUNCTUATION:
        return "punctuation"
    return "decorator" if text == "@" else "operator"


def soft_keywords(lines, tree):
    """Where soft keywords and alias names are, as `tokenize` counts positions, and their kind."""
    kinds = {}
    for node in ast.walk(tree):
        name = type(node).__name__
        if name == "Match":
            kinds[position(lines, node)] = "keyword"
        elif name == "match_case":
            row = node.pattern.lineno
            while not lines[row - 1].lstrip().startswith("case"):
                row -= 1
            kinds[row, lines[row - 1].index("case")] = "keyword"
        elif name == "MatchAs" and node.name is None and node.pattern is None:
            kinds[position(lines, node)] = "keyword"
        elif name == "MatchStar" and node.name is None:
            row, column = position(lines, node)
            kinds[row, lines[row - 1].index("_", column)] = "keyword"
        elif name == "TypeAlias":
            kinds[position(lines, node)] = "declaration"
            kinds[position(lines, node.name)] = "class"
    return kinds


def position(lines, node):
    row = node.lineno
    return row, len(lines[row - 1].encode()[: node.col_offset].decode())


main()
