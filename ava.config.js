import { bundleTests } from './scripts/tests.mjs';

// What the command line asks for is bundled first, so that no test runs as it was.
await bundleTests(process.argv.slice(2).filter((argument) => !argument.startsWith('-')));

export default {
  files: ['test/**/*.test.ts'],
  typescript: { compile: false, rewritePaths: { 'test/': 'out/tests/test/' } },
  workerThreads: false,
  // Without a result from any test. Nothing here waits for time; a busy machine may take its own.
  timeout: '10m',
};
