// @ts-check
// The theme button: auto, light, dark, and round again. Remembered where storage allows it.
import { prefer } from '../store.js';

/** @typedef {'auto' | 'light' | 'dark'} Choice */

/** @type {Record<Choice, Choice>} */
const NEXT = { auto: 'light', light: 'dark', dark: 'auto' };

/** @param {Document} root @param {AbortSignal} signal */
export function startTheme(root, signal) {
  const button = root.querySelector('[data-theme-switch]');
  if (!(button instanceof HTMLElement)) return;
  const { dataset } = root.documentElement;

  const chosen = () => /** @type {Choice} */ (dataset.theme ?? 'auto');
  const show = (/** @type {Choice} */ choice) => {
    if (choice === 'auto') delete dataset.theme;
    else dataset.theme = choice;
    button.ariaLabel = button.title = button.dataset[choice] ?? '';
  };

  show(chosen());
  button.addEventListener('click', () => {
    const choice = NEXT[chosen()];
    show(choice);
    prefer('theme', choice);
  });
  addEventListener(
    'storage',
    ({ key, newValue }) => {
      if (key === 'roadmap-site/theme' && newValue && newValue in NEXT)
        show(/** @type {Choice} */ (newValue));
    },
    { signal },
  );
}
