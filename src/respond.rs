//! A request to the preview server to its answer: a pure function of the request's head and the
//! snapshot. Reads no file, takes no input but a path, and gives nothing to other websites.

use std::sync::Arc;

use hyper::body::Bytes;
use hyper::header::{
    ACCEPT_RANGES, ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_TYPE,
    ETAG, HOST, HeaderMap, HeaderName, HeaderValue, IF_NONE_MATCH, IF_RANGE, LOCATION, RANGE,
    REFERRER_POLICY, TRANSFER_ENCODING, UPGRADE, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
};
use hyper::http::request::Parts;
use hyper::{Method, Response, StatusCode};
use unicode_normalization::UnicodeNormalization;

use crate::preview::{LIVE_EVENTS, LIVE_SCRIPT, Served, State};
use crate::url;

/// What is sent: bytes, or the stream of events.
#[derive(Debug, PartialEq, Eq)]
pub enum Body {
    Bytes(Bytes),
    Events,
}

/// Who may ask: names and addresses as `Host` has them, without a port.
#[derive(Clone, Debug, Default)]
pub struct Hosts {
    pub allowed: Vec<String>,
}

impl Hosts {
    /// Own names only: any website can make a name of its own lead to 127.0.0.1.
    fn allows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => &host,
        };
        let name = name.strip_suffix('.').unwrap_or(name);
        matches!(name, "localhost" | "127.0.0.1" | "[::1]")
            || name.ends_with(".localhost")
            || self.allowed.iter().any(|allowed| allowed == name)
    }
}

