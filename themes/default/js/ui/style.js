// @ts-check
// A style sheet that only an opened part needs; there before the part is shown.

/** @type {Map<string, Promise<unknown>>} */
const loaded = new Map();

/** @param {Document} root @param {string | undefined} address @returns {Promise<unknown>} also fulfilled if it cannot be had */
export function loadStyle(root, address = '') {
  const loading =
    loaded.get(address) ??
    new Promise((done) => {
      const link = root.createElement('link');
      link.rel = 'stylesheet';
      link.href = address;
      link.onload = link.onerror = done;
      root.head.append(link);
    });
  loaded.set(address, loading);
  return loading;
}
