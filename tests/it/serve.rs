//! The preview server against requests that no browser of ours would send. None of them gets a
//! byte that is not of the site, an answer of 5xx, or a thread to hang on.

use std::collections::HashSet;
use std::fs;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use proptest::prelude::*;
use roadmap_site::config::Overrides;
use roadmap_site::memo::Memo;
use roadmap_site::preview::{Live, State};
use roadmap_site::respond::{self, Body, Hosts};
use roadmap_site::{site, source};
use tempfile::TempDir;

use crate::command::{self, program};
use crate::preview::{Answer, DEADLINE, Preview, answers};

const SECRET: &str = "SECRET-BYTES";
const SECTION: &str = "# Closures\n\n## Basics\n\n### Cells {#cells}\n\nA cell.\n";
const SITE: &str = "id = \"t\"\ntitle = \"T\"\nbase_url = \"https://example.org/repo/\"\n";

/// A site with secrets around it and hidden in it.
struct Fixture {
    folder: TempDir,
}

impl Fixture {
    fn new() -> Fixture {
        let fixture = Fixture { folder: tempfile::tempdir().unwrap() };
        for (path, bytes) in [
            ("site/site.toml", SITE.as_bytes()),
            ("site/content/01-闭包.md", SECTION.as_bytes()),
            ("site/content/02-b.md", SECTION.replace("cells", "b").as_bytes()),
            ("site/content/data.bin", &[7; 10_000]),
            ("site/content/empty.bin", b""),
            ("site/content/.env", SECRET.as_bytes()),
            ("site/content/.git/config", SECRET.as_bytes()),
            ("site/content/02-b.md~", SECRET.as_bytes()),
            ("site/.env", SECRET.as_bytes()),
            ("site/secret.txt", SECRET.as_bytes()),
            ("site-secret/x.txt", SECRET.as_bytes()),
            ("secret.txt", SECRET.as_bytes()),
        ] {
            let path = fixture.folder.path().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, bytes).unwrap();
        }
        fixture
    }

    fn root(&self) -> PathBuf {
        self.folder.path().join("site")
    }

    fn start(&self) -> Preview {
        Preview::start(&self.root(), &["--watch"])
    }

    fn state(&self) -> State {
        let sources = source::read(&self.root(), &Overrides::default()).unwrap();
        let built = site::build(&sources, &mut Memo::default());
        State::new(&sources.config).next(&built, &sources, Live::Watching)
    }
}

/// What holds for every answer there is.
fn check(name: &str, answer: &Answer) {
    let text = String::from_utf8_lossy(&answer.bytes);
    assert!(!text.contains(SECRET) && !text.contains("root:x:"), "{name}: leaks\n{text}");
    assert!(!answer.head().contains("access-control"), "{name}: {}", answer.head());
    assert!(!answer.head().contains("set-cookie"), "{name}: {}", answer.head());
    assert!(answer.status() < 500, "{name}: {}", answer.status());
}

/// All at once, as none may wait for another.
fn all<T: Sync + ToString>(tasks: &[T], run: impl Fn(&T) + Sync) {
    std::thread::scope(|scope| {
        let running: Vec<_> = tasks.iter().map(|task| scope.spawn(|| run(task))).collect();
        let failed = running.into_iter().map(|one| one.join()).filter(Result::is_err).count();
        assert_eq!(failed, 0, "of {} requests", tasks.len());
    });
}

