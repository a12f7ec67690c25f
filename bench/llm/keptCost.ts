import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chatModel } from '../../entries/llm.js';
import { rowBlock } from '../../lib/data/blocks/index.js';
import { usedMemory } from '../harness/memory.js';

/** What the library itself takes for a row that is asked about, kept and paid for. */
export interface KeptCost {
  readonly rows: number;
  /** Milliseconds a row of a model that answers at once, kept on disk: of all time that passes, and of the processor's. */
  readonly ms: number;
  readonly cpuMs: number;
  /** The same for a row that the journal has. */
  readonly recalledMs: number;
  /** Bytes a row: in memory, and in the journal. */
  readonly heap: number;
  readonly disk: number;
}

/** Asks a model that answers at once about rows, a round of 1,000 at a time, with a journal and a limit on money. */
export async function keptCost(rows: number): Promise<KeptCost> {
  const folder = await mkdtemp(join(tmpdir(), 'spillway-kept-cost-'));
  const journal = join(folder, 'answers.journal');
  const open = () =>
    chatModel({
      model: 'none',
      generate: async () => ({ text: 'ham', usage: { input: 120, cached: 0, output: 2 } }),
      labels: ['ham', 'spam'],
      prompt: (row: string) => `Is this ham or spam?\n\n${row}`,
      journal,
      prices: { input: 1, output: 1 },
      maxPrice: 1e6,
    });
  const all = Array.from({ length: rows }, (_, row) => `mail ${row}: ${'what is in it '.repeat(30)}`);
  const ask = async (model: ReturnType<typeof open>) => {
    for (let from = 0; from < rows; from += ROUND) {
      const some = all.slice(from, from + ROUND);
      await model.score([rowBlock(some)], new Float64Array(2 * some.length));
    }
  };
  try {
    const model = open();
    const before = usedMemory();
    const cpu = process.cpuUsage();
    const since = performance.now();
    await ask(model);
    const ms = (performance.now() - since) / rows;
    const { user, system } = process.cpuUsage(cpu);
    const heap = (usedMemory() - before) / rows;
    await model.close();
    const again = open();
    const sinceAgain = performance.now();
    await ask(again);
    const recalledMs = (performance.now() - sinceAgain) / rows;
    await again.close();
    const { size } = await stat(journal);
    return { rows, ms, cpuMs: (user + system) / 1_000 / rows, recalledMs, heap, disk: size / rows };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const ROUND = 1_000;
