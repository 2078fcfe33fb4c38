// The open page follows the author's saves. Added by the preview server, never by a build.
// One tab of a browser holds the stream of events and passes them on to the others: a browser
// gives one host about six connections, and the seventh tab would wait for ever.

const own = document.querySelector('script[data-version]');
const EVENTS = new URL('events', own.src);
const MAP = new URL('../../', own.src);
const CHANNEL = `roadmap-site/live/${EVENTS.pathname}`;
const PROBLEMS_DELAY_MS = 300;
/** A page that is gone may be back at once: some editors delete a file to save it. */
const VANISHED_DELAY_MS = 700;
const RECONNECT_DELAY_MS = 1000;

let version = own.dataset.version;
let generation = null;
let refreshing = null;
/** The body as the server sent it, before scripts changed it. */
let shown = null;

function receive(state) {
  showProblems(state.problems);
  const missed = generation === null || state.generation !== generation + 1;
  generation = state.generation;
  if (missed || state.changed.includes(decodeURI(location.pathname))) refresh();
}

/** Fetches this page again, one fetch at a time, and shows what is new in it. */
async function refresh() {
  if (refreshing) {
    refreshing.again = true;
    return;
  }
  refreshing = { again: false };
  try {
    const response = await fetch(location.pathname, { cache: 'no-cache' });
    const text = await response.text();
    const page = new DOMParser().parseFromString(text, 'text/html');
    const body = text.slice(text.indexOf('<body'));
    const next = page.querySelector('script[data-version]')?.dataset.version;
    if (next === version) {
      shown ??= body;
      clearTimeout(leaving);
    } else if (response.ok) {
      clearTimeout(leaving);
      await show(page, next, body);
    } else {
      leave();
    }
  } catch {
    // The server is gone for now; the stream tells when it is back.
  }
  const { again } = refreshing;
  refreshing = null;
  if (again) refresh();
}

let leaving = 0;

/** This page is no more: to the map, unless it comes back. */
function leave() {
  clearTimeout(leaving);
  leaving = setTimeout(() => location.replace(MAP), VANISHED_DELAY_MS);
}

async function show(page, next, body) {
  if (!next || scripts(page) !== scripts(document)) {
    location.reload();
    return;
  }
  await swapStyles(page);
  document.title = page.title;
  version = next;
  if (body === shown) return;
  shown = body;
  const starts = page.querySelector('body script') ? undefined : await startsOfModules();
  if (!starts) {
    location.reload();
    return;
  }
  // In one go: nobody sees the new body without its marks, or scrolled to another place.
  const kept = keep();
  document.body.replaceWith(document.adoptNode(page.body));
  for (const start of starts) start();
  restore(kept);
}

/** The modules' `start`s, for a new body; undefined if one has none, or is no module. */
async function startsOfModules() {
  if (document.querySelector('head > script[src]:not([type=module])')) return undefined;
  const modules = [...document.querySelectorAll('head > script[type=module]:not([data-version])')];
  const loaded = await Promise.all(modules.map(({ src }) => import(src)));
  return loaded.every(({ start }) => start) ? loaded.map(({ start }) => start) : undefined;
}

const scripts = (page) => [...page.querySelectorAll('head > script:not([data-version])')]
  .map((script) => script.getAttribute('src') ?? script.textContent).join('\n');

/** New stylesheets are loaded before the old ones go, so that nothing flashes. */
async function swapStyles(page) {
  const links = (root) => [...root.querySelectorAll('head > link[rel=stylesheet]')];
  const href = (link) => link.getAttribute('href');
  const old = links(document);
  const wanted = links(page).map(href);
  const fresh = wanted.filter((address) => !old.some((link) => href(link) === address));
  if (fresh.length === 0 && wanted.length === old.length) return;
  // All of them anew, in the page's order: their order decides, too.
  await Promise.all(wanted.map((address) => new Promise((resolve) => {
    const link = document.createElement('link');
    link.rel = 'stylesheet';
    link.href = address;
    link.onload = link.onerror = resolve;
    document.head.append(link);
  })));
  for (const link of old) link.remove();
}

/** Where the reader is: the topic at the top of the window, open answers, the focus. */
function keep() {
  const anchor = [...document.querySelectorAll('main [id]')]
    .find((element) => element.getBoundingClientRect().bottom > 0);
  return {
    anchor: anchor?.id,
    top: anchor?.getBoundingClientRect().top ?? 0,
    scroll: scrollY,
    details: new Set([...document.querySelectorAll('details[open]')].map(name)),
    focus: name(document.activeElement),
  };
}