#[test]
fn no_path_leads_out_of_the_site() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let mut targets: Vec<String> = [
        // Out of the folder, plainly and encoded: once, twice, overlong.
        "/../secret.txt",
        "/../../../../etc/passwd",
        "/%2e%2e/secret.txt",
        "/%2e%2e%2fsecret.txt",
        "/..%2fsecret.txt",
        "/%2E%2E/secret.txt",
        "/.%2e/secret.txt",
        "/%252e%252e%252fsecret.txt",
        "/%c0%ae%c0%ae/secret.txt",
        "/x/../../secret.txt",
        "/./../secret.txt",
        "//etc/passwd",
        "///etc/passwd",
        "/%2Fetc/passwd",
        "/%2fetc%2fpasswd",
        "/....//secret.txt",
        "/..;/secret.txt",
        "/..%00/secret.txt",
        "/..%0d/secret.txt",
        "/..%09/secret.txt",
        // A folder beside it with the same beginning.
        "/../site-secret/x.txt",
        "/-secret/x.txt",
        "/%2e%2e/site-secret/x.txt",
        // What Windows understands.
        "/..\\secret.txt",
        "/..%5csecret.txt",
        "/C:/windows/win.ini",
        "/x/c%3A/windows/win.ini",
        "//localhost/c$/x",
        "/CON",
        "/.env::$DATA",
        "/ENV~1",
        "/index.html.",
        "/index.html%20",
        "/dir::$index_allocation/",
        "/dir:$i30:$index_allocation./",
        "/file%20.%20.",
        "/b/index.html.",
        // Hidden files.
        "/.env",
        "/.ENV",
        "/%2eenv",
        "//.env",
        "/.env/.",
        "/.git/config",
        "/.env?raw??",
        "/@fs/etc/passwd",
        "/.env?import&raw",
        "/.env?.svg?.wasm?init",
        "/02-b.md~",
        "/02-b.md",
        "/site.toml",
        "/b/../.env",
        "/b%2f..%2f.env",
        "/secret.txt",
        // What is no path.
        "/%00",
        "/%",
        "/%1",
        "/%zz",
        "/%c3%28",
        "/%ff",
        "/%0d%0aSet-Cookie:x=1",
        "/a%0d%0ab",
        "/ /",
        "/a b",
        "/b/ HTTP/1.1",
        "*",
        "b/",
        "?",
        "/\u{7f}",
        "/中文/",
        // Nearly.
        "/b/index.html/",
        "/b//",
        "//b/",
        "/b/.",
        "/./b/",
        "/B/",
        "/data.bin/",
        "/assets",
        "/assets/",
        "/assets/.live",
        "/assets/.live/",
        "/assets/.live/live.js/",
        "/assets/.live/events/",
        "/assets/.live/../.live/events",
    ]
    .map(String::from)
    .to_vec();
    let inside = targets.iter().filter(|target| target.starts_with('/'));
    let inside: Vec<String> = inside.map(|target| format!("/repo{target}")).collect();
    targets.extend(inside);
    all(&targets, |target| {
        let answer = preview.get(target);
        check(target, &answer);
        assert!([400, 404].contains(&answer.status()), "{target}: {}", answer.status());
    });
    // The query and the fragment choose nothing.
    for target in ["/repo/?../secret.txt", "/repo/?/../../etc/passwd", "/repo/#/../../secret.txt"] {
        let answer = preview.get(target);
        check(target, &answer);
        assert!(answer.text().contains("Closures"), "{target}");
    }
}

#[test]
fn bytes_that_no_target_has_are_refused() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let targets: [&[u8]; 6] = [b"/\0", b"/\t", b"/\x02", b"/\xff\xfe", b"/\xc3\x28", b"/repo/\r"];
    for target in targets {
        let request =
            [b"GET ", target, b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"];
        let answer = preview.raw(request.concat());
        check(&format!("{target:?}"), &answer);
        assert!([400, 404].contains(&answer.status()), "{target:?}: {}", answer.status());
    }
}

