import test from 'ava';
import fc from 'fast-check';
import { doubledName, writtenMember } from '../../../../lib/data/tables/index.js';
import { atLength } from '../../../support/atLength.js';

const json = fc.dictionary(fc.string({ maxLength: 4 }), fc.jsonValue({ maxDepth: 3 }), { maxKeys: 5 });

test('members are found as they are written, and none is there twice', (t) => {
  fc.assert(
    fc.property(json, fc.constantFrom(0, 1), (object, indent) => {
      const line = JSON.stringify(object, undefined, indent).replaceAll('\n', ' ');
      const read: object = JSON.parse(line);
      t.is(doubledName(line, read), undefined);
      for (const [name, value] of Object.entries(read))
        t.deepEqual(JSON.parse(writtenMember(line, name) ?? ''), JSON.parse(JSON.stringify(value)));
      t.is(writtenMember(line, 'not there'), undefined);
    }),
    { numRuns: atLength(300, 5_000) },
  );
});

test('a name that is there twice is found at any depth', (t) => {
  const name = fc.string({ maxLength: 4 }).filter((name) => name !== '__proto__');
  fc.assert(
    fc.property(
      json,
      name,
      fc.constantFrom('{@}', '{"l":[1,{@}]}', '{"o":{"x":":",@}}'),
      (object, name, place) => {
        fc.pre(!['l', 'o', 'x'].includes(name));
        const own = JSON.stringify(name);
        const line = place.replace('@', () => `${own}:1,"text\\":":${JSON.stringify(object)}, ${own} :2`);
        fc.pre(name !== 'text":');
        t.is(doubledName(line, JSON.parse(line)), name);
      },
    ),
    { numRuns: atLength(300, 5_000) },
  );
});