/// Answers a request's head. The body of a request is never read.
pub fn respond(request: &Parts, state: &State, hosts: &Hosts) -> Response<Body> {
    let mut response = answer(request, state, hosts);
    let headers = response.headers_mut();
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    // Not `no-store`, which would keep pages out of the back/forward cache.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    let policy = HeaderName::from_static("cross-origin-resource-policy");
    headers.insert(policy, HeaderValue::from_static("same-origin"));
    if has_body(request) {
        // It is not read, and must not be taken for the next request.
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if let Body::Bytes(bytes) = response.body() {
        let length = HeaderValue::from(bytes.len());
        if response.status() != StatusCode::NOT_MODIFIED {
            response.headers_mut().insert(CONTENT_LENGTH, length);
        }
    }
    if request.method == Method::HEAD {
        *response.body_mut() = Body::Bytes(Bytes::new());
    }
    response
}

fn answer(request: &Parts, state: &State, hosts: &Hosts) -> Response<Body> {
    if let Err(status) = admit(request, hosts) {
        return plain(status);
    }
    if request.method != Method::GET && request.method != Method::HEAD {
        let mut response = plain(StatusCode::METHOD_NOT_ALLOWED);
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    if request.headers.contains_key(UPGRADE) {
        return plain(StatusCode::UPGRADE_REQUIRED);
    }
    let Some(path) = clean(request.uri.path()) else { return plain(StatusCode::BAD_REQUEST) };
    match find(&path, state) {
        Found::Events => {
            let mut response = Response::new(Body::Events);
            let kind = HeaderValue::from_static("text/event-stream");
            response.headers_mut().insert(CONTENT_TYPE, kind);
            response
        }
        Found::File(file) => serve(&request.headers, file),
        Found::Moved(to) => moved(&to),
        Found::Nothing => match state.snapshot.not_found() {
            Some(page) => {
                let mut response = serve(&HeaderMap::new(), page);
                *response.status_mut() = StatusCode::NOT_FOUND;
                response
            }
            None => plain(StatusCode::NOT_FOUND),
        },
    }
}

fn has_body(request: &Parts) -> bool {
    let length = request.headers.get(CONTENT_LENGTH);
    request.headers.contains_key(TRANSFER_ENCODING) || length.is_some_and(|length| length != "0")
}

/// Whether the request comes from this computer's own pages, in one clear form.
fn admit(request: &Parts, hosts: &Hosts) -> Result<(), StatusCode> {
    let mut named = request.headers.get_all(HOST).iter();
    // RFC 9112 section 3.2: none or more than one is a bad request.
    let (Some(host), None) = (named.next(), named.next()) else {
        return Err(StatusCode::BAD_REQUEST);
    };
    // Nothing that is served takes a body in pieces. Beside this header hyper drops
    // `Content-Length`, so the two together cannot be told apart from this one alone.
    if request.headers.contains_key(TRANSFER_ENCODING) {
        return Err(StatusCode::BAD_REQUEST);
    }
    let host = host.to_str().map_err(|_| StatusCode::BAD_REQUEST)?;
    let authority = request.uri.authority().map(|authority| authority.as_str());
    if !hosts.allows(host) || !authority.is_none_or(|authority| hosts.allows(authority)) {
        return Err(StatusCode::FORBIDDEN);
    }
    let header = |name: &'static str| request.headers.get(name).map(HeaderValue::as_bytes);
    let foreign = matches!(header("sec-fetch-site"), Some(b"cross-site" | b"same-site"));
    // A link from elsewhere may lead here; a script or image of ours in a foreign page may not.
    if foreign && header("sec-fetch-mode") != Some(b"navigate") {
        return Err(StatusCode::FORBIDDEN);
    }
    Ok(())
}

/// A path decoded once and in NFC; None if any segment could mean something to a file system.
pub fn clean(path: &str) -> Option<String> {
    let decoded = url::decode(path)?;
    let rest = decoded.strip_prefix('/')?;
    let plain = |c: char| !c.is_control() && !matches!(c, '\\' | ':');
    let folders = rest.strip_suffix('/').unwrap_or(rest);
    let segments = folders.is_empty() && decoded == "/"
        || folders.split('/').all(|segment| !matches!(segment, "" | "." | ".."));
    (segments && rest.chars().all(plain)).then(|| decoded.nfc().collect())
}

enum Found<'a> {
    File(&'a Arc<Served>),
    /// To a path of the snapshot.
    Moved(String),
    Events,
    Nothing,
}

fn find<'a>(path: &str, state: &'a State) -> Found<'a> {
    let (base, snapshot) = (&*state.base_path, &*state.snapshot);
    let Some(below) = path.strip_prefix(base) else {
        let to_base = path == "/" || format!("{path}/") == base;
        return if to_base { Found::Moved(url::encode_ascii(base)) } else { Found::Nothing };
    };
    if below == LIVE_EVENTS && snapshot.file(LIVE_SCRIPT).is_some() {
        return Found::Events;
    }
    let index = format!("{below}index.html");
    let key = if below.is_empty() || below.ends_with('/') { &index } else { below };
    if let Some(file) = snapshot.file(key) {
        return Found::File(file);
    }
    match snapshot.file(&format!("{below}/index.html")) {
        Some(_) => Found::Moved(url::encode_ascii(&format!("{base}{below}/"))),
        None => Found::Nothing,
    }
}

fn serve(headers: &HeaderMap, file: &Served) -> Response<Body> {
    let mut response = Response::new(Body::Bytes(Bytes::new()));
    let etag = HeaderValue::from_str(&file.etag).expect("an etag is hexadecimal digits");
    response.headers_mut().insert(ETAG, etag);
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let known = text(IF_NONE_MATCH).is_some_and(|list| {
        list.split(',')
            .map(str::trim)
            .any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == file.etag)
    });
    if known {
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        return response;
    }
    let kind = HeaderValue::from_str(&file.content_type).expect("content types are ASCII");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response.headers_mut().insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    let same = text(IF_RANGE).is_none_or(|etag| etag == file.etag);
    let length = file.body.len();
    match text(RANGE).filter(|_| same).map_or(Range::Whole, |range| parse_range(range, length)) {
        Range::Whole => *response.body_mut() = Body::Bytes(file.body.clone()),
        Range::Part(first, last) => {
            *response.status_mut() = StatusCode::PARTIAL_CONTENT;
            set_range(&mut response, &format!("bytes {first}-{last}/{length}"));
            *response.body_mut() = Body::Bytes(file.body.slice(first..=last));
        }
        Range::Outside => {
            *response.status_mut() = StatusCode::RANGE_NOT_SATISFIABLE;
            set_range(&mut response, &format!("bytes */{length}"));
        }
    }
    response
}

fn set_range(response: &mut Response<Body>, range: &str) {
    let value = HeaderValue::from_str(range).expect("a range is ASCII");
    response.headers_mut().insert(CONTENT_RANGE, value);
}

