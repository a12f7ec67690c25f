import test from 'ava';
import fc from 'fast-check';
import { DEFAULT_LIMITS } from '../../../../lib/protocol/messages/index.js';
import { checkStructure, endOfText } from '../../../../lib/protocol/messages/structure.js';
import { octetsOfJson, refusal } from './messages.js';

const limits = { ...DEFAULT_LIMITS, depth: 1000, tensors: 0, elements: 100 };

/** The least depth that a value passes with. */
function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

test('depth is counted outside of texts', (t) => {
  const lone = fc.constantFrom(
    '"',
    '\\',
    '[',
    '{',
    ']',
    'x',
    ',',
    '"\\"[',
    '\\"'.repeat(40),
    `${'a'.repeat(70)}\\\\`,
  );
  const text = fc.array(lone).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.object({ key: text, values: [text, fc.integer()], maxDepth: 5 }), (value) => {
      const json = octetsOfJson(value);
      const depth = depthOf(value);
      t.is(
        refusal(() => checkStructure(json, { ...limits, depth, elements: 1e6, tensors: 1e6 })),
        'not refused',
      );
      t.regex(
        refusal(() => checkStructure(json, { ...limits, depth: depth - 1, elements: 1e6, tensors: 1e6 })),
        /nested deeper/,
      );
    }),
  );
});

test('values, keys and objects are counted before they are allocated', (t) => {
  const checked = (json: string) => refusal(() => checkStructure(octetsOfJson(json), limits));
  // 100 elements and 1024 of what else a message has; 7 and 1024 lists.
  t.is(checked(`[${'0,'.repeat(1_124)}0]`), 'not refused');
  t.regex(checked(`[${'0,'.repeat(1_125)}0]`), /^too-large: the JSON has more than 1124 values/);
  t.is(checked(`[${'[],'.repeat(1_030)}0]`), 'not refused');
  t.regex(
    checked(`[${'[],'.repeat(1_031)}0]`),
    /^too-large: the JSON has more than 1031 lists \(data may be flat\)/,
  );
  t.is(checked(`[${'{},'.repeat(1_024)}0]`), 'not refused');
  t.regex(checked(`[${'{},'.repeat(1_025)}0]`), /^too-large: the JSON has more than 1024 keys and objects/);
  t.regex(
    checked(`{${'"a":0,'.repeat(1_100)}"b":0}`),
    /^too-large: the JSON has more than 1024 keys and objects/,
  );
});

test('what isn’t closed is left to parsing', (t) => {
  for (const json of ['"', '"a', '"\\', `"${'a'.repeat(100)}`, `"${'\\'.repeat(101)}`, ']]]', '']) {
    t.is(
      refusal(() => checkStructure(octetsOfJson(json), limits)),
      'not refused',
    );
  }
});

test('a text of nothing but escaped quotes is searched without asking the engine for each', (t) => {
  const json = new TextEncoder().encode(JSON.stringify('"'.repeat(10_000)));
  let asked = 0;
  json.indexOf = (octet, from) => {
    asked++;
    return Uint8Array.prototype.indexOf.call(json, octet, from);
  };
  t.is(endOfText(json, 0), json.length - 1);
  t.true(asked < json.length / 30, `${asked}`);
});
