import { availableParallelism } from 'node:os';
import { bundleTests } from './scripts/tests.mjs';

// What the command line asks for is bundled first, so that no test runs as it was.
const files = await bundleTests(process.argv.slice(2).filter((argument) => !argument.startsWith('-')));

// Those that take longest begin first, so that none is left over at the end.
const LONG = /docs\/examples|validity|cli\/cli/;
const rank = (file) => (LONG.test(file) ? 0 : 1);

export default {
  files,
  sortTestFiles: (a, b) => rank(a) - rank(b) || (a < b ? -1 : 1),
  typescript: { compile: false, rewritePaths: { 'test/': 'out/tests/test/' } },
  workerThreads: false,
  // One more than cores: some wait for a child, a server or a browser.
  concurrency: availableParallelism() + 1,
  // Without a result from any test. Nothing here waits for time; a busy machine may take its own.
  timeout: '10m',
};