#[test]
fn what_is_too_large_is_refused() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let many = |text: &str, count: usize| format!("/repo/{}", text.repeat(count));
    let header = |bytes: usize| format!("X-Long: {}\r\n", "x".repeat(bytes));
    let numbered: String = (0..200).map(|n| format!("X-{n}: {n}\r\n")).collect();
    let requests = [
        ("8 kB segment", many("a", 8 * 1024), String::new(), 404),
        ("70 kB target", many("a", 70 * 1024), String::new(), 431),
        ("5000 segments", many("a/", 5000), String::new(), 404),
        ("5000 up", many("../", 5000), String::new(), 400),
        ("64 kB header", "/repo/".into(), header(64 * 1024), 431),
        ("2 MB header", "/repo/".into(), header(2 * 1024 * 1024), 431),
        ("200 headers", "/repo/".into(), numbered, 431),
        (
            "2000 ranges",
            "/repo/data.bin".into(),
            format!("Range: bytes={}0-1\r\n", "0-1,".repeat(1999)),
            200,
        ),
    ];
    for (name, target, headers, status) in requests {
        let answer = preview.request(&target, &headers);
        check(name, &answer);
        // 0: it closed on what we were still sending.
        let closed = status == 431 && [0, 414].contains(&answer.status());
        assert!(answer.status() == status || closed, "{name}: {}", answer.status());
    }
    assert_eq!(preview.get("/repo/").status(), 200);
}

#[test]
fn only_own_hosts_are_answered() {
    let fixture = Fixture::new();
    let preview = Preview::start(&fixture.root(), &["--allow-host", "Preview.Example"]);
    let port = preview.port;
    let get = |host: &str| {
        let head = format!("GET /repo/ HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        let answer = preview.raw(&head);
        check(&head, &answer);
        answer.status()
    };
    for host in [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "app.localhost",
        "127.0.0.1",
        "[::1]",
        "preview.example",
        "PREVIEW.example.",
    ] {
        assert_eq!(get(&format!("Host: {host}\r\n")), 200, "{host}");
        let port = if host.ends_with('.') { String::new() } else { format!(":{port}") };
        assert_eq!(get(&format!("Host: {host}{port}\r\n")), 200, "{host}{port}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "evillocalhost",
        "127.0.0.1.nip.io",
        "0.0.0.0",
        "",
        "user@127.0.0.1",
        "localhost@evil.example",
        "127.1",
        "2130706433",
        "0x7f000001",
        "[::]",
        "[::ffff:127.0.0.1]",
        "::1",
        "localhost:80:80",
        "localhost:x",
        "localhost/",
        "a.preview.example",
        "localhost, evil.example",
        "localhost evil.example",
        "локалхост",
        ".localhost.evil.example",
    ] {
        let status = get(&format!("Host: {host}\r\n"));
        assert!([400, 403].contains(&status), "{host}: {status}");
    }
    assert_eq!(get(""), 400);
    assert_eq!(get("Host: localhost\r\nHost: localhost\r\n"), 400);
    assert_eq!(get("Host: localhost\r\nHost: evil.example\r\n"), 400);
    // In this form the address in the target is the one that counts.
    for (target, host, expected) in [
        ("http://localhost/repo/", "localhost", 200),
        ("http://evil.example/repo/", "localhost", 403),
        ("http://localhost/repo/", "evil.example", 403),
        ("http://evil.example/", "evil.example", 403),
        ("http://user@localhost/repo/", "localhost", 403),
        ("file:///etc/passwd", "localhost", 400),
    ] {
        let answer = preview
            .raw(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"));
        check(target, &answer);
        assert_eq!(answer.status(), expected, "{target} for {host}");
    }
}

#[test]
fn other_websites_get_nothing() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let origin = "Origin: http://evil.example\r\n";
    let fetched = |site: &str, mode: &str, dest: &str| {
        format!(
            "{origin}Sec-Fetch-Site: {site}\r\nSec-Fetch-Mode: {mode}\r\nSec-Fetch-Dest: {dest}\r\n"
        )
    };
    for target in
        ["/repo/", "/repo/roadmap.json", "/repo/assets/.live/live.js", "/repo/assets/.live/events"]
    {
        for (site, mode, dest) in [
            ("cross-site", "no-cors", "script"),
            ("cross-site", "no-cors", "image"),
            ("cross-site", "cors", "empty"),
            ("same-site", "cors", "empty"),
            ("same-site", "no-cors", "script"),
            ("cross-site", "websocket", "websocket"),
        ] {
            let answer = preview.request(target, &fetched(site, mode, dest));
            check(target, &answer);
            assert_eq!(answer.status(), 403, "{target} {site} {mode}");
        }
        let upgrade = "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        let answer = preview
            .request(target, &upgrade.replace("Upgrade:", "Connection: Upgrade\r\nUpgrade:"));
        check(target, &answer);
        assert_eq!(answer.status(), 426, "{target}");
    }
    // A link from elsewhere may lead here, but not into a frame.
    let answer = preview.request("/repo/", &fetched("cross-site", "navigate", "document"));
    assert_eq!(answer.status(), 200);
    let answer = preview.request("/repo/", "Origin: null\r\n");
    check("null", &answer);
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cross-origin-resource-policy", "same-origin"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("cache-control", "no-cache"),
    ] {
        assert_eq!(answer.header(name).as_deref(), Some(value));
    }
    let preflight = "Origin: http://evil.example\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Private-Network: true\r\n";
    let answer = preview.raw(format!(
        "OPTIONS /repo/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{preflight}\r\n"
    ));
    check("preflight", &answer);
    assert_eq!(answer.status(), 405);
}

#[test]
fn only_get_and_head_are_methods() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let send = |method: &str, target: &str, more: &str| {
        preview.raw(format!(
            "{method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}"
        ))
    };
    for method in ["POST", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "BREW", "get", "PROPFIND"]
    {
        let answer = send(method, "/repo/", "\r\n");
        check(method, &answer);
        assert_eq!(answer.status(), 405, "{method}");
        assert_eq!(answer.header("allow").as_deref(), Some("GET, HEAD"), "{method}");
    }
    assert_eq!(send("OPTIONS", "*", "\r\n").status(), 405);
    assert_eq!(send("CONNECT", "localhost:80", "\r\n").status(), 405);
    assert_eq!(send("CONNECT", "evil.example:443", "\r\n").status(), 403);
    for target in
        ["/repo/", "/repo/data.bin", "/repo/nothing", "/repo", "/repo/assets/.live/live.js"]
    {
        let (head, get) = (send("HEAD", target, "\r\n"), send("GET", target, "\r\n"));
        let without_date = |answer: &Answer| {
            let head = answer.head();
            head.lines()
                .filter(|line| !line.starts_with("date"))
                .map(String::from)
                .collect::<Vec<_>>()
        };
        assert_eq!(without_date(&head), without_date(&get), "{target}");
        assert!(head.body().is_empty() && !get.body().is_empty(), "{target}");
    }
    assert_eq!(send("HEAD", "/repo/assets/.live/events", "\r\n").status(), 200);
}

