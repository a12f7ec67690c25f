import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import test from 'ava';
import { sklearnPipeline } from '../../../exchange/index.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import { ArtifactError } from '../../../lib/errors.js';
import { random } from '../../../lib/stats/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { atLength } from '../../support/atLength.js';

/** Files of models of all kinds, one value of which is another: they are read, or refused by a typed error. */

const folder = fileURLToPath(new URL('../../fixtures/sklearn/models', import.meta.url));
const files = readdirSync(folder).filter((name) => name.endsWith('.pipeline'));
const OTHERS: readonly JsonValue[] = [-1, 0, 1.5, 1e9, 2 ** 53, null, '', 'none', [], {}, true];

type Place = { readonly at: JsonValue[] | { [name: string]: JsonValue }; readonly name: string };

/** Where values stand in nodes and model. */
function placesIn(value: JsonValue): Place[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, each]) => [
    { at: value as Place['at'], name },
    ...placesIn(each),
  ]);
}

test('a value of another size or kind is no other error, and takes no time', (t) => {
  const draw = random(3);
  let refused = 0;
  for (const file of files) {
    const { json, tensors } = decode(readFileSync(join(folder, file)));
    for (let trial = 0; trial < atLength(4, 60); trial++) {
      const own = structuredClone(json) as { [name: string]: JsonValue };
      const places = ['nodes', 'cut', 'model'].flatMap((name) => placesIn(own[name]));
      const { at, name } = places[draw.integer(places.length)];
      const other = OTHERS[draw.integer(OTHERS.length)];
      Reflect.set(at, name, other);
      try {
        sklearnPipeline(encode({ json: own, tensors }));
      } catch (error) {
        if (!(error instanceof ArtifactError))
          t.fail(`${file}, ${name} = ${JSON.stringify(other)}: ${error}`);
        refused++;
      }
    }
    for (const [name, tensor] of Object.entries(tensors)) {
      if (!name.includes('model/')) continue;
      const cut = { ...tensors, [name]: tensor.subarray(1) };
      t.throws(() => sklearnPipeline(encode({ json, tensors: cut })), { instanceOf: ArtifactError }, name);
    }
  }
  t.true(refused > files.length);
});
