//! Turns the code of a fence into token classes, line by line, and those into HTML.
//! Pure, and total: whatever the code is, it comes back whole, at worst without colours.
//! Never links a style, never merges our grammars with two-face's (relinking those costs 360 ms).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::LazyLock;

use syntect::parsing::{
    BasicScopeStackOp, ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxDefinition,
    SyntaxReference, SyntaxSet, SyntaxSetBuilder,
};

/// What a token is; its value is the letter that the theme's rule for it selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Class {
    Keyword = b'k',
    Declaration = b'd',
    Operator = b'o',
    WordOperator = b'w',
    String = b's',
    Escape = b'e',
    Interpolation = b'i',
    Prefix = b'p',
    Number = b'n',
    Comment = b'c',
    Builtin = b'b',
    Type = b't',
    Exception = b'x',
    Function = b'f',
    ClassName = b'C',
    Call = b'u',
    Magic = b'm',
    SpecialVariable = b'v',
    Constant = b'l',
    Decorator = b'a',
    Prompt = b'g',
    Key = b'y',
    Tag = b'h',
    Error = b'r',
}

impl Class {
    /// The `class` attribute of the token's span.
    pub fn letter(self) -> char {
        char::from(self as u8)
    }
}

/// A stretch of one line, in bytes from the line's start, and what it is. Never empty, never
/// begins or ends in white space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub range: Range<usize>,
    pub class: Class,
}

/// Languages that are known and have no colours.
pub const PLAIN_LANGUAGES: [&str; 6] =
    ["text", "txt", "plain", "plaintext", "output", "console-output"];

/// Names that two-face does not know, and the one it does.
const ALIASES: [(&str, &str); 16] = [
    ("shell", "bash"),
    ("console", "bash"),
    ("shell-session", "bash"),
    ("shellsession", "bash"),
    ("terminal", "bash"),
    ("docker", "dockerfile"),
    ("containerfile", "dockerfile"),
    ("requirements", "requirements.txt"),
    ("jsonc", "json"),
    ("json5", "json"),
    ("jsonl", "json"),
    ("csharp", "cs"),
    ("golang", "go"),
    ("dotenv", "env"),
    ("mysql", "sql"),
    ("postgresql", "sql"),
];

/// The names worth proposing to an author who misspelt one.
const HINTS: [&str; 40] = [
    "python",
    "pycon",
    "traceback",
    "text",
    "output",
    "console",
    "bash",
    "toml",
    "json",
    "yaml",
    "sql",
    "html",
    "css",
    "scss",
    "javascript",
    "js",
    "jsx",
    "typescript",
    "ts",
    "tsx",
    "xml",
    "svg",
    "dockerfile",
    "ini",
    "diff",
    "requirements",
    "markdown",
    "makefile",
    "c",
    "cpp",
    "rust",
    "go",
    "java",
    "kotlin",
    "swift",
    "ruby",
    "php",
    "lua",
    "jinja",
    "nginx",
];

/// Beyond these the code is shown without colours: no reader reads it, and regexes grow slow.
const LONGEST_LINE_CHARS: usize = 16_000;
const LARGEST_CODE_BYTES: usize = 512 * 1024;

/// Ours, since the grammars that syntect 5 can load know the Python of 2019.
static OWN: LazyLock<SyntaxSet> = LazyLock::new(|| {
    let mut builder = SyntaxSetBuilder::new();
    for grammar in [
        include_str!("grammars/python.sublime-syntax"),
        include_str!("grammars/pycon.sublime-syntax"),
        include_str!("grammars/traceback.sublime-syntax"),
    ] {
        let definition = SyntaxDefinition::load_from_str(grammar, true, None);
        builder.add(definition.expect("our grammars are tested"));
    }
    builder.build()
});

/// bat's 220 grammars, for every other language.
static OTHERS: LazyLock<SyntaxSet> = LazyLock::new(two_face::syntax::extra_newlines);

/// HTML of each line of `code` without its line end, every line balanced on its own; `None` if
/// the language is unknown.
pub fn highlight(language: &str, code: &str) -> Option<Vec<String>> {
    let lines = tokens(language, code)?;
    Some(code.split_terminator('\n').zip(lines).map(|(line, tokens)| html(line, &tokens)).collect())
}

/// The tokens of each line of `code`, in order; text without a class is in none of them. `None`
/// if the language is unknown.
pub fn tokens(language: &str, code: &str) -> Option<Vec<Vec<Token>>> {
    let grammar = Grammar::find(language, code)?;
    Some(match grammar {
        Some(grammar) if code.len() <= LARGEST_CODE_BYTES => grammar.tokens(code),
        _ => code.split_terminator('\n').map(|_| Vec::new()).collect(),
    })
}