#[test]
fn known_bytes_and_parts_of_them() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let etag = preview.get("/repo/data.bin").header("etag").unwrap();
    let status = |target: &str, headers: &str| preview.request(target, headers).status();
    for value in [&etag, &format!("W/{etag}"), &format!("\"x\", {etag}"), "*"] {
        let answer = preview.request("/repo/data.bin", &format!("If-None-Match: {value}\r\n"));
        assert_eq!((answer.status(), answer.body()), (304, &b""[..]), "{value}");
        assert_eq!(answer.header("etag").as_ref(), Some(&etag));
    }
    assert_eq!(status("/repo/data.bin", "If-None-Match: \"x\"\r\n"), 200);
    let future = "If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT\r\n";
    assert_eq!(status("/repo/data.bin", future), 200);
    for (range, expected, length, part) in [
        ("bytes=0-3", 206, 4, "bytes 0-3/10000"),
        ("bytes=-3", 206, 3, "bytes 9997-9999/10000"),
        ("bytes=9990-", 206, 10, "bytes 9990-9999/10000"),
        ("bytes=10000-", 416, 0, "bytes */10000"),
        ("bytes=-0", 416, 0, "bytes */10000"),
        ("bytes=-99999", 206, 10_000, "bytes 0-9999/10000"),
        ("bytes=5-2", 200, 10_000, ""),
        ("bytes=0-1,4-5", 200, 10_000, ""),
        ("bytes=0-99999999999999999999", 206, 10_000, "bytes 0-9999/10000"),
        ("bytes=99999999999999999999-", 416, 0, "bytes */10000"),
        ("bytes=-", 200, 10_000, ""),
        ("lines=1-2", 200, 10_000, ""),
        ("bytes=a-b", 200, 10_000, ""),
        ("", 200, 10_000, ""),
    ] {
        let answer = preview.request("/repo/data.bin", &format!("Range: {range}\r\n"));
        assert_eq!((answer.status(), answer.body().len()), (expected, length), "{range}");
        assert_eq!(answer.header("content-range").unwrap_or_default(), part, "{range}");
    }
    let with = |condition: &str| format!("Range: bytes=0-3\r\nIf-Range: {condition}\r\n");
    assert_eq!(status("/repo/data.bin", &with(&etag)), 206);
    assert_eq!(status("/repo/data.bin", &with("\"x\"")), 200);
    assert_eq!(status("/repo/data.bin", &with(&format!("W/{etag}"))), 200);
    assert_eq!(status("/repo/empty.bin", ""), 200);
    assert_eq!(status("/repo/empty.bin", "Range: bytes=0-0\r\n"), 416);
    assert_eq!(status("/repo/empty.bin", "Range: bytes=-1\r\n"), 416);
}

