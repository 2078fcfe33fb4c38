// @ts-check
// One short sentence for everyone: shown for a moment, read out politely.
const SHOWN_MS = 2500;

/** @param {string | undefined} text */
export function announce(text) {
  const status = document.querySelector('[data-status]');
  if (!status) throw new Error('status: no `[data-status]` in the page');
  status.textContent = text ?? '';
  setTimeout(() => {
    if (status.textContent === text) status.textContent = '';
  }, SHOWN_MS);
}
