// @ts-check
// One short sentence for everyone: shown for a moment, read out politely.
import { find } from './find.js';

const SHOWN_MS = 2500;

const status = find(document, '[data-status]');

/** @param {string | undefined} text */
export function announce(text) {
  status.textContent = text ?? '';
  setTimeout(() => {
    if (status.textContent === text) status.textContent = '';
  }, SHOWN_MS);
}