#[test]
fn pages_stand_at_their_real_addresses() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    assert_eq!(preview.address, format!("http://localhost:{}/repo/", preview.port));
    let page = preview.get("/repo/%E9%97%AD%E5%8C%85/");
    assert_eq!(page.status(), 200);
    assert_eq!(page.header("content-type").as_deref(), Some("text/html; charset=utf-8"));
    assert_eq!(page.header("content-length"), Some(page.body().len().to_string()));
    assert!(page.text().contains("data-version"));
    assert_eq!(preview.get("/repo/%e9%97%ad%e5%8c%85/index.html").status(), 200);
    for (from, to) in [
        ("/", "/repo/"),
        ("/repo", "/repo/"),
        ("/repo/b", "/repo/b/"),
        ("/repo?x=//evil", "/repo/"),
        ("/repo/%E9%97%AD%E5%8C%85", "/repo/%E9%97%AD%E5%8C%85/"),
    ] {
        let answer = preview.get(from);
        assert_eq!(
            (answer.status(), answer.header("location").as_deref()),
            (307, Some(to)),
            "{from}"
        );
    }
    let missing = preview.get("/repo/nothing/here");
    assert_eq!(missing.status(), 404);
    assert!(missing.text().contains("<main"), "the site's own page");
    // The address that a build knows nothing of.
    let still = Preview::start(&fixture.root(), &["--base-url", "https://example.org/%E4%B8%AD/"]);
    assert_eq!(still.get("/%E4%B8%AD/b/").status(), 200);
    assert_eq!(still.get("/").header("location").as_deref(), Some("/%E4%B8%AD/"));
    assert!(!still.get("/%E4%B8%AD/b/").text().contains("data-version"));
    assert_eq!(still.get("/%E4%B8%AD/assets/.live/events").status(), 404);
}