/// The name that a caption shows; `None` if the language is unknown.
pub fn display_name(language: &str) -> Option<String> {
    let name = match Grammar::find(language, "")? {
        Some(grammar) => grammar.syntax.name.as_str(),
        None => "Text",
    };
    let name = match name {
        "Bourne Again Shell (bash)" => "Bash",
        _ => name.split(" (").next().unwrap_or(name),
    };
    Some(name.to_string())
}

/// The known language whose name is closest to `language`; `None` if none is close.
pub fn nearest_language(language: &str) -> Option<&'static str> {
    let language = language.to_lowercase();
    let distance = |hint: &&str| strsim::damerau_levenshtein(&language, hint);
    let nearest = HINTS.into_iter().min_by_key(distance)?;
    (distance(&nearest) <= language.chars().count() / 3).then_some(nearest)
}

/// A syntax and the set that its contexts live in.
struct Grammar {
    set: &'static SyntaxSet,
    syntax: &'static SyntaxReference,
}

impl Grammar {
    /// `None`: unknown language. `Some(None)`: known, but without colours.
    fn find(language: &str, code: &str) -> Option<Option<Grammar>> {
        let language = language.to_ascii_lowercase();
        let language = language.as_str();
        if PLAIN_LANGUAGES.contains(&language) {
            return Some(None);
        }
        let own = match language {
            "python" | "py" | "python3" | "py3" | "pyi" | "pyw" if code.starts_with(">>> ") => {
                "Python REPL"
            }
            "python" | "py" | "python3" | "py3" | "pyi" | "pyw" => "Python",
            "pycon" | "python-repl" | "python-console" | "doctest" => "Python REPL",
            "pytb" | "traceback" | "py3tb" | "python-traceback" => "Traceback",
            _ => {
                let alias = ALIASES.iter().find(|(alias, _)| *alias == language);
                let language = alias.map_or(language, |(_, name)| name);
                let syntax = OTHERS.find_syntax_by_token(language)?;
                return Some(Some(Grammar { set: &OTHERS, syntax }));
            }
        };
        let syntax = OWN.find_syntax_by_name(own).expect("our own grammars are in our own set");
        Some(Some(Grammar { set: &OWN, syntax }))
    }

    fn tokens(&self, code: &str) -> Vec<Vec<Token>> {
        let mut state = ParseState::new(self.syntax);
        let mut painter = Painter::default();
        let mut lines = Vec::new();
        for line in code.split_inclusive('\n') {
            // The grammars were loaded for lines with their end; the last may have none.
            let line = line.strip_suffix('\n').unwrap_or(line);
            let ops = match line.char_indices().nth(LONGEST_LINE_CHARS) {
                None => state.parse_line(&format!("{line}\n"), self.set).unwrap_or_default(),
                Some(_) => Vec::new(),
            };
            lines.push(painter.paint(line, &ops));
        }
        lines
    }
}

/// The scopes open at a point of the code, and the class that each of them comes down to.
#[derive(Default)]
struct Painter {
    stack: ScopeStack,
    classes: Vec<Option<Class>>,
    rules: HashMap<Scope, Option<Option<Class>>>,
}

impl Painter {
    fn paint(&mut self, line: &str, ops: &[(usize, ScopeStackOp)]) -> Vec<Token> {
        let mut tokens = Vec::new();
        let mut start = 0;
        for (end, op) in ops {
            let end = (*end).min(line.len());
            push_token(&mut tokens, line, start..end, self.class());
            start = end.max(start);
            self.apply(op);
        }
        push_token(&mut tokens, line, start..line.len(), self.class());
        tokens
    }

    fn class(&self) -> Option<Class> {
        self.classes.last().copied().flatten()
    }

    fn apply(&mut self, op: &ScopeStackOp) {
        let Painter { stack, classes, rules } = self;
        // The one error is a restore without a clear: nothing to restore then.
        let _ = stack.apply_with_hook(op, |change, _| match change {
            BasicScopeStackOp::Push(scope) => {
                let outer = classes.last().copied().flatten();
                let rule = *rules.entry(scope).or_insert_with(|| rule(scope));
                classes.push(match rule {
                    // A key in quotes is a key.
                    Some(Some(Class::String)) if outer == Some(Class::Key) => outer,
                    Some(class) => class,
                    None => outer,
                });
            }
            BasicScopeStackOp::Pop => {
                classes.pop();
            }
        });
    }
}

/// Adds a token unless it is blank or plain; joins it to the last if only blanks are between.
fn push_token(tokens: &mut Vec<Token>, line: &str, range: Range<usize>, class: Option<Class>) {
    let Some(class) = class else { return };
    let Some(text) = line.get(range.clone()) else { return };
    let start = range.start + (text.len() - text.trim_start().len());
    let end = range.start + text.trim_end().len();
    if start >= end {
        return;
    }
    match tokens.last_mut() {
        Some(last) if last.class == class && line[last.range.end..start].trim().is_empty() => {
            last.range.end = end;
        }
        _ => tokens.push(Token { range: start..end, class }),
    }
}

