// @ts-check
// A topic's lesson, taken out of its section's page: its questions first, the rest when asked.
import { addCopyButtons } from './copy.js';
import { find } from './find.js';
import { startScrollable } from './scrollable.js';

/** @typedef {import('../outline.js').Topic} Topic */

/** Pages by address, each fetched once. @type {Map<string, Promise<Document>>} */
const pages = new Map();

/** @param {string} url */
async function fetchPage(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url}: ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), 'text/html');
}

/**
 * Fills the card; does nothing if the card shows another topic by then.
 * @param {HTMLElement} card @param {Topic} topic @param {string} missing what to say without network
 */
export async function addLesson(card, topic, missing) {
  const questions = find(card, '[data-questions]');
  const lesson = find(card, '[data-lesson]');
  const ask = find(card, '[data-ask]');
  card.dataset.shown = topic.id;
  questions.replaceChildren();
  lesson.replaceChildren();
  ask.hidden = false;
  if (topic.hash === '') return;

  const address = new URL('.', topic.url.split('#')[0]).href;
  try {
    if (!pages.has(address)) pages.set(address, fetchPage(address));
    const page = await pages.get(address);
    if (card.dataset.shown !== topic.id) return;
    const found = page?.querySelector(`[data-topic="${CSS.escape(topic.id)}"] > .lesson`);
    const copy = found && document.adoptNode(/** @type {Element} */ (found.cloneNode(true)));
    if (!copy) return;
    settle(copy, address);
    questions.replaceChildren(...copy.querySelectorAll(':scope > .question'));
    lesson.replaceChildren(...copy.childNodes);
    addCopyButtons(document, card);
    startScrollable(document, card);
    ask.hidden = questions.childElementCount > 0;
    if (card.dataset.state === 'revealed')
      for (const details of questions.querySelectorAll('details')) details.open = true;
  } catch {
    pages.delete(address);
    if (card.dataset.shown === topic.id) lesson.textContent = missing;
  }
}

/** Links lead where they led; ids are left to the page they came from. @param {Element} lesson @param {string} address */
function settle(lesson, address) {
  for (const element of lesson.querySelectorAll('[id]')) element.removeAttribute('id');
  for (const name of ['href', 'src']) {
    for (const element of lesson.querySelectorAll(`[${name}]`)) {
      element.setAttribute(name, new URL(element.getAttribute(name) ?? '', address).href);
    }
  }
}