function restore({ anchor, top, scroll, details, focus }) {
  for (const one of document.querySelectorAll('details')) {
    if (details.has(name(one))) one.open = true;
  }
  const focused = focus && [...document.querySelectorAll('a, button, input, summary, [tabindex]')]
    .find((element) => name(element) === focus);
  focused?.focus({ preventScroll: true });
  const element = anchor && document.getElementById(anchor);
  const shift = element ? element.getBoundingClientRect().top - top : scroll - scrollY;
  scrollBy({ top: shift, behavior: 'instant' });
}

/** A name that an element keeps through an edit elsewhere: its text, and where it stands. */
function name(element) {
  if (!element || element === document.body) return null;
  const place = element.closest('[id]')?.id ?? '';
  const words = element instanceof HTMLDetailsElement ? element.firstElementChild : element;
  const own = element.id || element.getAttribute('href') || element.getAttribute('aria-label')
    || words?.textContent.trim();
  return `${element.tagName} ${place} ${own}`;
}

// ---- what is wrong -------------------------------------------------------------------------

let overlay = null;
let waiting = 0;

/** Problems are shown after a moment: an editor that empties a file first will fill it soon. */
function showProblems(problems) {
  clearTimeout(waiting);
  if (problems.length === 0) {
    overlay?.remove();
    overlay = null;
    return;
  }
  waiting = setTimeout(() => {
    overlay?.remove();
    overlay = build(problems);
    document.documentElement.append(overlay);
  }, overlay ? 0 : PROBLEMS_DELAY_MS);
}

function build(problems) {
  const host = document.createElement('div');
  host.setAttribute('data-live-problems', '');
  const root = host.attachShadow({ mode: 'open' });
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`
    :host { position: fixed; inset: auto 0 0; z-index: 2147483647; }
    section { max-block-size: 60vh; overflow: auto; padding: 1rem 1.25rem; color: #f4f1ec;
      background: #201c1a; border-block-start: 4px solid #e5484d;
      font: 13px/1.6 ui-monospace, "SF Mono", Consolas, "Noto Sans Mono CJK SC", monospace; }
    h2 { margin: 0; font: 600 15px/1.6 system-ui, sans-serif; }
    pre { margin: .75rem 0 0; white-space: pre; overflow-x: auto; }
  `);
  root.adoptedStyleSheets = [sheet];
  const section = document.createElement('section');
  section.setAttribute('role', 'alert');
  const title = document.createElement('h2');
  const errors = problems.filter((problem) => problem.error).length;
  title.textContent = `${errors} ${errors === 1 ? 'error' : 'errors'}: this is the last good page`;
  section.append(title);
  for (const problem of problems) {
    const text = document.createElement('pre');
    text.textContent = problem.text;
    section.append(text);
  }
  root.append(section);
  return host;
}

// ---- the stream ----------------------------------------------------------------------------

const channel = new BroadcastChannel(CHANNEL);
const ASK = 'ask';
const LOST = 'lost';

function hear(data) {
  // The server is gone or new: its count begins again, and nothing that was known holds.
  if (data === LOST) generation = null;
  else if (data !== ASK) receive(JSON.parse(data));
}

/** Opens the stream; returns what closes it. */
function connect(tell) {
  const stream = new EventSource(EVENTS);
  let reconnecting = 0;
  let close = () => {
    clearTimeout(reconnecting);
    stream.close();
  };
  stream.onmessage = ({ data }) => tell(data);
  stream.onerror = () => {
    tell(LOST);
    // The browser gives up where something else answers, as a proxy does without its server.
    if (stream.readyState !== EventSource.CLOSED) return;
    reconnecting = setTimeout(() => { close = connect(tell); }, RECONNECT_DELAY_MS);
  };
  return () => close();
}

/** Holds the stream for all tabs until this page goes. */
function lead(done) {
  let last = null;
  const close = connect((data) => {
    last = data === LOST ? null : data;
    channel.postMessage(data);
    hear(data);
  });
  // A tab that has just opened asks for the state.
  channel.onmessage = ({ data }) => {
    if (data === ASK && last) channel.postMessage(last);
  };
  addEventListener('pagehide', () => {
    close();
    done();
  }, { once: true });
}

/** Without locks, as on another computer's address: a stream while this tab is seen. */
function alone() {
  let close = null;
  const follow = () => {
    close?.();
    close = document.hidden ? null : connect(hear);
  };
  document.addEventListener('visibilitychange', follow);
  addEventListener('pagehide', () => close?.());
  follow();
}

if (navigator.locks) {
  channel.onmessage = ({ data }) => hear(data);
  channel.postMessage(ASK);
  navigator.locks.request(CHANNEL, () => new Promise(lead));
} else {
  alone();
}
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) location.reload();
});
