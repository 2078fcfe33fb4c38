import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openStore } from '../../themes/default/js/store.js';
import { mark } from '../../themes/default/js/core/review.js';
import { FakeStorage } from './storage.mjs';

const NOW = 1_764_000_000_000;
const key = (id) => `roadmap-site/py/topic/${id}`;
const text = (kind, at = NOW) => JSON.stringify({ v: 1, mark: kind, at, step: 0, due: at, hash: 'h' });

function tab(storage, options = {}) {
  const problems = [];
  const store = openStore({ site: 'py', area: () => storage, report: (problem) => problems.push(problem), ...options });
  const set = (id, kind, now = NOW) => store.change(id, (before) => mark(before, kind, now, 'h'));
  return { store, set, problems, state: () => Object.fromEntries([...store.marks].map(([id, saved]) => [id, saved.mark])) };
}

test('storage that refuses: marks hold for the session, told at the first', () => {
  const storage = new FakeStorage();
  storage.refuses = true;
  const { store, set, problems } = tab(storage);
  assert.deepEqual(problems, []);
  assert.equal(set('a', 'mastered'), true);
  assert.equal(store.marks.get('a').mark, 'mastered');
  assert.deepEqual([...new Set(problems)], ['refused']);
  assert.equal(store.setting('last'), undefined);
  assert.deepEqual(store.unreadable(), []);
});

test('the property itself may throw', () => {
  const { set, store } = tab(null, { area: () => { throw new Error('SecurityError'); } });
  set('a', 'weak');
  assert.equal(store.marks.get('a').mark, 'weak');
});

test('full storage: the mark stays as clicked, is told, and written when there is room', () => {
  const storage = new FakeStorage();
  storage.setItem('sibling', 'x'.repeat(100));
  storage.quota = 110;
  const { set, problems, store } = tab(storage);
  set('a', 'mastered');
  assert.equal(store.marks.get('a').mark, 'mastered');
  assert.deepEqual([...new Set(problems)], ['full']);
  assert.equal(storage.getItem('sibling').length, 100);
  storage.quota = Infinity;
  set('b', 'weak');
  assert.ok(storage.getItem(key('a')) && storage.getItem(key('b')));
});

for (const name of ['NS_ERROR_DOM_QUOTA_REACHED', 'QuotaExceededError', 'code 22', 'code 1014']) {
  test(`full storage by the name of ${name}`, () => {
    const error = name.startsWith('code') ? { code: Number(name.slice(5)) } : { name };
    const storage = { length: 0, key: () => null, getItem: () => null, setItem() { throw Object.assign(new Error(), error); } };
    const { set, problems } = tab(storage);
    set('a', 'weak');
    assert.equal(problems[0], 'full');
  });
}

const broken = ['{', 'null', '[]', '"x"', '{"items":1}', 'x'.repeat(50_000), '\ud800\udfff\ud800', '{"__proto__":{"mark":"weak"}}'];
for (const raw of broken) {
  test(`unreadable ${raw.slice(0, 20)}: a copy is kept, the topic can be marked`, () => {
    const storage = new FakeStorage();
    storage.setItem(key('a'), raw);
    const { set, store, problems } = tab(storage);
    assert.equal(storage.getItem('roadmap-site/py/corrupt/a'), raw);
    assert.deepEqual(store.unreadable(), ['a']);
    assert.equal(set('a', 'mastered'), true);
    assert.match(storage.getItem(key('a')), /mastered/);
    assert.deepEqual(problems, []);
  });
}

test('a second unreadable text does not overwrite the first', () => {
  const storage = new FakeStorage();
  for (const raw of ['first', 'second', 'first']) {
    storage.setItem(key('a'), raw);
    tab(storage);
  }
  assert.deepEqual([storage.getItem('roadmap-site/py/corrupt/a'), storage.getItem('roadmap-site/py/corrupt/a~')], ['first', 'second']);
});

test('unreadable with no room for a copy: left alone', () => {
  const storage = new FakeStorage();
  storage.setItem(key('a'), 'x'.repeat(1000));
  storage.quota = 1500;
  const { set, problems } = tab(storage);
  assert.deepEqual(problems, ['unreadable']);
  assert.equal(set('a', 'mastered'), false);
  assert.equal(storage.getItem(key('a')).length, 1000);
});

test('a version from the future is read-only', () => {
  const storage = new FakeStorage();
  const future = '{"v":2,"state":{"learning":0.7}}';
  storage.setItem(key('a'), future);
  const { set, store, problems } = tab(storage);
  assert.equal(set('a', 'mastered'), false);
  store.replace([['a', mark(undefined, 'weak', NOW)]]);
  store.reset(NOW);
  assert.equal(storage.getItem(key('a')), future);
  assert.deepEqual(problems, ['newer']);
});

test('a newer version in another tab stops this one from writing', () => {
  const storage = new FakeStorage();
  const { set, store } = tab(storage);
  set('a', 'mastered');
  storage.setItem(key('a'), '{"v":2}');
  assert.equal(set('a', 'weak'), false);
  storage.deliver(store);
  assert.equal(storage.getItem(key('a')), '{"v":2}');
});

