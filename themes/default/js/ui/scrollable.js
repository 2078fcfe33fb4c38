// @ts-check
// Code and tables that overflow can be scrolled by keyboard; the others take no focus.

/** @param {Document} root @param {ParentNode} part the whole, or what came later */
export function startScrollable(root, part = root) {
  const label = root.body.dataset.scrollable;
  if (!label) return;

  const observer = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      if (!(target instanceof HTMLElement)) continue;
      const overflows = target.scrollWidth > target.clientWidth;
      target.role = overflows ? 'group' : null;
      target.ariaLabel = overflows ? label : null;
      if (overflows) target.tabIndex = 0;
      else target.removeAttribute('tabindex');
    }
  });
  for (const box of part.querySelectorAll('pre, :has(> table)')) observer.observe(box);
}
