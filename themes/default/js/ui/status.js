// @ts-check
// One short sentence for everyone: shown for a moment, read out politely.
import { find } from './find.js';

const SHOWN_MS = 2500;

/** Kept: in a long page looking for it takes longer than all else. The preview puts in a new one. */
let status = find(document, '[data-status]');

/** @param {string | undefined} text */
export function announce(text) {
  if (!status.isConnected) status = find(document, '[data-status]');
  status.textContent = text ?? '';
  setTimeout(() => {
    if (status.textContent === text) status.textContent = '';
  }, SHOWN_MS);
}
