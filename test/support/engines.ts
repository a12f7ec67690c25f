import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { hasBrowser, launch } from './browser.js';
import type { OnEngine } from './onEngine.js';

const run = promisify(execFile);

/** An engine that runs a bundle of code over a folder of files, and gives back what it printed or posted. */
export interface JavaScriptEngine {
  readonly name: string;
  readonly isHere: boolean;
  /** @param folder where `engine.mjs`, which prints JSON, and `worker.js`, which posts it, lie with what they read */
  run(folder: string): Promise<OnEngine>;
}

/** Where an optional package is, wherever NODE_PATH says too. */
function folderOf(name: string): string | undefined {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}

/** @param command what comes before the script */
function program(name: string, command: readonly string[] | undefined): JavaScriptEngine {
  return {
    name,
    isHere: command !== undefined,
    async run(folder) {
      const [path, ...before] = command ?? [];
      const env = { ...process.env, DENO_NO_UPDATE_CHECK: '1', DENO_DIR: join(folder, 'deno') };
      const { stdout } = await run(path, [...before, join(folder, 'engine.mjs'), folder], { env });
      return JSON.parse(stdout);
    },
  };
}

/** In Chromium, nothing leaves the browser: what it asks for lies in the folder. */
function inChromium(name: string, script: string): JavaScriptEngine {
  return {
    name,
    isHere: hasBrowser,
    async run(folder) {
      const browser = await launch();
      try {
        const page = await browser.newPage();
        await page.route('**/*', async (route) => {
          const path = decodeURIComponent(new URL(route.request().url()).pathname.slice(1));
          if (path === '')
            await route.fulfill({ contentType: 'text/html', body: '<!doctype html><title>a page</title>' });
          else if (path === 'favicon.ico') await route.abort();
          else
            await route.fulfill({ body: await readFile(join(folder, path)), contentType: 'text/javascript' });
        });
        await page.goto('http://spillway.test/');
        return await page.evaluate<OnEngine>(script);
      } finally {
        await browser.close();
      }
    },
  };
}

const POSTED = `new Promise((resolve, reject) => {
  const worker = new Worker('worker.js');
  worker.onmessage = ({ data }) => data.failed === undefined ? resolve(data) : reject(new Error(data.failed));
  worker.onerror = ({ message }) => reject(new Error(message));
})`;
const IN_PAGE = `new Promise((resolve, reject) => {
  self.posted = (data) => data.failed === undefined ? resolve(data) : reject(new Error(data.failed));
  const script = document.createElement('script');
  script.src = 'worker.js';
  script.onerror = reject;
  document.head.append(script);
})`;

/** Node of other releases, Deno: packages. `.ci/run` says how they are installed. */
const [node22, node24, deno] = ['node22', 'node24', 'deno'].map(folderOf);

function nodeOf(folder: string | undefined) {
  return folder === undefined ? undefined : [join(folder, 'bin/node')];
}

export const ENGINES: readonly JavaScriptEngine[] = [
  program(`Node ${process.versions.node}`, [process.execPath]),
  program('Node 22', nodeOf(node22)),
  program('Node 24', nodeOf(node24)),
  program(
    'Deno',
    deno === undefined
      ? undefined
      : [process.execPath, join(deno, 'bin.cjs'), 'run', '--quiet', '--allow-read'],
  ),
  inChromium("Chromium's page", IN_PAGE),
  inChromium("Chromium's worker", POSTED),
];
