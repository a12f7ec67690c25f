import test from 'ava';
import { RequestError } from '../../../lib/protocol/messages/index.js';
import { groupOf } from '../../../serve/requests/index.js';

test('a group is a short name, or none', (t) => {
  t.is(groupOf({ parameters: {} }), undefined);
  for (const group of ['web', 'app_2.1:beta-x', 'a'.repeat(64)])
    t.is(groupOf({ parameters: { group } }), group);
  for (const group of ['', 'a'.repeat(65), 'a b', 'a"} 1', 'a\n', 'ü', 7, true])
    t.throws(() => groupOf({ parameters: { group } }), {
      instanceOf: RequestError,
      message: /^parameter 'group': expected 1 to 64 letters/,
    });
});

test('only a parameter of its own counts', (t) => {
  t.is(groupOf({ parameters: Object.create({ group: 'web' }) }), undefined);
});
