// @ts-check
// Copies a figure's code alone, no prompts, no removed lines; or a permalink's full address.
import { findOf } from './find.js';
import { announce } from './status.js';

/** @param {Document} root @param {HTMLElement} from the copy button or the permalink */
export async function copy(root, from) {
  const words = findOf(HTMLTemplateElement, root, 'template[data-copy]').dataset;
  if (from instanceof HTMLAnchorElement) {
    // The address bar shows it all the same.
    return navigator.clipboard.writeText(from.href).then(
      () => announce(from.dataset.permalink),
      () => {},
    );
  }
  const code = from.closest('figure')?.querySelector('pre > code');
  if (!code) throw new Error('copy: no `figure pre > code` around the button');
  return navigator.clipboard.writeText(codeAlone(code)).then(
    () => announce(words.done),
    () => announce(words.failed),
  );
}

// In a session (`>>> 1 + 1`) only what stands after a prompt is code; the rest is output.
/** @param {Element} code */
function codeAlone(code) {
  const copy = /** @type {Element} */ (code.cloneNode(true));
  for (const removed of copy.querySelectorAll('[data-line="del"]')) removed.remove();
  const prompts = new Set([...copy.querySelectorAll('g-')].map((prompt) => prompt.textContent));
  if (prompts.size === 0) return copy.textContent ?? '';
  return (copy.textContent ?? '')
    .split('\n')
    .flatMap((line) => {
      const prompt = [...prompts].find((text) => text && line.startsWith(text));
      return prompt ? [line.slice(prompt.length).replace(/^ /, '')] : [];
    })
    .join('\n');
}