#[derive(Debug, PartialEq, Eq)]
enum Range {
    Whole,
    /// First and last byte.
    Part(usize, usize),
    Outside,
}

/// RFC 9110 section 14: one range of bytes; several, or none that can be read, mean the whole.
fn parse_range(text: &str, length: usize) -> Range {
    let Some((first, last)) = text.strip_prefix("bytes=").and_then(|set| set.split_once('-'))
    else {
        return Range::Whole;
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(first) || !digits(last) || (first.is_empty() && last.is_empty()) {
        return Range::Whole;
    }
    let number = |text: &str| text.parse::<usize>().unwrap_or(usize::MAX);
    let (first, last) = match (first.is_empty(), last.is_empty()) {
        (true, _) if number(last) == 0 => return Range::Outside,
        (true, _) => (length.saturating_sub(number(last)), length.saturating_sub(1)),
        (false, true) => (number(first), length.saturating_sub(1)),
        (false, false) if number(last) < number(first) => return Range::Whole,
        (false, false) => (number(first), number(last).min(length.saturating_sub(1))),
    };
    if first < length { Range::Part(first, last) } else { Range::Outside }
}

fn moved(to: &str) -> Response<Body> {
    let mut response = plain(StatusCode::TEMPORARY_REDIRECT);
    let to = HeaderValue::from_str(to).expect("addresses are encoded to ASCII");
    response.headers_mut().insert(LOCATION, to);
    response
}

fn plain(status: StatusCode) -> Response<Body> {
    let reason = status.canonical_reason().unwrap_or_default();
    let mut response = Response::new(Body::Bytes(format!("{reason}\n").into()));
    *response.status_mut() = status;
    let kind = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, kind);
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_as_the_standard_says() {
        assert_eq!(parse_range("bytes=0-3", 10), Range::Part(0, 3));
        assert_eq!(parse_range("bytes=-3", 10), Range::Part(7, 9));
        assert_eq!(parse_range("bytes=5-", 10), Range::Part(5, 9));
        assert_eq!(parse_range("bytes=10-", 10), Range::Outside);
        assert_eq!(parse_range("bytes=5-2", 10), Range::Whole);
        assert_eq!(parse_range("bytes=0-1,3-4", 10), Range::Whole);
        assert_eq!(parse_range("bytes=0-99999999999999999999", 10), Range::Part(0, 9));
        assert_eq!(parse_range("bytes=0-", 0), Range::Outside);
    }

    #[test]
    fn paths_that_could_leave_the_site_are_none() {
        for bad in [
            "/../secret",
            "/%2e%2e/x",
            "/%2e%2e%2fx",
            "/..%2f",
            "//etc/passwd",
            "/./x",
            "/a//b",
            "/..\\s",
            "/..%5cs",
            "/C:/windows",
            "/x/c%3A/y",
            "/.env::$DATA",
            "/%00",
            "/a%0d%0ab",
            "/%c0%ae%c0%ae/",
            "secret",
            "/a/..",
            "/%c3%28",
        ] {
            assert_eq!(clean(bad), None, "{bad}");
        }
        assert_eq!(clean("/").as_deref(), Some("/"));
        assert_eq!(clean("/%252e%252e/x").as_deref(), Some("/%2e%2e/x"));
        assert_eq!(clean("/%E9%97%AD/").as_deref(), Some("/闭/"));
    }

    #[test]
    fn only_own_names_are_hosts() {
        let hosts = Hosts { allowed: vec!["192.168.1.5".into()] };
        for good in [
            "localhost",
            "LOCALHOST:8000",
            "127.0.0.1:80",
            "[::1]:8000",
            "[::1]",
            "localhost.",
            "app.localhost",
            "192.168.1.5:8000",
        ] {
            assert!(hosts.allows(good), "{good}");
        }
        for bad in [
            "evil.example",
            "localhost.evil.example",
            "127.0.0.1.nip.io",
            "0.0.0.0",
            "",
            "user@127.0.0.1",
            "127.1",
            "localhost:80:80",
            "evil.example:localhost",
        ] {
            assert!(!hosts.allows(bad), "{bad}");
        }
    }
}
