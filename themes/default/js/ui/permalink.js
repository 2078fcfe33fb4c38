// Following a topic's permalink also copies its full address.
import { announce } from './status.js';

export function startPermalink(root) {
  root.addEventListener('click', async (event) => {
    const link = event.target.closest('[data-permalink]');
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    try {
      await navigator.clipboard.writeText(link.href);
      announce(link.dataset.permalink);
    } catch {
      // The address bar shows it all the same.
    }
  });
}