test('two tabs, a thousand marks interleaved, none lost', () => {
  const storage = new FakeStorage();
  const [one, two] = [tab(storage), tab(storage)];
  for (let n = 0; n < 1000; n += 1) {
    (n % 2 ? one : two).set(`t${n % 100}`, ['mastered', 'weak', 'none'][n % 3], NOW + n);
    if (n % 7 === 0) storage.deliver(one.store, two.store);
  }
  storage.deliver(one.store, two.store);
  assert.deepEqual(one.state(), two.state());
  assert.equal(one.store.marks.size, 100);
  assert.deepEqual(tab(storage).state(), one.state());
});

test('two tabs, the same topic: one state in both, the last one', () => {
  const storage = new FakeStorage();
  const [one, two] = [tab(storage), tab(storage)];
  one.set('a', 'mastered', NOW);
  two.set('a', 'weak', NOW - 5);
  storage.deliver(one.store, two.store);
  assert.deepEqual([one.state(), two.state()], [{ a: 'weak' }, { a: 'weak' }]);
});

test('a sibling clears the storage: everything comes back with the next mark', () => {
  const storage = new FakeStorage();
  const { set, store, state } = tab(storage);
  set('a', 'mastered');
  set('b', 'weak');
  storage.clear();
  storage.deliver(store);
  set('c', 'weak');
  assert.deepEqual(tab(storage).state(), state());
  storage.clear(); // by the same page: no event
  set('a', 'none');
  assert.deepEqual(tab(storage).state(), { a: 'none', b: 'weak', c: 'weak' });
});

test('a reset holds in other tabs, and stays', () => {
  const storage = new FakeStorage();
  const [one, two] = [tab(storage), tab(storage)];
  one.set('a', 'mastered', NOW);
  storage.deliver(two.store);
  one.store.reset(NOW + 1);
  storage.deliver(two.store);
  two.set('b', 'weak', NOW + 2);
  assert.deepEqual([two.state(), tab(storage).state()], [{ b: 'weak' }, { b: 'weak' }]);
});

test('nothing of others is touched', () => {
  const storage = new FakeStorage();
  const foreign = { progress: '1', theme: 'dark', 'roadmap-site/other/topic/a': text('weak'), 'roadmap-site/py2/topic/a': '{' };
  for (const [name, value] of Object.entries(foreign)) storage.setItem(name, value);
  const { set, store } = tab(storage);
  set('a', 'mastered');
  store.reset(NOW);
  const { 'roadmap-site/py/reset': _, ...rest } = storage.all();
  assert.deepEqual(rest, foreign);
});

test('an id of before hands its mark on, once, and the newer wins', () => {
  const storage = new FakeStorage();
  const moves = [['old', 'new'], ['older', 'new']];
  storage.setItem(key('old'), text('mastered', NOW));
  storage.setItem(key('older'), text('weak', NOW + 5));
  const { state, store } = tab(storage, { moves });
  assert.deepEqual(state(), { new: 'weak' });
  assert.deepEqual(Object.keys(storage.all()), [key('new')]);
  // A tab of the release before still writes the old id.
  storage.setItem(key('old'), text('mastered', NOW + 9));
  storage.deliver(store);
  assert.deepEqual(state(), { new: 'mastered' });
  assert.deepEqual(storage.all(), { [key('new')]: text('mastered', NOW + 9) });
});

test('an id of before keeps its key if the new one cannot be written', () => {
  const storage = new FakeStorage();
  storage.setItem(key('old'), text('mastered'));
  storage.quota = 0;
  const { state } = tab(storage, { moves: [['old', 'a-much-longer-new-id']] });
  assert.deepEqual(state(), { 'a-much-longer-new-id': 'mastered' });
  assert.equal(storage.getItem(key('old')), text('mastered'));
});

test('garbage in a storage event is ignored', () => {
  const storage = new FakeStorage();
  const { set, store, state } = tab(storage);
  set('a', 'mastered');
  for (const newValue of ['', '{', 'null', undefined]) store.hear({ key: key('a'), newValue });
  store.hear({ key: 'theme', newValue: 'dark' });
  assert.deepEqual(state(), { a: 'mastered' });
});

test('shown again after another tab wrote: the current state', () => {
  const storage = new FakeStorage();
  const { store, state } = tab(storage);
  let told = 0;
  store.listen(() => { told += 1; });
  tab(storage).set('a', 'mastered');
  store.refresh();
  assert.deepEqual([state(), told], [{ a: 'mastered' }, 1]);
});

test('10,000 topics: loading asks for each once, a mark for a handful', () => {
  const items = new Map(Array.from({ length: 10_000 }, (_, n) => [key(`topic-${n}`), text('mastered', NOW + n)]));
  const names = [...items.keys()];
  let asked = 0;
  const ask = (answer) => {
    asked += 1;
    return answer;
  };
  const storage = {
    get length() { return ask(items.size); },
    key: (index) => ask(names[index]),
    getItem: (name) => ask(items.get(name) ?? null),
    setItem: (name, value) => void ask(items.set(name, value)),
    removeItem: (name) => void ask(items.delete(name)),
  };
  const { set, state } = tab(storage);
  const toLoad = asked;
  set('topic-5', 'weak');
  assert.equal(state()['topic-5'], 'weak');
  // The name and the value of each, and a few of its own.
  assert.ok(toLoad <= 2 * items.size + 20, `loading asks ${toLoad} times`);
  assert.ok(asked - toLoad <= 10, `a mark asks ${asked - toLoad} times`);
});

