import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { atLeast, atMost } from '../../harness/checks.js';
import type { Pipelines } from '../pipelines.js';
import { closedLoad, latency } from './loadSpec.js';
import { type Bench, ms, type PartOutcome } from './part.js';
import { answerIn, textRequest, textsFor } from './requests.js';

const ROWS = 4;
/** Requests a second. */
const RATE = 100;
const TEXTS = 20;

/**
 * A model is replaced again and again under requests. Versions take turns between two models whose
 * weights and whose code differ: each answer must be wholly that of the version that it names.
 */
export async function reloads(bench: Bench, pipelines: Pipelines): Promise<PartOutcome> {
  const { programs, folder, log, quick } = bench;
  const times = quick ? 5 : 100;
  const directory = join(folder, 'reloaded');
  const variants = [pipelines.folders[0], pipelines.folders[1]];
  const codes = ['text[i]', 'text[i].toUpperCase()'];
  const publish = async (at: string, variant: number) => {
    const beside = join(directory, `.${at.replace('/', '-')}`);
    await mkdir(beside, { recursive: true });
    await cp(variants[variant], beside, { recursive: true });
    const file = join(beside, 'features.js');
    const code = `export { default, inputs } from ${JSON.stringify(join(variants[variant], 'features.js'))};
export const row = ({ text }, i) => ({ text: ${codes[variant]} });
`;
    await writeFile(file, code);
    await mkdir(join(directory, at, '..'), { recursive: true });
    await rename(beside, join(directory, at));
  };
  await publish('even/1', 0);
  await publish('odd/1', 1);
  await publish('reloaded/1', 1);
  const server = programs.server();
  const { port, faults } = await server.ask('start', { directory, workers: 1 });
  if (faults.length > 0) throw new Error(faults[0]);
  const load = programs.load();
  const requestsTo = (model: string) =>
    Array.from({ length: TEXTS }, (_, i) => textRequest(model, textsFor(pipelines.texts, i, ROWS)));
  const expected: string[][] = [];
  for (const model of ['even', 'odd']) {
    const spec = { ...closedLoad(port, requestsTo(model), { count: TEXTS }), keep: true };
    const { answers } = await load.ask('run', spec);
    expected.push(answers.map(({ body }) => JSON.stringify(answerIn(body).outputs)));
  }
  if (expected[0].some((answer, i) => answer === expected[1][i]))
    throw new Error('the two models give an equal answer: which of them gave it can’t be known');
  log(`reloads: ${times} under ${RATE} requests a second`);
  let isOver = false;
  const asking = (async () => {
    const results = [];
    // In pieces, until the last version has been loaded.
    while (!isOver) {
      results.push(
        await load.ask('run', {
          port,
          requests: requestsTo('reloaded'),
          pick: 0,
          arrivals: { kind: 'open', rate: RATE, seconds: quick ? 1 : 5 },
          seed: results.length + 1,
          keep: true,
        }),
      );
    }
    return results;
  })();
  const loadMs: number[] = [];
  for (let version = 2; version <= times + 1; version++) {
    await publish(`reloaded/${version}`, version % 2);
    const start = performance.now();
    await server.ask('load', 'reloaded');
    loadMs.push(performance.now() - start);
    if (version > 2) await rm(join(directory, 'reloaded', String(version - 2)), { recursive: true });
  }
  isOver = true;
  const results = await asking;
  const answers = results.flatMap((result) => result.answers);
  const sent = results.reduce((sum, result) => sum + result.sent, 0);
  const mixed = answers.filter(({ request, body }) => {
    const { model_version: version, outputs } = answerIn(body);
    return JSON.stringify(outputs) !== expected[Number(version) % 2][request];
  }).length;
  const versions = new Set(answers.map(({ body }) => answerIn(body).model_version)).size;
  const all = { latencies: results.flatMap((result) => result.latencies) };
  await Promise.all([server.close(), load.close()]);
  const json = {
    reloads: loadMs.length,
    sent,
    lost: sent - answers.length,
    mixed,
    versions,
    loadMs: latency({ latencies: loadMs }, 0.5),
    p50: latency(all, 0.5),
    p99: latency(all, 0.99),
  };
  return {
    json,
    checks: [
      atLeast('reloads under traffic', loadMs.length, times),
      atMost('reloads: requests lost', json.lost, 0),
      atMost('reloads: answers that aren’t wholly those of their version', mixed, 0),
    ],
    lines: [
      ['reloads, requests', String(loadMs.length), String(sent)],
      ['a reload, p50', ms(json.loadMs)],
      ['latency meanwhile, p50, p99', ms(json.p50), ms(json.p99)],
      ['versions that answered', String(versions)],
    ],
  };
}
