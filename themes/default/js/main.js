// @ts-check
// Starts every feature. Each looks for its hook in the page and does nothing without it; what
// only some pages need, or what waits for the learner, is loaded then.
import { openStore } from './store.js';
import { startContents } from './ui/contents.js';
import { startCopy } from './ui/copy.js';
import { startMarks } from './ui/marks.js';
import { startScrollable } from './ui/scrollable.js';
import { startSidebar } from './ui/sidebar.js';
import { startTally } from './ui/tally.js';
import { startTheme } from './ui/theme.js';

let running = new AbortController();

/** Starts on this body; what an earlier start hung on the window ends. The preview calls it. */
export function start() {
  running.abort();
  running = new AbortController();
  const { signal } = running;
  const store = openOwnStore(signal);

  startTheme(document, signal);
  startMarks(document, store);
  startTally(document, store);
  startCopy(document);
  // What measures comes after what writes, so that the page is laid out once.
  startSidebar(document);
  startContents(document, signal);
  startScrollable(document);

  if (has('[data-map]')) import('./pages/map.js').then(({ startMap }) => startMap(document, store));
  if (has('[data-sitting]')) import('./pages/today.js').then(({ startToday }) => startToday(document, store));
  if (has('[data-progress]'))
    import('./pages/progress.js').then(({ startProgress }) => startProgress(document, store));

  // Whoever neither scrolls nor came to a topic has read none.
  const read = () => import('./ui/reading.js').then(({ startReading }) => startReading(document, store));
  if (location.hash) read();
  else addEventListener('scroll', read, { once: true, passive: true, signal });

  const follow = () => {
    if (location.hash && has('[data-section]'))
      import('./ui/moved.js').then((moved) => moved.follow(document));
  };
  follow();
  addEventListener('hashchange', follow, { signal });

  waitForSummary(store);
  waitForKey();
}

const has = (/** @type {string} */ hook) => document.querySelector(hook) !== null;

/** @param {AbortSignal} signal */
function openOwnStore(signal) {
  const { site = '', moves } = document.body.dataset;
  /** @type {import('./store.js').Problem[]} */
  const early = [];
  let report = (/** @type {import('./store.js').Problem} */ problem) => void early.push(problem);
  const store = openStore({
    site,
    moves: moves?.split(' ').map((move) => move.split('>')),
    signal,
    report: (problem) => report(problem),
  });
  report = (problem) =>
    void import('./ui/notice.js').then(({ tellProblem }) => tellProblem(document, store, problem));
  early.forEach(report);

  // Other tabs, the back button and prerendering: the current state is shown.
  const refresh = () => document.visibilityState === 'visible' && store.refresh();
  addEventListener('storage', (event) => store.hear(event), { signal });
  addEventListener('pageshow', ({ persisted }) => persisted && store.refresh(), { signal });
  for (const event of ['visibilitychange', 'prerenderingchange']) {
    document.addEventListener(event, refresh, { signal });
  }
  return store;
}

/**
 * A question's answer, and the output of an example that asks for a prediction first: that opens
 * by itself only without its script.
 * @param {import('./store.js').Store} store
 */
function waitForSummary(store) {
  document.body.addEventListener('click', (event) => {
    const summary = event.target instanceof Element && event.target.closest('summary');
    const details = /** @type {HTMLDetailsElement | null} */ (summary && summary.parentElement);
    if (details?.matches('.question > details'))
      import('./ui/questions.js').then(({ rateQuestion }) => rateQuestion(document, store, details));
    if (!details?.matches('.predict:not([open], [data-asked])')) return;
    event.preventDefault();
    details.dataset.asked = '';
    import('./ui/prediction.js')
      .then(({ askFirst }) => askFirst(document, store, details))
      .catch(() => (details.open = true));
  });
}

function waitForKey() {
  const search = () => import('./ui/search.js').then(({ openSearch }) => openSearch(document));
  document.querySelector('[data-search]')?.addEventListener('click', search);

  document.body.addEventListener('keydown', async (event) => {
    const { target, key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    const command = ctrlKey || metaKey;
    if (key.toLowerCase() === 'k' && command && !altKey && !shiftKey) {
      event.preventDefault();
      return search();
    }
    const typing =
      target instanceof Element &&
      target.closest(
        'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog',
      );
    if (typing || command || altKey || isComposing || !'jkxwet/?'.includes(key)) return;
    event.preventDefault();
    const { pressKey } = await import('./ui/keyboard.js');
    pressKey(document, key, search);
  });
}

start();