#[test]
fn broken_protocol_ends_the_connection() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let host = "Host: localhost\r\n";
    let hello = b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec();
    let requests: Vec<(&str, Vec<u8>, &[u16])> = vec![
        ("HTTP/1.0", b"GET /repo/ HTTP/1.0\r\n\r\n".to_vec(), &[400]),
        ("HTTP/1.0 with a host", format!("GET /repo/ HTTP/1.0\r\n{host}\r\n").into(), &[200]),
        ("HTTP/9.9", format!("GET /repo/ HTTP/9.9\r\n{host}\r\n").into(), &[0, 400]),
        ("HTTP/0.9", b"GET /repo/\r\n\r\n".to_vec(), &[0, 400]),
        ("HTTP/2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".to_vec(), &[0, 400]),
        ("both lengths", format!("GET /repo/ HTTP/1.1\r\n{host}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /repo/ HTTP/1.1\r\n{host}\r\n").into(), &[400]),
        ("chunks", format!("GET /repo/ HTTP/1.1\r\n{host}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n").into(), &[400]),
        ("strange coding", format!("GET /repo/ HTTP/1.1\r\n{host}Transfer-Encoding: xchunked\r\n\r\n").into(), &[400]),
        ("two lengths", format!("GET /repo/ HTTP/1.1\r\n{host}Content-Length: 5\r\nContent-Length: 6\r\n\r\n").into(), &[400]),
        ("bad length", format!("GET /repo/ HTTP/1.1\r\n{host}Content-Length: -1\r\n\r\n").into(), &[400]),
        ("folded", format!("GET /repo/ HTTP/1.1\r\n{host}X: a\r\n b\r\n\r\n").into(), &[400]),
        ("space before the colon", b"GET /repo/ HTTP/1.1\r\nHost : localhost\r\n\r\n".to_vec(), &[400]),
        ("no colon", format!("GET /repo/ HTTP/1.1\r\n{host}X\r\n\r\n").into(), &[400]),
        ("NUL in a header", format!("GET /repo/ HTTP/1.1\r\n{host}X: \0\r\n\r\n").into(), &[400]),
        ("TLS", hello, &[0, 400]),
        ("garbage", (0..=255).cycle().take(4096).collect(), &[0, 400]),
        ("body", format!("POST /repo/ HTTP/1.1\r\n{host}Content-Length: 9\r\n\r\nGET / HTT").into(), &[405]),
        ("half a body", format!("POST /repo/ HTTP/1.1\r\n{host}Content-Length: 900000\r\n\r\nxx").into(), &[405]),
        ("body in a body", format!("GET /repo/ HTTP/1.1\r\n{host}Content-Length: 3\r\n\r\nabcGET /repo/ HTTP/1.1\r\n{host}\r\n").into(), &[200]),
    ];
    for (name, bytes, expected) in requests {
        let start = Instant::now();
        let answer = preview.raw(bytes);
        check(name, &answer);
        assert!(expected.contains(&answer.status()), "{name}: {}", answer.status());
        assert!(start.elapsed() < Duration::from_secs(15), "{name}: {:?}", start.elapsed());
        let answers = answer.bytes.windows(9).filter(|bytes| bytes == b"HTTP/1.1 ").count();
        assert!(answers <= 1, "{name}: {answers} answers");
    }
    // Two at once are answered one after the other.
    let request = format!("GET /repo/data.bin HTTP/1.1\r\n{host}");
    let two = preview.raw(format!("{request}\r\n{request}Connection: close\r\n\r\n"));
    assert_eq!(two.bytes.windows(15).filter(|bytes| bytes == b"HTTP/1.1 200 OK").count(), 2);
    // Half a head, and then no more will come.
    let mut half = preview.connect();
    half.write_all(b"GET /repo/ HTTP/1.1\r\nHost: loc").unwrap();
    half.shutdown(std::net::Shutdown::Write).unwrap();
    let mut rest = Vec::new();
    half.read_to_end(&mut rest).unwrap();
}

