import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'ava';
import { agreementWorld } from '../../../datasets/index.js';
import { inspect } from '../../../index.js';
import { decode, encode } from '../../../lib/data/artifact/index.js';
import type { JsonValue } from '../../../lib/util/state.js';
import { loadWorld, tuneWorld } from '../../support/agreement.js';
import { folderFor } from '../../support/files.js';

/** Certificates as an earlier release wrote them: they named no population, and `upper` was the plan's own limit. */
function earlier(json: JsonValue, copies: number): JsonValue {
  const text = JSON.stringify(json, (key, value: unknown) => {
    if (key === 'population' || key === 'repeating') return undefined;
    if (typeof value !== 'object' || value === null || !('jointDelta' in value)) return value;
    return { ...value, upper: 0.0199, ...(copies > 0 && { copies, n: 2_400 - copies }) };
  });
  return JSON.parse(text) as JsonValue;
}

test('a certificate of an earlier release has no limit but epsilon, and where rows were equal it is about originals', async (t) => {
  const path = join(await folderFor(t), 'new.cascade');
  const tuned = await tuneWorld(agreementWorld({ rows: 6_000, seed: 1 }), { bound: { epsilon: 0.02 } });
  await tuned.withModes([0.05]).save(path, { evidence: true });
  const state = decode(await readFile(path));
  for (const copies of [0, 323]) {
    const bytes = encode({ ...state, json: earlier(state.json, copies) });
    const loaded = await loadWorld(bytes);
    const { certificate, modes } = loaded;
    t.deepEqual([certificate.verdict, certificate.epsilon], ['certified', 0.02]);
    t.deepEqual([certificate.upper, ...modes.map((mode) => mode.certificate.upper)], [null, null, null]);
    t.is((await inspect(bytes)).certificate.upper, null);
    t.is(certificate.repeating?.are, copies > 0 ? 'copies' : undefined);
    t.regex(
      loaded.summary().replace(/\s+/g, ' '),
      copies > 0
        ? /originals drawn like the 2,077 certification rows, however often each is copied/
        : /data drawn like the 2,400 certification rows/,
    );
    // Limits of the band have always held for all plans.
    const { upper } = loaded.retune({ epsilon: 0.05 }).certificate;
    t.true(upper !== null && upper < 0.05);
  }
});
