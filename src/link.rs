//! Links and images: what may stand in a page, where it leads, and what has to be checked.

use std::fmt::Write;

use pulldown_cmark::LinkType;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

use crate::diagnostic::{self, Diagnostic};
use crate::html::{Writer, escape, plain};
use crate::outline::Nodes;
use crate::roadmap::{Link, LinkKind};
use crate::source::FileBody;
use crate::url::{self, Kind};

impl Writer<'_> {
    pub fn link(
        &mut self,
        index: usize,
        link_type: LinkType,
        target: &str,
        title: &str,
        inner: Nodes,
    ) {
        let place = self.place(self.scope.nodes[index].span.clone());
        let href = match url::kind(target) {
            _ if link_type == LinkType::Email => Some(format!("mailto:{target}")),
            Kind::External => Some(target.to_owned()),
            Kind::Relative => self.address(index, target, LinkKind::Link),
            Kind::Absolute => self.refuse(diagnostic::absolute_link(place, target)),
            Kind::Unsafe => self.refuse(diagnostic::unsafe_link(place, target)),
        };
        let Some(href) = href else { return self.nodes(inner) };
        let mut open = String::from("<a href=\"");
        escape(&mut open, &href.replace(' ', "%20"));
        open.push('"');
        if url::kind(&href) == Kind::External && !href.starts_with("mailto:") {
            open.push_str(" rel=\"external noreferrer\"");
        }
        if !title.is_empty() {
            open.push_str(" title=\"");
            escape(&mut open, title);
            open.push('"');
        }
        open.push('>');
        self.wrap(&open, inner, "</a>");
    }

    /// Tells why there is no address.
    fn refuse(&mut self, problem: Diagnostic) -> Option<String> {
        self.report(problem);
        None
    }

    pub fn image(&mut self, index: usize, target: &str, title: &str, inner: Nodes) {
        let place = self.place(self.scope.nodes[index].span.clone());
        let alt = plain(&self.scope.nodes[inner]);
        let source = match url::kind(target) {
            Kind::External => self.refuse(diagnostic::external_image(place, target)),
            Kind::Relative => self.address(index, target, LinkKind::Image),
            Kind::Absolute => self.refuse(diagnostic::absolute_link(place, target)),
            Kind::Unsafe => self.refuse(diagnostic::unsafe_link(place, target)),
        };
        let Some(source) = source else { return escape(&mut self.out, &alt) };
        // An image has no use for a query or an anchor, and its version takes their place.
        let source = source.split(['?', '#']).next().unwrap_or_default();
        self.out.push_str("<img src=\"");
        escape(&mut self.out, source);
        let version = self.image_version(target);
        self.out.push_str(&version);
        self.out.push_str("\" alt=\"");
        escape(&mut self.out, &alt);
        if !title.is_empty() {
            self.out.push_str("\" title=\"");
            escape(&mut self.out, title);
        }
        self.out.push('"');
        self.out.push_str(&self.image_size(target));
        self.out.push_str(" loading=\"lazy\" decoding=\"async\">");
    }

    /// The address that a relative target has from this page; the link is noted for checking.
    fn address(&mut self, index: usize, target: &str, kind: LinkKind) -> Option<String> {
        let place = self.place(self.scope.nodes[index].span.clone());
        let parts = url::split(target);
        let own = &*self.scope.source.path;
        let path = match parts.path {
            "" => Some(own.to_owned()),
            path => url::decode(path).and_then(|path| url::resolve(own, &path)),
        };
        let anchor = parts.fragment.filter(|fragment| !fragment.is_empty()).map(url::comparable);
        let Some(path) = path else {
            self.report(diagnostic::broken_link(place, target, []));
            return None;
        };
        let page = self.page_address(&path, anchor.as_deref());
        let to_section = self.names_section(&path, anchor.as_deref());
        let link = Link { written: target.into(), path, anchor: anchor.clone(), kind, place };
        self.found.links.push(link);
        let fragment = anchor.filter(|_| !to_section);
        let fragment = fragment.map(|anchor| format!("#{}", url::encode(&anchor)));
        let fragment = fragment.unwrap_or_default();
        if page == self.page && !fragment.is_empty() {
            return Some(fragment);
        }
        let query = if parts.query.is_empty() { "" } else { &format!("?{}", parts.query) };
        let path = format!("{}{}{query}", url::root(self.page), url::encode(&page));
        let path = if path.is_empty() { "./".to_owned() } else { path };
        Some(path + &fragment)
    }

    /// Whether an anchor of the one file is a section, which is a page and no place in one.
    fn names_section(&self, path: &str, anchor: Option<&str>) -> bool {
        let config = self.config();
        config.one_file()
            && path == config.content
            && anchor.is_some_and(|anchor| {
                !self.scope.pages.contains_key(anchor)
                    && self.scope.section_names.contains_key(anchor)
            })
    }

    /// The address, from the site's root, of a file of the project.
    fn page_address(&self, path: &str, anchor: Option<&str>) -> String {
        let config = self.config();
        if config.one_file() {
            if path != config.content {
                return url::beside(&config.content, path);
            }
            let page = anchor.and_then(|anchor| {
                self.scope.pages.get(anchor).or(self.scope.section_names.get(anchor))
            });
            return page.map(|slug| format!("{slug}/")).unwrap_or_default();
        }
        let name = url::below(&config.content, path);
        match url::section_slug(name) {
            Some((_, slug)) if !name.contains('/') => format!("{slug}/"),
            _ if name == "index.md" => String::new(),
            _ => name.to_owned(),
        }
    }

    fn image_bytes(&self, target: &str) -> Option<&[u8]> {
        let path = url::decode(url::split(target).path)?;
        let path = url::resolve(&self.scope.source.path, &path)?;
        match self.scope.sources.files.get(&path)? {
            FileBody::Memory(bytes) => Some(bytes),
            FileBody::Disk { .. } => None,
        }
    }

    /// `?v=` and a hash, so that a page cached before a deploy never shows half of each.
    fn image_version(&mut self, target: &str) -> String {
        let path = url::decode(url::split(target).path)
            .and_then(|path| url::resolve(&self.scope.source.path, &path));
        self.found.dependencies.extend(path);
        self.image_bytes(target).map(|bytes| format!("?v={}", version(bytes))).unwrap_or_default()
    }

    /// Width and height, so that nothing moves when the image arrives.
    fn image_size(&self, target: &str) -> String {
        let size = self.image_bytes(target).and_then(|bytes| {
            let measured = imagesize::blob_size(bytes).ok();
            measured.map(|size| (size.width, size.height)).or_else(|| svg_size(bytes))
        });
        let mut attributes = String::new();
        if let Some((width, height)) = size {
            let _ = write!(attributes, " width=\"{width}\" height=\"{height}\"");
        }
        attributes
    }
}

