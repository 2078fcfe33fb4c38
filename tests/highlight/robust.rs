//! Whatever the code is, it comes back whole, line by line, in bounded time and size.

use std::time::{Duration, Instant};

use roadmap_site::highlight::{self, highlight, nearest_language, tokens};

const LANGUAGES: [&str; 19] = [
    "python",
    "pycon",
    "traceback",
    "console",
    "text",
    "bash",
    "toml",
    "json",
    "yaml",
    "sql",
    "html",
    "css",
    "js",
    "ts",
    "dockerfile",
    "diff",
    "ini",
    "requirements",
    "markdown",
];

/// Each takes at most 0.5 s on a quiet machine; what is cubic or worse takes minutes on any.
const LIMIT: Duration = Duration::from_secs(10);

/// Text content is the source, tags are balanced, and no token is empty or begins or ends blank.
#[track_caller]
fn check(language: &str, code: &str) {
    let lines = highlight(language, code).expect("a known language");
    assert_eq!(lines.len(), code.split_terminator('\n').count(), "lines of {language}");
    for (html, source) in lines.iter().zip(code.split_terminator('\n')) {
        assert_eq!(text_content(html), source, "{language}: {html}");
    }
}

fn text_content(html: &str) -> String {
    let mut text = String::new();
    let mut rest = html;
    while let Some((before, after)) = rest.split_once('<') {
        let (name, after) = after.split_once('>').expect("the tag ends");
        let end = format!("</{name}>");
        let (inside, after) = after.split_once(&end).expect("the token ends on its line");
        assert!(name.len() == 2 && name.ends_with('-') && !inside.contains('<'), "`{html}`");
        assert!(!inside.is_empty() && inside.trim() == inside, "blank edge in `{html}`");
        text += before;
        text += inside;
        rest = after;
    }
    assert!(!rest.contains('<') && !rest.contains('>'), "`{html}`");
    text += rest;
    text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
}

#[test]
fn odd_edges_come_back_whole() {
    for language in LANGUAGES {
        for code in [
            "",
            "\n",
            "\n\n",
            " ",
            "\t",
            "a",
            "a\n",
            "a\n\nb",
            "\u{feff}x",
            "\0",
            "\r",
            "a\r\nb\r\n",
            "<b>&amp;</b>",
            "\"<&>\"",
            "# <!-- -->",
            "'",
            "\"",
            "`",
            "\\",
            "{",
            "}",
            "%",
            "$",
            "é中👩‍👩‍👧",
            "\u{ad}x\u{ad}",
            "\u{200b}",
            "\u{2028}a",
            "a\u{0c}b",
            "x = '\u{3000}'  ",
        ] {
            check(language, code);
        }
    }
}

#[test]
fn unfinished_python_comes_back_whole() {
    for code in [
        "'''",
        "\"\"\"\n\n",
        "f'''{",
        "f\"{x",
        "f\"{x:",
        "f\"{x!r",
        "f'{f\"{f'{",
        "t'{x:{y:{z",
        "rb'\\",
        "(\n[\n{",
        ")]}",
        "def",
        "def f(",
        "def f[T",
        "class",
        "class C(",
        "class C[",
        "@",
        "lambda",
        "match",
        "match (",
        "case",
        "case [",
        "type",
        "type X",
        "type X[",
        "x: ",
        "x: [",
        "if x:",
        "\\",
        "x = \\",
        "from",
        "from .",
        "import",
        "0x",
        "1e",
        ">>>",
        ">>> ",
        "...",
        "... x",
        ">>> (\n...",
        ">>> '''\nTraceback (most recent call last):",
        "  File \"",
        "Traceback (most recent call last):\n  | ",
    ] {
        for language in ["python", "pycon", "traceback"] {
            check(language, code);
        }
    }
}

#[test]
fn pathological_python_takes_bounded_time() {
    let long = |part: &str, times: usize| part.repeat(times);
    let cases = [
        ("100k brackets", long("[", 100_000)),
        ("100k brackets, 100 a line", long(&(long("[", 100) + "\n"), 1_000)),
        ("2,048 nested parentheses", long("(", 2_048) + &long(")", 2_048)),
        ("match and nested brackets", long("match (((((((((((((((((((((((\n", 3_000)),
        ("match, brackets, quotes", "match ".to_string() + &long("(\"", 7_900)),
        ("case, open brackets", "case ".to_string() + &long("([{", 5_000)),
        ("one 99 kB line", long("x = f(a, 'b') + 1; ", 5_200)),
        ("16,000 characters of code", long("x=f(a,'b')+1;", 1_230)),
        ("one long name", long("a", 15_999)),
        ("200 kB of one name", long("a", 200_000)),
        ("long names and a colon", long("a.", 7_000) + "b: int"),
        ("underscores", long("_", 15_990) + "("),
        ("digits", long("1_", 7_990)),
        ("dots", long(".", 15_990)),
        ("blanks", long(" ", 15_990)),
        ("quotes", long("\"", 15_990)),
        ("backslashes", long("\\", 15_990)),
        ("operators", long("=", 15_990)),
        ("at signs", long("@", 15_990)),
        ("open f-strings", long("f'{", 5_000)),
        ("open f-strings, two quotes", long("f'{f\"{", 2_500)),
        ("deep formats", long("f'{x:{", 2_500)),
        ("lambdas", long("lambda x: ", 1_590)),
        ("parameters", "def f(".to_string() + &long("a: int = 1, ", 1_300) + "): pass"),
        ("type parameters", "def f".to_string() + &long("[T: ", 3_900)),
        ("comments in a dict", dict_with_comments()),
        ("open triple quotes", "x = '''".to_string() + &long("text \\n ' \" {x}\n", 20_000)),
        ("prompts", long(">>> (\n", 60_000)),
        ("errors", long("ValueError: x\n  File \"x\", line 1\n", 10_000)),
    ];
    for (name, code) in cases {
        for language in ["python", "pycon", "traceback"] {
            let started = Instant::now();
            check(language, &code);
            let took = started.elapsed();
            assert!(took < LIMIT, "{name} as {language}: {took:?}");
        }
    }
}

