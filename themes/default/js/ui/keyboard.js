// @ts-check
// The keys: j k to the next and previous topic, x and w to mark the current one, e for its
// question, t for today, / to search, ? for this list. Loaded with the first key pressed.
import { findOf } from './find.js';
import { loadStyle } from './style.js';

/** @param {Document} root @param {string} key @param {() => void} search */
export function pressKey(root, key, search) {
  const topics = /** @type {HTMLElement[]} */ (
    [...root.querySelectorAll('[data-topic]')].filter((topic) => topic.checkVisibility())
  );
  const current = currentTopic(topics);
  switch (key) {
    case 'j':
      return go(topics[current + 1]);
    case 'k':
      return go(topics[current - 1]);
    case 'x':
      return topics[current]?.querySelector('input')?.click();
    case 'w':
      return findButton(topics[current])?.click();
    case 'e':
      return openQuestion(topics[current]);
    case 't':
      return findOf(HTMLAnchorElement, root, '[data-today]').click();
    case '/':
      return search();
    default:
      return showKeys(root);
  }
}

/** @param {HTMLElement | undefined} topic */
const findButton = (topic) =>
  /** @type {HTMLElement | null} */ (topic?.querySelector('button[data-set=weak]') ?? null);

/** The topic with the focus, or else the last one that begins above the middle. @param {HTMLElement[]} topics */
function currentTopic(topics) {
  const focused = topics.findIndex((topic) => topic.contains(document.activeElement));
  if (focused >= 0) return focused;
  return topics.findLastIndex((topic) => topic.getBoundingClientRect().top < innerHeight / 3);
}

/** @param {HTMLElement | undefined} topic */
function go(topic) {
  const target = topic?.querySelector('h3') ?? topic?.querySelector('a');
  if (!topic || !(target instanceof HTMLElement)) return;
  if (target.tabIndex < 0) target.tabIndex = -1;
  topic.scrollIntoView({ block: topic.matches('.row') ? 'center' : 'start' });
  target.focus({ preventScroll: true });
}

/** The next question or prediction of the topic that is still closed, or the first. @param {HTMLElement | undefined} topic */
function openQuestion(topic) {
  const questions = [...(topic?.querySelectorAll('details') ?? [])].filter(
    (details) => !details.matches('.more-marks') && details.checkVisibility(),
  );
  const next = questions.find((details) => !details.open) ?? questions[0];
  const summary = next?.querySelector('summary');
  summary?.focus();
  summary?.click();
}

/** @param {Document} root */
async function showKeys(root) {
  const template = findOf(HTMLTemplateElement, root, 'template[data-keys]');
  await Promise.all(
    [template.dataset.style, template.dataset.choiceStyle].map((address) => loadStyle(root, address)),
  );
  let dialog = root.querySelector('dialog.keys');
  if (!dialog) {
    root.body.append(template.content.cloneNode(true));
    dialog = root.querySelector('dialog.keys');
  }
  if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
}
