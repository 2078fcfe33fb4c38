// 500 marks, then 100 edits of the content, each published: no mark is ever lost, and no edit that
// would lose one can be published unseen.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { mark } from '../../themes/default/js/core/review.js';
import { openStore } from '../../themes/default/js/store.js';
import { FakeStorage } from '../js/storage.mjs';
import { binary } from './sites.mjs';

const SEED = 20_261_124;
const root = await mkdtemp(join(tmpdir(), 'roadmap-site-edits-'));
after(() => rm(root, { recursive: true }));

/** Runs the program; resolves to its exit code and what it said. */
const run = (...args) => new Promise((done) => {
  execFile(binary, [...args, '--root', root], (error, stdout, stderr) => done({ code: error ? error.code : 0, said: stdout + stderr }));
});

/** The same numbers in every run (mulberry32). */
function numbers(seed) {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296) * below);
  };
}

const random = numbers(SEED);
let fresh = 0;
const topic = () => {
  fresh += 1;
  return { id: `t${fresh}`, was: [], title: `知识点 ${fresh}`, text: '讲解。' };
};
const sections = Array.from({ length: 5 }, () => Array.from({ length: 20 }, topic));

async function write() {
  await mkdir(join(root, 'content'), { recursive: true });
  await writeFile(join(root, 'site.toml'), 'id = "edits"\ntitle = "改"\n');
  await writeFile(join(root, 'content/index.md'), '# 改\n');
  await Promise.all(sections.map((topics, index) => {
    const text = topics.map(({ id, was, title, text }) => `### ${title} {#${id}${was.length ? ` was=${was.join(',')}` : ''}}\n\n${text}\n`);
    return writeFile(join(root, `content/0${index + 1}-section-${index + 1}.md`), `# 第 ${index + 1} 章\n\n## 基础\n\n${text.join('\n')}`);
  }));
}

const storage = new FakeStorage();
/** The learner comes back after a deploy. */
async function visit() {
  const page = await readFile(join(root, 'public/index.html'), 'utf8');
  const moves = /data-moves="([^"]*)"/.exec(page)?.[1].replaceAll('&gt;', '>');
  return openStore({ site: 'edits', area: () => storage, moves: moves?.split(' ').map((move) => move.split('>')) });
}

async function publish() {
  await write();
  const pin = await run('pin');
  assert.equal(pin.code, 0, pin.said);
  const build = await run('build');
  assert.equal(build.code, 0, build.said);
}

const pick = () => {
  const section = sections[random(sections.length)];
  return section.length > 3 ? { section, index: random(section.length) } : pick();
};

const EDITS = {
  retitle: ({ section, index }) => { section[index].title += '（新）'; },
  rewrite: ({ section, index }) => { section[index].text += '又一段。'; },
  rename({ section, index }) {
    const found = section[index];
    fresh += 1;
    found.was = [found.id, ...found.was];
    found.id = `t${fresh}`;
  },
  move({ section, index }) {
    const [found] = section.splice(index, 1);
    const other = sections[random(sections.length)];
    other.splice(random(other.length + 1), 0, found);
  },
  reorder: ({ section }) => { section.sort(() => random(3) - 1); },
  split: ({ section, index }) => { section.splice(index + 1, 0, topic()); },
  async deleteAndRestore({ section, index }) {
    const [found] = section.splice(index, 1);
    await write();
    const check = await run('check');
    assert.equal(check.code, 1, 'an id vanished');
    assert.ok(check.said.includes(`\`${found.id}\``), check.said);
    section.splice(random(section.length + 1), 0, found);
  },
  async retire({ section, index }) {
    const [found] = section.splice(index, 1);
    await write();
    assert.equal((await run('check')).code, 1);
    for (const id of [found.id, ...found.was]) {
      const pin = await run('pin', '--retire', id);
      assert.equal(pin.code, 0, pin.said);
    }
    return found;
  },
};

test('no mark is lost', async () => {
  await publish();
  /** Marks by topic, whatever its id is now. */
  const expected = new Map();
  const store = await visit();
  for (let n = 0; n < 500; n += 1) {
    const { section, index } = pick();
    const kind = ['mastered', 'weak', 'skipped', 'none'][random(4)];
    store.change(section[index].id, (before) => mark(before, kind, 1_764_000_000_000 + n, 'h'));
    expected.set(section[index], kind);
  }
  const retired = new Map();
  const names = Object.keys(EDITS);
  for (let n = 0; n < 100; n += 1) {
    const name = names[n % names.length];
    const gone = await EDITS[name](pick());
    await publish();
    if (gone) {
      retired.set(gone.id, expected.get(gone));
      expected.delete(gone);
    }
    const { marks } = await visit();
    for (const [{ id, title }, kind] of expected) assert.equal(marks.get(id)?.mark, kind, `edit ${n}, ${name}: ${title} (${id})`);
    for (const [id, kind] of retired) assert.equal(marks.get(id)?.mark, kind, `edit ${n}, ${name}: ${id} is on the shelf`);
  }
});