/// sharkdp/bat#1688: a dictionary of hundreds of lines, each with a comment.
fn dict_with_comments() -> String {
    let mut code = "values = {\n".to_string();
    for index in 0..5_000 {
        code += &format!("    'key {index}': [{index}, (1, 2)],  # it's {{index}} \"so\n");
    }
    code + "}\n"
}

#[test]
fn other_languages_take_bounded_time() {
    for part in [
        "[", "{", "(", "<", "\"", "'", "\\", "$(", "${", "<a ", "/*", "- ", "a: ", "`", "~", " ",
        "|",
    ] {
        for language in LANGUAGES {
            // Just short enough to be tried.
            let code = (part.repeat(480 / part.len()) + "x\n").repeat(8);
            let started = Instant::now();
            check(language, &code);
            let took = started.elapsed();
            assert!(took < LIMIT, "`{part}` as {language}: {:?}", took);
        }
    }
}

/// A small generator with a fixed seed (xorshift64*): the same code in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % limit
    }
}

#[test]
fn random_code_comes_back_whole() {
    const PARTS: [&str; 60] = [
        "\n",
        "\n",
        "\n    ",
        " ",
        " ",
        "\t",
        "(",
        ")",
        "[",
        "]",
        "{",
        "}",
        ":",
        ",",
        ".",
        "=",
        "==",
        "'",
        "\"",
        "'''",
        "\"\"\"",
        "f'",
        "f\"",
        "t'''",
        "rb'",
        "{{",
        "}}",
        "!r",
        "\\",
        "\\\n",
        "\\n",
        "#",
        "@",
        "->",
        "**",
        "|",
        "def ",
        "class ",
        "match ",
        "case ",
        "type ",
        "lambda ",
        "if ",
        "for ",
        "in ",
        "import ",
        "from ",
        "async ",
        "_",
        "self",
        "x",
        "中文",
        "é",
        "👩",
        "0x1f",
        "1_0.5j",
        ">>> ",
        "... ",
        "<b>&",
        "Traceback (most recent call last):\n",
    ];
    let mut random = Random(0x9e37_79b9_7f4a_7c15);
    for round in 0..600 {
        let code: String = (0..random.below(120)).map(|_| PARTS[random.below(60)]).collect();
        for language in ["python", "pycon", "traceback", LANGUAGES[round % LANGUAGES.len()]] {
            check(language, &code);
        }
    }
}

#[test]
fn too_much_code_is_shown_plain() {
    let long_line = format!("def f(): pass\n# {}\ndef g(): pass", "x".repeat(16_000));
    let lines = tokens("python", &long_line).expect("Python is known");
    assert!(!lines[0].is_empty() && lines[1].is_empty() && !lines[2].is_empty());
    let large = "x = 1\n".repeat(100_000);
    assert!(tokens("python", &large).expect("Python is known").iter().all(Vec::is_empty));
}

/// Spans cost 21 bytes, so what counts is how many tokens a source has for each of its bytes:
/// twice the size holds for programs; a lesson, of short lines and few comments, takes three times.
#[test]
fn html_is_small() {
    let lesson = include_str!("golden/lesson.py");
    assert!(ratio(lesson) < 3.0, "lesson: {:.3}", ratio(lesson));
}

fn ratio(code: &str) -> f64 {
    let lines = highlight("python", code).expect("Python is known");
    lines.iter().map(|line| line.len() + 1).sum::<usize>() as f64 / code.len() as f64
}

#[test]
fn languages_have_names() {
    for language in LANGUAGES.into_iter().chain(highlight::PLAIN_LANGUAGES) {
        assert!(highlight::display_name(language).is_some(), "{language}");
        assert!(highlight::display_name(&language.to_uppercase()).is_some(), "{language}");
    }
    let name = |language| highlight::display_name(language).expect("known");
    assert_eq!(name("py"), "Python");
    assert_eq!(name("sh"), "Bash");
    assert_eq!(name("js"), "JavaScript");
    assert_eq!(name("dockerfile"), "Dockerfile");
    assert_eq!(highlight::display_name("pyhton"), None);
    assert_eq!(nearest_language("pyhton"), Some("python"));
    assert_eq!(nearest_language("JavaScirpt"), Some("javascript"));
    assert_eq!(nearest_language("brainfuck"), None);
    assert_eq!(nearest_language(""), None);
}
