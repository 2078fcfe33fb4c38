//! Compares the classes of sample code with what a reviewer has read and accepted.
//! `golden/NAME.EXT` is the code, `golden/NAME.EXT.classes` the code with each token in its class:
//! `‹k def› ‹f main›():`. UPDATE=1 writes it anew; read the diff before you commit it.

use std::fs;
use std::path::{Path, PathBuf};

use roadmap_site::highlight::{highlight, tokens};

#[test]
fn samples_have_the_accepted_classes() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let samples = samples();
    assert!(samples.len() > 10, "only {} samples", samples.len());
    for path in samples {
        let code = fs::read_to_string(&path).expect("samples are UTF-8");
        let found = marked(language(&path), &code);
        let accepted_path = PathBuf::from(format!("{}.classes", path.display()));
        if update {
            fs::write(&accepted_path, &found).expect("the golden folder can be written");
        }
        let accepted = fs::read_to_string(&accepted_path).unwrap_or_default();
        for (number, (found, accepted)) in (1..).zip(found.lines().zip(accepted.lines())) {
            if found != accepted {
                wrong.push(format!("{}:{number}\n- {accepted}\n+ {found}", path.display()));
            }
        }
        if found.lines().count() != accepted.lines().count() {
            wrong.push(format!("{}: not as many lines as accepted", path.display()));
        }
    }
    assert!(wrong.is_empty(), "{} lines changed:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn html_is_escaped_and_has_one_element_for_each_token() {
    let html = highlight("python", "if a < b and not c: x = \"<&>\"  # é > 1\n").expect("Python");
    let expected = "<k->if</k-> a <o->&lt;</o-> b <w->and not</w-> c: \
        x = <s->\"&lt;&amp;&gt;\"</s->  <c-># é &gt; 1</c->";
    assert_eq!(html, [expected]);
    assert_eq!(highlight("output", "1 < 2\n\n").expect("known"), ["1 &lt; 2", ""]);
    assert_eq!(highlight("no-such-language", "x"), None);
}

#[test]
fn prompts_are_found_in_a_python_fence() {
    let session = ">>> 1 + 1\n2\n";
    assert_eq!(tokens("python", session), tokens("pycon", session));
    assert_ne!(tokens("python", session), tokens("python", "# \n>>> 1 + 1\n2\n"));
}

fn samples() -> Vec<PathBuf> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/highlight/golden");
    let entries = fs::read_dir(folder).expect("the golden folder is there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("readable").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension != "classes"));
    paths.sort();
    paths
}

fn language(path: &Path) -> &str {
    path.extension().and_then(|extension| extension.to_str()).expect("samples name their language")
}

fn marked(language: &str, code: &str) -> String {
    let mut marked = String::new();
    let lines = tokens(language, code).unwrap_or_else(|| panic!("`{language}` is not known"));
    for (line, tokens) in code.split_terminator('\n').zip(lines) {
        let mut start = 0;
        for token in tokens {
            let letter = token.class.letter();
            marked += &line[start..token.range.start];
            marked += &format!("‹{letter} {}›", &line[token.range.clone()]);
            start = token.range.end;
        }
        marked += &line[start..];
        marked.push('\n');
    }
    marked
}
