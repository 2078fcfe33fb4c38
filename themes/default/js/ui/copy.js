// @ts-check
// A copy button on every code figure; what a click copies is in `clipboard.js`, loaded then. A
// topic's permalink leads to the topic and copies its address too.

/** @param {Document} root */
export function startCopy(root) {
  if (!navigator.clipboard) return;
  addCopyButtons(root, root);
  root.body.addEventListener('click', ({ target, ctrlKey, metaKey, shiftKey }) => {
    const found =
      target instanceof Element ? target.closest('[data-copy-button], [data-permalink]') : null;
    if (!(found instanceof HTMLElement) || ctrlKey || metaKey || shiftKey) return;
    import('./clipboard.js').then(({ copy }) => copy(root, found));
  });
}

/** To code that came later too. @param {Document} root @param {ParentNode} part */
export function addCopyButtons(root, part) {
  const template = root.querySelector('template[data-copy]');
  if (!(template instanceof HTMLTemplateElement) || !navigator.clipboard) return;
  for (const caption of part.querySelectorAll('figure:has(> pre > code) > figcaption')) {
    caption.append(template.content.cloneNode(true));
  }
}
