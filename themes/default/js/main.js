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

const { site = '', moves } = document.body.dataset;
/** @type {import('./store.js').Problem[]} */
const early = [];
let report = (/** @type {import('./store.js').Problem} */ problem) => void early.push(problem);
const store = openStore({
  site,
  moves: moves?.split(' ').map((move) => move.split('>')),
  report: (problem) => report(problem),
});
report = (problem) =>
  void import('./ui/notice.js').then(({ tellProblem }) => tellProblem(document, store, problem));
early.forEach(report);

startTheme(document);
startMarks(document, store);
startTally(document, store);
startSidebar(document);
startContents(document);
startCopy(document);
startScrollable(document);

// Other tabs, the back button and prerendering: the current state is shown.
addEventListener('storage', (event) => store.hear(event));
addEventListener('pageshow', ({ persisted }) => persisted && store.refresh());
document.addEventListener(
  'visibilitychange',
  () => document.visibilityState === 'visible' && store.refresh(),
);
document.addEventListener('prerenderingchange', () => store.refresh());

const has = (/** @type {string} */ hook) => document.querySelector(hook) !== null;
if (has('[data-map]')) import('./ui/map.js').then(({ startMap }) => startMap(document, store));
if (has('[data-sitting]')) import('./ui/today.js').then(({ startToday }) => startToday(document, store));
if (has('[data-progress]'))
  import('./ui/overview.js').then(({ startOverview }) => startOverview(document, store));

// Whoever neither scrolls nor came to a topic has read none.
const read = () => import('./ui/reading.js').then(({ startReading }) => startReading(document, store));
if (location.hash) read();
else addEventListener('scroll', read, { once: true, passive: true });

document.addEventListener(
  'toggle',
  ({ target }) => {
    const details =
      target instanceof HTMLDetailsElement && target.open ? target.closest('.question details') : null;
    if (details)
      import('./ui/questions.js').then(({ addRating }) => addRating(document, store, details));
  },
  true,
);

const search = () => import('./ui/search.js').then(({ openSearch }) => openSearch(document));
document.querySelector('[data-search]')?.addEventListener('click', search);

document.addEventListener('keydown', async (event) => {
  const { target } = event;
  if (
    event.key.toLowerCase() === 'k' &&
    (event.ctrlKey || event.metaKey) &&
    !event.altKey &&
    !event.shiftKey
  ) {
    event.preventDefault();
    return search();
  }
  const typing =
    target instanceof Element &&
    target.closest(
      'input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable], dialog',
    );
  if (
    typing ||
    event.ctrlKey ||
    event.metaKey ||
    event.altKey ||
    event.isComposing ||
    !'jkxwet/?'.includes(event.key)
  )
    return;
  event.preventDefault();
  const { pressKey } = await import('./ui/keyboard.js');
  pressKey(document, event.key, search);
});

// Asked of the document and not of `:target`, which follows the address with a delay.
const leadsNowhere = () => {
  const { hash } = location;
  const known = [hash.slice(1), decodeURI(hash.slice(1))].some((id) => document.getElementById(id));
  return hash !== '' && !known;
};
const follow = () => {
  if (has('[data-section]') && leadsNowhere())
    import('./ui/moved.js').then((moved) => (leadsNowhere() ? moved.follow(document) : undefined));
};
follow();
addEventListener('hashchange', follow);
