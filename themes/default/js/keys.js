// @ts-check
// One site's keys in a storage that may refuse, be full, or be cleared by another page. Nothing
// thrown gets out of here, and no key of another's is touched.

/** @typedef {'refused' | 'full'} Refusal */

/** @param {string} site @param {() => Storage} area the property itself may throw */
export function openKeys(site, area) {
  const root = `roadmap-site/${site}/`;

  /** @template T @param {(storage: Storage) => T} act @returns {T | undefined} */
  const attempt = (act) => {
    try {
      return act(area());
    } catch {
      return undefined;
    }
  };

  return {
    root,
    /** Null if there is nothing, undefined if the storage refuses. @param {string} name */
    get: (name) => attempt((storage) => storage.getItem(root + name)),
    /** @param {string} name @param {string} text @returns {Refusal | undefined} why it was not written */
    set(name, text) {
      try {
        area().setItem(root + name, text);
      } catch (error) {
        return isFull(error) ? 'full' : 'refused';
      }
    },
    /** @param {string} name */
    remove: (name) => attempt((storage) => storage.removeItem(root + name)),
    /** The rest of every name that begins so: all ids with `topic/`. @param {string} prefix */
    list: (prefix) =>
      attempt((storage) =>
        Array.from({ length: storage.length }, (_, index) => storage.key(index) ?? '')
          .filter((key) => key.startsWith(root + prefix))
          .map((key) => key.slice(root.length + prefix.length)),
      ) ?? [],
    /** How many keys there are, other sites' too. */
    count: () => attempt(({ length }) => length) ?? Infinity,
  };
}

/** Firefox and older browsers have names and codes of their own. @param {any} error */
const isFull = (error) => /quota/i.test(error?.name) || [22, 1014].includes(error?.code);
