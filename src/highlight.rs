//! Turns the code of a fence into token classes, line by line, and those into HTML.
//! Pure, and total: whatever the code is, it comes back whole, at worst without colours.
//! Never links a style, never merges our grammars with two-face's (relinking those costs 360 ms).

use std::cmp::Reverse;
use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, LazyLock};

use syntect::parsing::{
    BasicScopeStackOp, ParseState, Scope, ScopeStack, ScopeStackOp, SyntaxDefinition,
    SyntaxReference, SyntaxSet, SyntaxSetBuilder,
};

/// What a token is; its value is the letter of the element that the theme colours.
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
    ClassName = b'j',
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
    /// The token's element is named by this letter and `-`.
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

/// Shells in which the author shows what was typed and what came out.
const SESSIONS: [&str; 3] = ["console", "shell-session", "terminal"];

/// The names worth proposing to an author who misspelt one.
const HINTS: &str = "python pycon traceback text output console bash toml json yaml sql html css \
    scss javascript js jsx typescript ts tsx xml svg dockerfile ini diff requirements markdown \
    makefile c cpp rust go java kotlin swift ruby php lua jinja nginx powershell";

/// Beyond these, code is shown without colours: nobody reads it, and regexes grow slow.
struct Limits {
    line_chars: usize,
    code_bytes: usize,
}

const OWN_LIMITS: Limits = Limits { line_chars: 16_000, code_bytes: 512 * 1024 };

/// Some of two-face's are cubic: 2,000 backquotes take Markdown 0.6 s, as many blanks INI 6 s.
const OTHER_LIMITS: Limits = Limits { line_chars: 500, code_bytes: 64 * 1024 };

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

/// Code as it was highlighted before, by its language and itself: a save that changes the text
/// around it costs no highlighting.
#[derive(Clone, Debug, Default)]
pub struct Highlighted {
    blocks: HashMap<String, Arc<[String]>>,
}

impl Highlighted {
    /// As `highlight`, with what is in `known` taken from there; what comes back is kept here.
    pub fn highlight(
        &mut self,
        language: &str,
        code: &str,
        known: &Highlighted,
    ) -> Option<Arc<[String]>> {
        let key = format!("{language}\n{code}");
        let lines = match known.blocks.get(&key) {
            Some(lines) => lines.clone(),
            None => highlight(language, code)?.into(),
        };
        self.blocks.insert(key, lines.clone());
        Some(lines)
    }

    pub fn append(&mut self, more: &mut Highlighted) {
        self.blocks.extend(more.blocks.drain());
    }
}

/// HTML of each line of `code` without its line end, every line balanced on its own; `None` if
/// the language is unknown.
pub fn highlight(language: &str, code: &str) -> Option<Vec<String>> {
    let lines = tokens(language, code)?;
    Some(code.split_terminator('\n').zip(lines).map(|(line, tokens)| html(line, &tokens)).collect())
}

/// The tokens of each line of `code`, in order; text without a class is in none of them. `None`
/// if the language is unknown.
pub fn tokens(language: &str, code: &str) -> Option<Vec<Vec<Token>>> {
    let lines = code.split_terminator('\n');
    Some(match Language::find(language, code)? {
        Language::Plain => lines.map(|_| Vec::new()).collect(),
        Language::Session(grammar) => session_tokens(grammar, lines),
        Language::Code(grammar) => {
            let mut parser = Parser::new(grammar);
            lines.map(|line| parser.tokens(line)).collect()
        }
    })
}

/// The name that a caption shows; `None` if the language is unknown.
pub fn display_name(language: &str) -> Option<String> {
    let name = match Language::find(language, "")? {
        Language::Plain => "Text",
        Language::Code(grammar) | Language::Session(grammar) => {
            match grammar.syntax.name.as_str() {
                "Bourne Again Shell (bash)" => "Bash",
                name => name.split(" (").next().unwrap_or(name),
            }
        }
    };
    Some(name.to_string())
}

/// The known language whose name is closest to `language`; `None` if none is close.
pub fn nearest_language(language: &str) -> Option<&'static str> {
    let language = language.to_lowercase();
    let distance = |hint: &&str| strsim::damerau_levenshtein(&language, hint);
    let nearest = HINTS.split_whitespace().min_by_key(distance)?;
    (distance(&nearest) <= language.chars().count() / 3).then_some(nearest)
}

enum Language {
    Plain,
    Code(Grammar),
    Session(Grammar),
}

/// A syntax, the set that its contexts live in, and what it can bear.
#[derive(Clone, Copy)]
struct Grammar {
    set: &'static SyntaxSet,
    syntax: &'static SyntaxReference,
    limits: &'static Limits,
}

