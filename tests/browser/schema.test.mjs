// The schema that editors check `site.toml` with takes what the program takes, and refuses what it
// refuses: every setting with values of every kind, asked of both.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import Ajv from 'ajv';
import { REFERENCE, binary } from './sites.mjs';

const project = mkdtempSync(join(tmpdir(), 'roadmap-site-schema-'));
after(() => rmSync(project, { recursive: true }));
execFileSync(binary, ['init', project]);
const schema = JSON.parse(readFileSync(join(project, '.github/site.schema.json'), 'utf8'));
const accepts = new Ajv({ strict: true, allErrors: true }).compile(schema);

const SETTINGS_RULES = ['toml', 'unknown-key', 'wrong-type', 'wrong-value'];

/** A value in TOML; JSON's texts, numbers and lists are TOML's. */
const toml = (value) => (value?.constructor === Object
  ? `{ ${Object.entries(value).map(([key, inner]) => `${key} = ${toml(inner)}`).join(', ')} }`
  : JSON.stringify(value));

/** What the program finds wrong in these settings. */
function refusals(settings) {
  const lines = Object.entries(settings).map(([key, value]) => `${key} = ${toml(value)}\n`);
  writeFileSync(join(project, 'site.toml'), lines.join(''));
  const { stdout } = spawnSync(binary, ['check', '--format', 'json', '--root', project], { encoding: 'utf8' });
  const found = stdout.split('\n').filter(Boolean).map((line) => JSON.parse(line));
  return found.filter(({ rule }) => SETTINGS_RULES.includes(rule)).map(({ rule, message }) => `${rule}: ${message}`);
}

const TEXTS = [
  '', 'a', '闭包', 'a b', 'a-b_c', 'Ⅷ½', '.', '..', './', './a', '../a', 'a/b', '/a', 'a\\b', 'a.md', './..', '.a',
  'https://example.org', 'http://example.org/a/b/', 'https://', 'https:///a', 'ftp://example.org', 'https://e.org/?a',
  'https://e.org/#a', 'https://e.org/{path}', 'https://e.org/a b', 'https://e.org/"', '//e.org', 'learn.example.org',
  'example', 'exa_mple.org', 'zh-CN', 'en', 'abcdefghi', 'zh--CN', 'zh_CN', 'safe', 'all', 'none', 'line\nend', "it's",
];
const OTHERS = [1, 0, -1, 3600, 3601, 1.5, true, ['a'], {}, { python: 'python3' }];
const EXAMPLES = [
  { timeout: 1 }, { timeout: 3600 }, { timeout: 0 }, { timeout: 3601 }, { timeout: -1 }, { timeout: '10' },
  { timeout: 1.5 }, { python: 3 }, { python: '' }, { pyodide: 'node_modules/pyodide' }, { pyodide: true },
  { pyton: 'python3' }, { python: 'python3', timeout: 5, pyodide: 'x' },
];

for (const key of [...Object.keys(schema.properties), 'titel', 'baseurl']) {
  test(`\`${key}\`: the schema and the program agree on every value`, () => {
    const values = [...TEXTS, ...OTHERS, ...(key === 'examples' ? EXAMPLES : [])];
    const verdicts = new Set();
    for (const value of values) {
      const refused = refusals({ [key]: value });
      const accepted = accepts({ [key]: value });
      verdicts.add(accepted);
      assert.equal(accepted, refused.length === 0, `${toml(value)}: ${refused.join() || 'the program takes it'}`);
    }
    const known = Object.hasOwn(schema.properties, key);
    assert.deepEqual([...verdicts].sort(), known ? [false, true] : [false]);
  });
}

test('the settings of this repository and of a new project fit, and name the schema', () => {
  for (const folder of [REFERENCE, project]) {
    if (folder === project) execFileSync(binary, ['init', join(project, 'new')]);
    const root = folder === project ? join(project, 'new') : folder;
    const text = readFileSync(join(root, 'site.toml'), 'utf8');
    const [, path] = text.match(/^#:schema \.\/(.*)$/m);
    assert.deepEqual(JSON.parse(readFileSync(join(root, path), 'utf8')), schema);
  }
});

test('every setting says what it is for', () => {
  const all = { ...schema.properties, ...schema.properties.examples.properties };
  for (const [key, { description }] of Object.entries(all)) assert.match(description, /^[A-Z].*[.\]]$/s, key);
});
