//! `roadmap-site` turns a learning roadmap written in Markdown into a study website. This page
//! is the architecture; the modules below stand in reading order.
//!
//! # The path of the data
//!
//! ```text
//!  disk ─read─▶ Sources ─parse─▶ [Section] ─assemble─▶ Roadmap ─┬─check──▶ [Diagnostic] ─▶ stderr
//!                  │   per file, parallel, memo                 │
//!                  ├─▶ Config                                   └─render─▶ Output ─sync─▶ disk
//!                  └─▶ Theme                 per page, parallel
//! ```
//!
//! Each stage is a function from values to a value. [`site::build`] is the whole of it on one
//! screen: [`source::Sources`] and a [`memo::Memo`] in, a [`site::Built`] out, which holds the
//! site's files and everything that is wrong with the content. The commands are thin users of
//! it: `build` writes the output to the disk, `check` drops it, `pin` edits ids, `test` runs the
//! examples of the roadmap, and `serve` builds in a loop with a warm memo and answers from memory.
//! `init` stands before it: [`split`] cuts an outline into the texts of sections, [`carry`] gives
//! each what it refers to, and [`project`] builds the result once, to pin it and to tell what is
//! left to mend; whatever had to be guessed is a [`guess::Guess`].
//!
//! A file becomes a section in four steps: [`markdown`] makes nodes (events with their places),
//! [`outline`] finds levels, topics and lessons among its top-level blocks, [`parse`] names them,
//! and [`html`] writes them, with [`code`], [`callout`], [`link`] and [`raw_html`] for what
//! needs care of its own. [`highlight`] is the costly part, and what a memo keeps even of a file
//! that changed. [`search`] reads the finished HTML into the records of the index.
//!
//! The [`theme`] is templates, words and [`asset`]s: each kind of page has one stylesheet, put
//! together here, and knows all modules that it will ask for.
//!
//! # What holds everywhere
//!
//! Each of these has a test behind it.
//!
//! - Parsing one file depends on that file, the files it includes, the settings and the theme's
//!   words, never on another section: a page's address follows from its source path alone. That
//!   is why [`memo`] is simple, and why a warm build gives the bytes of a cold one.
//! - Parsing never fails. A user's mistake is a [`diagnostic::Diagnostic`] with a place, worded
//!   in one file, and all of them are told in one run. Errors leave `Built::output` empty.
//! - Content is never run through the template engine, and no HTML of its passes unseen.
//! - A published id never vanishes in silence: [`lock`] lists them all, [`check`] compares.
//! - Same sources, same bytes: no clock, no randomness, no order of a hash map reaches the output.
//! - Only the edges touch the disk, start processes or open sockets: [`cli`], [`source`],
//!   [`output`], [`edit`] (for `pin` and `bless`), [`init`], [`interpreter`], [`cache`] and
//!   [`test`] (for examples), [`serve`] and [`watch`]. Only `cli` prints.
//! - [`init`] loses no word of an outline, and never writes over a file.
//! - [`output`] never deletes a file that no build wrote, and never leaves half a site.

// The command line.
pub mod arguments;
pub mod cli;
pub mod report;

// The pipeline.
pub mod site;

// What is read.
pub mod config;
pub mod mojibake;
pub mod setting;
pub mod source;

// The model.
pub mod lock;
pub mod roadmap;

// One file to its sections.
pub mod memo;
pub mod parse;

pub mod markdown;
pub mod outline;

pub mod anchor;
pub mod attributes;
pub mod callout;
pub mod code;
pub mod fence;
pub mod footnote;
pub mod head;
pub mod highlight;
pub mod html;
pub mod link;
pub mod raw_html;
pub mod search;

// The whole: rules and messages.
pub mod check;
pub mod diagnostic;
pub mod suggestion;

// The pages.
pub mod render;

// The roadmap as the templates see it, and what their pages load.
pub mod asset;
pub mod present;
pub mod theme;
pub mod view;

// What is written.
pub mod edit;
pub mod output;
pub mod pin;

// A new project.
pub mod address;
pub mod carry;
pub mod foreign;
pub mod guess;
pub mod heading;
pub mod init;
pub mod items;
pub mod project;
pub mod split;

// The examples.
pub mod bless;
pub mod cache;
pub mod examples;
pub mod interpreter;
pub mod test;

// The preview.
pub mod preview;
pub mod respond;
pub mod serve;
pub mod watch;

// What all of them know.
pub mod script;
pub mod url;
