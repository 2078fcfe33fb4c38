// Runs the build job of `.github/workflows/pages.yml` on this machine, its own `run:` lines with
// the shell that GitHub uses, in a copy of the repository, and crawls what comes out of it under
// `/repo/`: `node tests/browser/pages-workflow.mjs [--init]`. With `--init` it is the workflow of
// a new project, whose program is the one that is being tested.
import { execFileSync, spawnSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { crawl } from './crawl.mjs';
import { serve } from './server.mjs';
import { binary } from './sites.mjs';

const repository = fileURLToPath(new URL('../../', import.meta.url));
const ADDRESS = 'https://name.github.io/repo';
const ofNewProject = process.argv.includes('--init');

/** The files that are committed, or would be. */
async function copy(to) {
  const listed = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
    cwd: repository, encoding: 'utf8', maxBuffer: 1 << 26,
  });
  for (const path of listed.split('\0').filter(Boolean)) {
    await mkdir(dirname(join(to, path)), { recursive: true });
    await copyFile(join(repository, path), join(to, path));
  }
}

/** What `${{ steps.ID.outputs.NAME }}` is here: the one action that has an output is replaced. */
function resolve(text) {
  return String(text).replace(/\$\{\{\s*(.*?)\s*\}\}/g, (_, expression) => {
    if (expression === 'steps.pages.outputs.base_url') return ADDRESS;
    throw new Error(`the build job asks for \`${expression}\`, which is not known here`);
  });
}

const work = await mkdtemp(join(tmpdir(), 'roadmap-site-pages-'));
try {
  const root = join(work, 'repo');
  const added = join(work, 'path');
  await mkdir(root);
  await writeFile(added, '');
  if (ofNewProject) execFileSync(binary, ['init', root, '--language', 'en']);
  else await copy(root);
  const { jobs, env } = parse(await readFile(join(root, '.github/workflows/pages.yml'), 'utf8'));
  const environment = {
    ...process.env, ...env, CI: 'true', RUNNER_TEMP: work, GITHUB_PATH: added, GITHUB_WORKSPACE: root,
  };
  // The cache of the workflow: what was compiled before need not be again.
  environment.CARGO_TARGET_DIR = undefined;
  const target = process.env.CARGO_TARGET_DIR ?? join(repository, 'target');
  if (!ofNewProject) await symlink(target, join(root, 'target'));
  for (const step of jobs.build.steps) {
    const name = step.name ?? step.uses;
    const start = Date.now();
    if (!step.run) {
      console.log(`   skipped    ${name}`);
      continue;
    }
    if (ofNewProject && name.startsWith('Install roadmap-site')) {
      await writeFile(added, `${dirname(binary)}\n`);
      console.log(`   replaced   ${name}`);
      continue;
    }
    const path = [...(await readFile(added, 'utf8')).split('\n').filter(Boolean), process.env.PATH].join(delimiter);
    const own = Object.fromEntries(Object.entries(step.env ?? {}).map(([key, value]) => [key, resolve(value)]));
    const { status } = spawnSync('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', resolve(step.run)], {
      cwd: root, env: { ...environment, PATH: path, ...own }, stdio: 'inherit',
    });
    console.log(`${String(((Date.now() - start) / 1000).toFixed(1)).padStart(8)} s  ${name}`);
    if (status !== 0) throw new Error(`\`${name}\` ended with ${status}`);
  }
  const upload = jobs.build.steps.find((step) => step.uses?.includes('upload-pages-artifact'));
  const folder = join(root, upload.with.path);
  const files = await readdir(folder, { recursive: true });
  if (!files.includes('.nojekyll')) throw new Error('there is no .nojekyll to be uploaded');
  const server = await serve(folder, '/repo/');
  try {
    const { wrong, pages } = await crawl(server);
    if (wrong.length > 0) throw new Error(`broken under /repo/:\n${wrong.join('\n')}`);
    const notFound = await readFile(join(folder, '404.html'), 'utf8');
    if (!notFound.includes('href="/repo/')) throw new Error('404.html does not know the address');
    console.log(`${pages} pages under /repo/, no broken link`);
  } finally {
    await server.close();
  }
} finally {
  await rm(work, { recursive: true });
}