fn html(line: &str, tokens: &[Token]) -> String {
    let mut html = String::with_capacity(line.len() * 2);
    let mut start = 0;
    for token in tokens {
        escape(&mut html, &line[start..token.range.start]);
        html.push_str("<span class=\"");
        html.push(token.class.letter());
        html.push_str("\">");
        escape(&mut html, &line[token.range.clone()]);
        html.push_str("</span>");
        start = token.range.end;
    }
    escape(&mut html, &line[start..]);
    html
}

/// HTML text content needs no more than these three; quotes would cost five bytes each.
fn escape(html: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.find(['<', '>', '&']) {
        html.push_str(&rest[..at]);
        html.push_str(match rest.as_bytes()[at] {
            b'<' => "&lt;",
            b'>' => "&gt;",
            _ => "&amp;",
        });
        rest = &rest[at + 1..];
    }
    html.push_str(rest);
}

/// The class of a scope by its most specific rule; `Some(None)`: plain, whatever it is inside of;
/// `None`: no rule, so what it is inside of decides.
fn rule(scope: Scope) -> Option<Option<Class>> {
    RULES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class)
}

/// `SCOPES`, the most specific first.
static RULES: LazyLock<Vec<(Scope, Option<Class>)>> = LazyLock::new(|| {
    let mut rules = Vec::new();
    for (class, scopes) in SCOPES {
        for scope in scopes.split_whitespace() {
            rules.push((Scope::new(scope).expect("at most eight atoms"), *class));
        }
    }
    rules.sort_by_key(|(scope, _)| Reverse(scope.len()));
    rules
});

/// Scopes by class: the common names of Sublime Text, then where a grammar strays from them.
#[rustfmt::skip]
const SCOPES: &[(Option<Class>, &str)] = &[
    (None, "meta.interpolation meta.template.expression meta.group.expansion variable
        punctuation.separator.key-value keyword.operator.accessor invalid.deprecated
        keyword.operator.type.annotation keyword.operator.logical.continue.shell
        constant.other.database-name constant.other.table-name"),
    (Some(Class::Keyword), "keyword storage.modifier.sql keyword.operator.module
        keyword.operator.new keyword.operator.assignment.alias.sql keyword.operator.dockerfile"),
    (Some(Class::Declaration), "storage keyword.declaration"),
    (Some(Class::Operator), "keyword.operator variable.language.star.sql"),
    (Some(Class::WordOperator), "keyword.operator.word keyword.operator.logical.sql"),
    (Some(Class::String), "string markup.raw markup.inserted keyword.other.template"),
    (Some(Class::Escape), "constant.character"),
    (Some(Class::Interpolation), "punctuation.section.interpolation constant.other.placeholder
        punctuation.section.expansion punctuation.definition.template-expression
        keyword.other.substitution"),
    (Some(Class::Prefix), "storage.type.string"),
    (Some(Class::Number), "constant.numeric constant.other keyword.other.unit
        entity.name.enum.tag-digest"),
    (Some(Class::Comment), "comment markup.quote"),
    (Some(Class::Builtin), "support"),
    (Some(Class::Type), "support.type support.class entity.name.type entity.other.inherited-class
        storage.type.sql"),
    (Some(Class::Exception), "support.type.exception"),
    (Some(Class::Function), "entity.name.function"),
    (Some(Class::ClassName), "entity.name entity.name.type.class entity.name.type.interface
        entity.name.type.enum"),
    (Some(Class::Call), "variable.function"),
    (Some(Class::Magic), "support.variable.magic"),
    (Some(Class::SpecialVariable), "variable.language variable.other.readwrite.shell
        variable.other.readwrite.assignment.shell punctuation.definition.variable.shell
        variable.other.alias.yaml entity.name.other.anchor.yaml"),
    (Some(Class::Constant), "constant support.constant variable.other.enummember"),
    (Some(Class::Decorator), "variable.annotation punctuation.definition.annotation
        punctuation.decorator"),
    (Some(Class::Prompt), "punctuation.prompt"),
    (Some(Class::Key), "entity.other meta.mapping.key meta.tag.key entity.name.tag.yaml
        entity.name.tag.toml keyword.name.ini constant.other.object.key meta.object-literal.key
        variable.object.property support.type.property-name support.type.custom-property
        variable.parameter.option"),
    (Some(Class::Tag), "entity.name.tag entity.name.section entity.name.table entity.section
        punctuation.definition.tag markup.heading meta.diff.header meta.diff.range"),
    (Some(Class::Error), "invalid markup.error markup.deleted"),
];
