// @ts-check
// 今日: one topic at a time, first from memory, then with its lesson, until all that is due is
// asked or a quarter of an hour is over. Every answer is saved at once.
import { countDue, dayEnd } from '../core/review.js';
import { SITTING, forget, nextReview, remember, sitting } from '../core/sitting.js';
import { loadOutline } from '../outline.js';
import { addLesson } from '../ui/lesson.js';
import { fill, find } from '../ui/find.js';

/** @typedef {import('../outline.js').Topic} Topic */

/** @param {Document} root @param {import('../store.js').Store} store */
export async function startToday(root, store) {
  const page = find(root, '[data-sitting]');
  const card = find(page, '[data-card]');
  const reveal = find(card, '[data-reveal]');
  const verdict = find(card, '[data-verdict]');
  const loading = find(page, '[data-loading]');
  if (store.marks.size === 0) {
    loading.hidden = true;
    showEmpty(page, [], store);
    return;
  }
  const outline = await loadOutline().catch(() => undefined);
  if (!outline) {
    loading.textContent = page.dataset.failed ?? '';
    return;
  }
  const topics = [...outline.topics.values()];
  /** @type {Topic[]} */
  let queue = [];
  const answers = { remembered: /** @type {Topic[]} */ ([]), forgotten: /** @type {Topic[]} */ ([]) };

  const begin = () => {
    const places = sitting(topics, store.marks, Date.now());
    queue = places.slice(0, SITTING).map(({ id }) => /** @type {Topic} */ (outline.topics.get(id)));
    loading.hidden = queue.length === 0;
    if (queue.length > 0) ask();
    else showEmpty(page, topics, store);
  };

  const ask = async (focus = false) => {
    const [topic] = queue;
    card.dataset.state = 'asked';
    await addLesson(card, topic, page.dataset.missing ?? '');
    loading.hidden = true;
    card.hidden = false;
    find(page, '[data-left-count]').textContent = fill(page.dataset.left, { n: queue.length });
    find(card, '[data-title]').textContent = topic.title;
    find(card, '[data-place]').textContent = outline.sections.get(topic.section) ?? '';
    const weak = store.marks.get(topic.id)?.mark === 'weak';
    find(card, '[data-why]').textContent = (weak ? page.dataset.whyWeak : page.dataset.whyDue) ?? '';
    find(card, '[data-source]').setAttribute('href', topic.url);
    find(card, '[data-revealed]').hidden = verdict.hidden = true;
    reveal.hidden = false;
    if (focus) find(card, '[data-title]').focus();
  };

  const show = () => {
    if (card.hidden || !verdict.hidden) return;
    card.dataset.state = 'revealed';
    find(card, '[data-revealed]').hidden = verdict.hidden = false;
    reveal.hidden = true;
    for (const details of card.querySelectorAll('.question details')) details.setAttribute('open', '');
    find(card, '[data-revealed]').focus({ preventScroll: true });
  };

  /** @param {boolean} remembered */
  const answer = (remembered) => {
    const topic = queue.shift();
    if (!topic || verdict.hidden) return;
    store.change(topic.id, (before) => (remembered ? remember : forget)(before, Date.now(), topic.hash));
    (remembered ? answers.remembered : answers.forgotten).push(topic);
    scrollTo(0, 0);
    if (queue.length > 0) ask(true);
    else finish();
  };

  const finish = () => {
    card.hidden = true;
    find(page, '[data-left-count]').textContent = '';
    const finished = find(page, '[data-finished]');
    finished.hidden = false;
    const { remembered, forgotten } = answers;
    const summary = find(finished, '[data-summary]');
    summary.textContent = fill(summary.dataset.summary, {
      remembered: remembered.length,
      forgotten: forgotten.length,
    });
    const now = Date.now();
    const left = countDue(outline.topics.keys(), store.marks, now);
    const tomorrow = countDue(outline.topics.keys(), store.marks, dayEnd(now)) - left;
    const line = find(finished, '[data-tomorrow]');
    line.textContent = tomorrow
      ? fill(line.dataset.tomorrow, { n: tomorrow })
      : (line.dataset.nothing ?? '');
    const list = find(finished, '[data-forgotten]');
    list.hidden = forgotten.length === 0;
    find(list, 'ul').replaceChildren(...forgotten.map(toItem));
    const again = find(finished, '[data-again]');
    again.hidden = left === 0;
    again.textContent = fill(again.dataset.again, { n: left });
    find(finished, 'h2').focus();
  };

  reveal.addEventListener('click', show);
  verdict.addEventListener('click', ({ target }) => {
    const rate =
      target instanceof Element ? target.closest('[data-rate]')?.getAttribute('data-rate') : undefined;
    if (rate) answer(rate === 'remember');
  });
  find(page, '[data-again]').addEventListener('click', () => {
    find(page, '[data-finished]').hidden = true;
    answers.remembered.length = answers.forgotten.length = 0;
    begin();
  });
  root.body.addEventListener('keydown', (event) => {
    const busy =
      event.target instanceof Element &&
      event.target.closest('a, button, input, summary, textarea, dialog');
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || card.hidden) return;
    if (event.key === ' ' && !busy && verdict.hidden) show();
    else if ((event.key === '1' || event.key === '2') && !verdict.hidden) answer(event.key === '1');
    else return;
    event.preventDefault();
  });
  begin();
}

/** @param {Topic} topic */
function toItem({ url, title }) {
  const item = document.createElement('li');
  const link = document.createElement('a');
  link.href = url;
  link.textContent = title;
  item.append(link);
  return item;
}

/** Nothing is due: when something will be, or how it begins. @param {HTMLElement} page @param {Topic[]} topics @param {import('../store.js').Store} store */
function showEmpty(page, topics, store) {
  const empty = find(page, '[data-empty]');
  const next = nextReview(
    topics.map(({ id }) => id),
    store.marks,
    Date.now(),
  );
  const later = find(empty, '[data-later]');
  empty.hidden = false;
  find(empty, '[data-first]').hidden = later.hidden = false;
  find(empty, next ? '[data-first]' : '[data-later]').hidden = true;
  if (!next) return;
  const date = new Date(next.at).toLocaleDateString(document.documentElement.lang, {
    month: 'long',
    day: 'numeric',
  });
  later.textContent = fill(later.dataset.later, { date, n: next.count });
}