impl Language {
    /// What to do with the code. Loads a set only for a name that is looked for in it.
    fn find(name: &str, code: &str) -> Option<Language> {
        let name = name.to_ascii_lowercase();
        // Two-face knows these by another name.
        let name = match name.as_str() {
            "shell" => "bash",
            "docker" | "dockerfile" => "dockerfile (with bash)",
            "requirements" => "requirements.txt",
            name => name,
        };
        if PLAIN_LANGUAGES.contains(&name) {
            return Some(Language::Plain);
        }
        let is_shell_session = SESSIONS.contains(&name);
        let grammar = match Grammar::own(name) {
            Some(own) if own.syntax.name == "Python" && code.starts_with(">>> ") => {
                Grammar::own("pycon")?
            }
            Some(own) => own,
            None => {
                let name = if is_shell_session { "bash" } else { name };
                let syntax = OTHERS.find_syntax_by_token(name)?;
                Grammar { set: &OTHERS, syntax, limits: &OTHER_LIMITS }
            }
        };
        Some(match is_shell_session && code.lines().any(|line| prompt_end(line).is_some()) {
            _ if code.len() > grammar.limits.code_bytes => Language::Plain,
            true => Language::Session(grammar),
            false => Language::Code(grammar),
        })
    }
}

impl Grammar {
    fn own(name: &str) -> Option<Grammar> {
        let syntax = OWN.find_syntax_by_token(name)?;
        Some(Grammar { set: &OWN, syntax, limits: &OWN_LIMITS })
    }
}

/// Commands after their prompts, in colour; what they printed, without.
fn session_tokens<'a>(grammar: Grammar, lines: impl Iterator<Item = &'a str>) -> Vec<Vec<Token>> {
    let mut command: Option<Parser> = None;
    let mut all = Vec::new();
    for line in lines {
        let start = prompt_end(line).unwrap_or(0);
        let mut tokens = Vec::new();
        push_token(&mut tokens, line, 0..start, Some(Class::Prompt));
        let mut parser = if start > 0 { Some(Parser::new(grammar)) } else { command };
        for token in parser.iter_mut().flat_map(|parser| parser.tokens(&line[start..])) {
            let range = start + token.range.start..start + token.range.end;
            tokens.push(Token { range, class: token.class });
        }
        // A command goes on in the next line only after a backslash.
        command = parser.filter(|_| line.ends_with('\\'));
        all.push(tokens);
    }
    all
}

/// Where the prompt of a shell ends: `$ `, `(.venv) $ ` or `me@host:~$ `.
fn prompt_end(line: &str) -> Option<usize> {
    let start = if line.starts_with('(') { line.find(") ")? + 2 } else { 0 };
    let end = start + line[start..].find(['$', ' '])? + 1;
    (line[..end].ends_with('$') && matches!(line[end..].bytes().next(), None | Some(b' ')))
        .then_some(end)
}

/// A grammar's state between two lines, and the class that each of the open scopes comes down to.
struct Parser {
    grammar: Grammar,
    state: ParseState,
    scopes: ScopeStack,
    classes: Vec<Option<Class>>,
    /// `rule` of the scopes seen, which are few and come again and again.
    rules: HashMap<Scope, Option<Option<Class>>>,
}

impl Parser {
    fn new(grammar: Grammar) -> Parser {
        Parser {
            grammar,
            state: ParseState::new(grammar.syntax),
            scopes: ScopeStack::new(),
            classes: Vec::new(),
            rules: HashMap::new(),
        }
    }

    /// The tokens of the next line, which comes without its line end. A line too long for colours
    /// has none, nor has one that the grammar fails on.
    fn tokens(&mut self, line: &str) -> Vec<Token> {
        let mut tokens = Vec::new();
        let line = line.trim_end();
        if line.chars().nth(self.grammar.limits.line_chars).is_some() {
            return tokens;
        }
        // The grammars were loaded for lines with their end.
        let line_with_end = format!("{line}\n");
        let mut ops = self.state.parse_line(&line_with_end, self.grammar.set).unwrap_or_default();
        ops.push((line.len(), ScopeStackOp::Noop));
        let mut start = 0;
        for (end, op) in ops {
            let end = end.clamp(start, line.len());
            let class = self.classes.last().copied().flatten();
            push_token(&mut tokens, line, start..end, class);
            start = end;
            self.apply(&op);
        }
        tokens
    }