#[test]
fn slow_clients_are_ended_and_keep_nobody_waiting() {
    let fixture = Fixture::new();
    let preview = fixture.start();
    let start = Instant::now();
    let open = |n: usize| {
        let mut stream = preview.connect();
        // Silent from the start, within the head, after an answer, within a body.
        let begun: &[u8] = match n % 4 {
            0 => b"",
            1 => b"GET /repo/ HTTP/1.1\r\nHost: localhost\r\nX: ",
            2 => b"GET /repo/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
            _ => b"POST /repo/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nx",
        };
        stream.write_all(begun).unwrap();
        stream
    };
    let slow: Vec<TcpStream> = (0..200).map(open).collect();
    let ask = |_| {
        let asked = Instant::now();
        assert_eq!(preview.get("/repo/").status(), 200);
        asked.elapsed()
    };
    // The quickest of a few: what is slow is then not the machine.
    let normal = (0..20).map(ask).min().unwrap();
    assert!(normal < Duration::from_millis(100), "{normal:?}");
    std::thread::scope(|scope| {
        for (n, mut stream) in slow.into_iter().enumerate() {
            scope.spawn(move || {
                if n % 4 == 1 {
                    drip(&mut stream);
                }
                let mut rest = Vec::new();
                let _ = stream.read_to_end(&mut rest);
                let time = start.elapsed();
                assert!(time < Duration::from_secs(20), "{n}: {time:?}");
            });
        }
    });
}

/// A byte now and then, until the other side has closed.
fn drip(stream: &mut TcpStream) {
    stream.set_read_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut answer = [0; 64];
    while stream.write_all(b"x").is_ok() && !matches!(stream.read(&mut answer), Ok(0)) {}
}

#[test]
fn signals_end_it_with_streams_open() {
    let fixture = Fixture::new();
    for signal in ["-TERM", "-INT"] {
        let mut preview = fixture.start();
        let mut streams: Vec<_> = (0..3).map(|_| preview.events()).collect();
        for stream in &mut streams {
            stream.next(DEADLINE).expect("the state now");
        }
        let _silent = preview.connect();
        preview.signal(signal);
        let status = preview.ended(Duration::from_secs(2)).expect("it ends");
        assert_eq!(status.code(), Some(0), "{signal}");
    }
}

#[test]
fn a_port_that_is_taken() {
    let fixture = Fixture::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let ran = command::run(&fixture.root(), &["serve", "--port", &port]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.stderr.contains("cannot listen on") && ran.stderr.contains("--port"), "{ran:?}");
    assert_eq!(ran.stdout, "");
    // One that nobody asked for is the next that is free.
    let mut ports = Vec::new();
    let mut running = Vec::new();
    for _ in 0..2 {
        let mut command = program(&fixture.root(), &["serve"]);
        let mut process = command.stdout(std::process::Stdio::piped()).spawn().unwrap();
        let mut line = [0; 22];
        process.stdout.take().unwrap().read_exact(&mut line).unwrap();
        ports.push(String::from_utf8(line.to_vec()).unwrap());
        running.push(process);
    }
    for mut process in running {
        process.kill().unwrap();
        process.wait().unwrap();
    }
    assert!(ports.iter().all(|port| port.starts_with("http://localhost:8")), "{ports:?}");
    assert_ne!(ports[0], ports[1]);
}

#[test]
fn it_listens_where_it_is_told_to() {
    let fixture = Fixture::new();
    let local = fixture.start();
    assert!(answers(([127, 0, 0, 1], local.port).into()));
    assert!(!answers(([127, 0, 0, 2], local.port).into()));
    let other = Preview::start(&fixture.root(), &["--host", "0.0.0.0"]);
    other.said("others can reach it");
    assert!(answers(([127, 0, 0, 2], other.port).into()));
    let request =
        |host: &str| format!("GET /repo/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n");
    assert_eq!(other.raw(request("evil.example")).status(), 403);
    assert_eq!(other.raw(request("localhost")).status(), 200);
}

