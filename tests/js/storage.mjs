// A stand-in for localStorage that two tabs share: each write is told to the other tabs' stores,
// when `deliver` is called; it can be full, and it can refuse.
export class FakeStorage {
  #items = new Map();
  #events = [];
  quota = Infinity;
  refuses = false;

  get length() {
    this.#check();
    return this.#items.size;
  }

  key(index) {
    this.#check();
    return [...this.#items.keys()][index] ?? null;
  }

  getItem(key) {
    this.#check();
    return this.#items.get(key) ?? null;
  }

  setItem(key, value) {
    this.#check();
    const others = [...this.#items].filter(([other]) => other !== key).reduce((sum, [other, text]) => sum + other.length + text.length, 0);
    if (others + key.length + value.length > this.quota) throw Object.assign(new Error('full'), { name: 'QuotaExceededError', code: 22 });
    this.#items.set(key, value);
    this.#events.push({ key, newValue: value });
  }

  removeItem(key) {
    this.#check();
    if (this.#items.delete(key)) this.#events.push({ key, newValue: null });
  }

  clear() {
    this.#items.clear();
    this.#events.push({ key: null, newValue: null });
  }

  all() {
    return Object.fromEntries([...this.#items].sort());
  }

  /** Every store hears of what was written since, its own writes too, which must do no harm. */
  deliver(...stores) {
    for (const event of this.#events.splice(0)) for (const store of stores) store.hear(event);
  }

  #check() {
    if (this.refuses) throw Object.assign(new Error('cookies are off'), { name: 'SecurityError' });
  }
}