/// The size of an SVG drawing in whole pixels: its width and height, or those of its `viewBox`.
fn svg_size(bytes: &[u8]) -> Option<(usize, usize)> {
    let text = std::str::from_utf8(bytes).ok()?;
    let tag = text[text.find("<svg")?..].split('>').next()?;
    let value = |name: &str| {
        let rest = &tag[tag.find(&format!(" {name}="))? + name.len() + 2..];
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    };
    let pixels = |text: &str| {
        let number: f64 = text.trim().trim_end_matches("px").parse().ok()?;
        format!("{:.0}", number.ceil()).parse::<usize>().ok().filter(|pixels| *pixels > 0)
    };
    let own = value("width").and_then(pixels).zip(value("height").and_then(pixels));
    own.or_else(|| {
        let mut parts = value("viewBox")?.split([' ', ',']).filter(|part| !part.is_empty()).skip(2);
        Some((pixels(parts.next()?)?, pixels(parts.next()?)?))
    })
}

/// The first ten hexadecimal digits of the SHA-256 of a file: what stands behind `?v=`.
pub fn version(bytes: &[u8]) -> String {
    hash(bytes, 10)
}

/// The first `digits` hexadecimal digits of a SHA-256.
pub fn hash(bytes: &[u8], digits: usize) -> String {
    let mut text = String::new();
    for byte in Sha256::digest(bytes).iter().take(digits.div_ceil(2)) {
        let _ = write!(text, "{byte:02x}");
    }
    text.truncate(digits);
    text
}

/// Anchors are compared in NFC.
pub fn anchor_form(anchor: &str) -> String {
    anchor.nfc().collect()
}