#[test]
fn a_link_out_of_the_project_is_never_served() {
    let fixture = Fixture::new();
    let content = fixture.root().join("content");
    let preview = fixture.start();
    let mut events = preview.events();
    events.next(DEADLINE).unwrap();
    let outside = fixture.folder.path().join("secret.txt");
    for (name, target) in [
        ("link.txt", outside.clone()),
        ("folder", fixture.folder.path().join("site-secret")),
        ("index.html", outside),
        ("up.txt", PathBuf::from("../../secret.txt")),
    ] {
        std::os::unix::fs::symlink(target, content.join(name)).unwrap();
        let state = events.next(DEADLINE).expect("it is seen");
        assert!(state["problems"][0]["text"].as_str().unwrap().contains(name), "{state}");
        for target in [format!("/repo/{name}"), format!("/repo/{name}/x.txt"), "/repo/".into()] {
            check(&target, &preview.get(&target));
        }
        fs::remove_file(content.join(name)).unwrap();
        events.next(DEADLINE).expect("it is gone");
    }
}

/// Parts of paths, those with a meaning more often than others.
fn part() -> impl Strategy<Value = String> {
    let known: Vec<String> = [
        "/",
        "/",
        "/",
        "..",
        ".",
        "%2e",
        "%2E%2e",
        "%2f",
        "%5c",
        "\\",
        "%00",
        "%25",
        "%",
        ":",
        "~",
        ";",
        "repo",
        "b",
        "data.bin",
        "index.html",
        "secret.txt",
        "site",
        ".env",
        "assets",
        ".live",
        "events",
        "%c0%ae",
        "etc",
        "passwd",
        "%E9%97%AD%E5%8C%85",
        "?",
        "#",
        "//",
        "%0d%0a",
        " ",
    ]
    .map(String::from)
    .to_vec();
    prop_oneof![6 => proptest::sample::select(known), 1 => "\\PC{1,3}", 1 => "%[0-9a-f]{2}"]
}

/// How many paths are tried; a million once by hand.
fn cases() -> u32 {
    std::env::var("PATHS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000)
}

#[test]
fn no_generated_path_leaves_the_map() {
    let fixture = Fixture::new();
    let state = fixture.state();
    let hosts = Hosts::default();
    let known = known_bodies(&state, &hosts);
    let config =
        ProptestConfig { cases: cases(), failure_persistence: None, ..ProptestConfig::default() };
    let missing = &state.snapshot.not_found().unwrap().body;
    let paths = proptest::collection::vec(part(), 0..12).prop_map(|parts| parts.concat());
    proptest!(config, |(path in paths)| {
        if let Some(clean) = respond::clean(&path) {
            prop_assert!(clean.starts_with('/') && !clean.contains("//"), "{clean}");
            prop_assert!(!clean.contains(['\\', ':', '\0', '\r', '\n']), "{clean}");
            prop_assert!(clean.split('/').all(|part| part != ".." && part != "."), "{clean}");
        }
        let Ok(request) = hyper::Request::get(format!("/{path}")).header("host", "localhost").body(()) else {
            return Ok(());
        };
        let response = respond::respond(&request.into_parts().0, &state, &hosts);
        let location = response.headers().get("location").map(|to| to.to_str().unwrap().to_owned());
        prop_assert!(location.is_none_or(|to| to.starts_with("/repo/") && !to.contains("//")));
        match (response.status().as_u16(), response.body()) {
            (200, Body::Events) | (307 | 400, _) => {}
            (404, Body::Bytes(bytes)) => prop_assert!(bytes == missing),
            (200, Body::Bytes(bytes)) => prop_assert!(known.contains(&**bytes)),
            (status, _) => prop_assert!(false, "{status}"),
        }
    });
}

/// Every body that the site can answer with.
fn known_bodies(state: &State, hosts: &Hosts) -> HashSet<Vec<u8>> {
    let bodies = state.snapshot.paths().map(|path| {
        let target = format!("{}{}", state.base_path, roadmap_site::url::encode_ascii(path));
        let request = hyper::Request::get(target).header("host", "localhost").body(()).unwrap();
        match respond::respond(&request.into_parts().0, state, hosts).into_body() {
            Body::Bytes(bytes) => bytes.to_vec(),
            Body::Events => panic!("{path} is a stream"),
        }
    });
    bodies.collect()
}
