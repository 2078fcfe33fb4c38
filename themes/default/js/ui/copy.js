// A copy button on every code figure. It copies the code alone: no prompts, no removed lines.
import { announce } from './status.js';

export function startCopy(root) {
  const template = root.querySelector('template[data-copy]');
  if (!template || !navigator.clipboard) return;

  for (const caption of root.querySelectorAll('figure:has(> pre > code) > figcaption')) {
    caption.append(template.content.cloneNode(true));
  }
  root.addEventListener('click', async (event) => {
    const button = event.target.closest('[data-copy-button]');
    if (!button) return;
    const code = button.closest('figure')?.querySelector('pre > code');
    if (!code) throw new Error('copy: no `figure pre > code` around the button');
    try {
      await navigator.clipboard.writeText(codeAlone(code));
      announce(template.dataset.done);
    } catch {
      announce(template.dataset.failed);
    }
  });
}

// In a session (`>>> 1 + 1`) only what stands after a prompt is code; the rest is output.
function codeAlone(code) {
  const copy = code.cloneNode(true);
  for (const removed of copy.querySelectorAll('[data-line="del"]')) removed.remove();
  const prompts = new Set([...copy.querySelectorAll('.g')].map((prompt) => prompt.textContent));
  if (prompts.size === 0) return copy.textContent;
  return copy.textContent.split('\n').flatMap((line) => {
    const prompt = [...prompts].find((text) => line.startsWith(text));
    return prompt ? [line.slice(prompt.length).replace(/^ /, '')] : [];
  }).join('\n');
}