    fn apply(&mut self, op: &ScopeStackOp) {
        let Parser { scopes, classes, rules, .. } = self;
        // The one error is a restore without a clear: there is nothing to restore then.
        let _ = scopes.apply_with_hook(op, |change, _| match change {
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
    let start = range.end - line[range.clone()].trim_start().len();
    let end = range.start + line[range].trim_end().len();
    match tokens.last_mut() {
        _ if start >= end => {}
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
        // Custom elements (`<k->`, valid names in the HTML Standard, 4.13.2) cost 9 bytes a token
        // where `<span class=k>` costs 21: a lesson, with a token every ten bytes, stays below
        // twice its source instead of reaching 2.7 times.
        let letter = token.class.letter();
        html.extend(['<', letter, '-', '>']);
        escape(&mut html, &line[token.range.clone()]);
        html.extend(['<', '/', letter, '-', '>']);
        start = token.range.end;
    }
    escape(&mut html, &line[start..]);
    html
}

/// HTML text content needs no more than these three; quotes would cost five bytes each.
fn escape(html: &mut String, text: &str) {
    let mut start = 0;
    for (at, found) in text.match_indices(['<', '>', '&']) {
        html.push_str(&text[start..at]);
        html.push_str(if found == "<" {
            "&lt;"
        } else if found == ">" {
            "&gt;"
        } else {
            "&amp;"
        });
        start = at + 1;
    }
    html.push_str(&text[start..]);
}

/// The class of a scope by its most specific rule; `Some(None)`: plain, whatever it is inside of;
/// `None`: no rule, so what it is inside of decides.
fn rule(scope: Scope) -> Option<Option<Class>> {
    RULES.iter().find(|(prefix, _)| prefix.is_prefix_of(scope)).map(|(_, class)| *class)
}

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

/// The common names of Sublime Text, then where a grammar strays from them; `None` is plain.
#[rustfmt::skip]
const SCOPES: &[(Option<Class>, &str)] = &[
    (None, "meta.interpolation meta.template.expression meta.group.expansion variable
        punctuation.separator.key-value keyword.operator.accessor keyword.operator.assignment
        invalid.deprecated keyword.operator.type constant.other.database-name
        constant.other.table-name keyword.operator.logical.continue"),
    (Some(Class::Keyword), "keyword storage.modifier.sql keyword.operator.module
        keyword.operator.new keyword.operator.assignment.alias.sql keyword.operator.dockerfile"),
    (Some(Class::Declaration), "storage keyword.declaration"),
    (Some(Class::Operator), "keyword.operator keyword.operator.assignment.redirection
        variable.language.star.sql keyword.control.flow.block-scalar keyword.control.flow.alias"),
    (Some(Class::WordOperator), "keyword.operator.word keyword.operator.logical.sql"),
    (Some(Class::String), "string markup.raw markup.inserted keyword.other.template
        keyword.operator.quantifier punctuation.definition.quote.ini"),
    (Some(Class::Escape), "constant.character"),
    (Some(Class::Interpolation), "punctuation.section.interpolation constant.other.placeholder
        punctuation.section.expansion punctuation.definition.template-expression
        keyword.other.substitution"),
    (Some(Class::Prefix), "storage.type.string"),
    (Some(Class::Number), "constant.numeric constant.other keyword.other.unit entity.name.enum"),
    (Some(Class::Comment), "comment markup.quote"),
    (Some(Class::Builtin), "support support.type.object"),
    (Some(Class::Type), "support.type support.class entity.name.type entity.other.inherited-class
        storage.type.sql"),
    (Some(Class::Exception), "support.type.exception"),
    (Some(Class::Function), "entity.name.function"),
    (Some(Class::ClassName), "entity.name entity.name.type.class entity.name.type.interface
        entity.name.type.enum entity.name.function.sql"),
    (Some(Class::Call), "variable.function"),
    (Some(Class::Magic), "support.variable.magic"),
    (Some(Class::SpecialVariable), "variable.language variable.other.readwrite.shell
        variable.other.readwrite.assignment.shell punctuation.definition.variable.shell
        variable.other.alias.yaml entity.name.other.anchor.yaml"),
    (Some(Class::Constant), "constant support.constant variable.other.enummember"),
    (Some(Class::Decorator), "variable.annotation punctuation.decorator"),
    (Some(Class::Prompt), "punctuation.prompt"),
    (Some(Class::Key), "entity.other meta.mapping.key meta.tag.key entity.name.tag.yaml
        entity.name.tag.toml keyword.name.ini constant.other.object.key meta.object-literal.key
        variable.object.property support.type.property-name support.type.custom-property
        variable.parameter.option entity.name.function.option"),
    (Some(Class::Tag), "entity.name.tag entity.name.section entity.name.table entity.section
        punctuation.definition.tag markup.heading meta.diff.header meta.diff.range"),
    (Some(Class::Error), "invalid markup.error markup.deleted"),
];
