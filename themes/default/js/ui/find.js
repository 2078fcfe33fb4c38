// @ts-check
// An element that the templates promise: its absence is a fault in the theme, told by its selector.

/** @param {ParentNode} root @param {string} selector @returns {HTMLElement} */
export function find(root, selector) {
  return findOf(HTMLElement, root, selector);
}

/**
 * @template {Element} T
 * @param {new () => T} type
 * @param {ParentNode} root
 * @param {string} selector
 * @returns {T}
 */
export function findOf(type, root, selector) {
  const found = root.querySelector(selector);
  if (!(found instanceof type)) throw new Error(`no ${type.name} \`${selector}\` in the page`);
  return found;
}

/** A word with its `{names}` filled in. @param {string | undefined} text @param {Record<string, string | number>} values */
export function fill(text, values) {
  return Object.entries(values).reduce(
    (filled, [name, value]) => filled.replace(`{${name}}`, `${value}`),
    text ?? '',
  );
}
