import test from 'ava';
import { threadFlags } from '../../../../lib/util/workers/index.js';

test('threads of inline code get the flags that find modules, others inherit all', (t) => {
  t.deepEqual(threadFlags(['--expose-gc', '-e', 'await 1']), {});
  t.deepEqual(
    threadFlags([
      '--import',
      './a.js',
      '--conditions=dev',
      '--input-type',
      'module',
      '--expose-gc',
      '-e',
      'x',
    ]),
    { execArgv: ['--import', './a.js', '--conditions=dev'] },
  );
  t.deepEqual(threadFlags(['--input-type=module']), { execArgv: [] });
});
