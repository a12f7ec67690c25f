import { chatModel } from '../../entries/llm.js';
import { rowBlock } from '../../lib/data/blocks/index.js';
import { usedMemory } from '../harness/memory.js';

/** What asking costs beside the provider: its requests, and the reading of its answers. */
export interface OwnCost {
  readonly rows: number;
  /** Processor time a row. */
  readonly milliseconds: number;
  /** Bytes a row that are still held when all are answered. */
  readonly bytes: number;
}

/** Characters of a text, about a paragraph. */
const LENGTH = 400;
/** Rows of a call, as `tune` gives them. */
const CALL = 1_024;

/**
 * Asks about different texts, each once, by an endpoint whose answers are there at once: what is left is the library's own.
 *
 * @param rows at least a few thousand, so that what a model holds by itself doesn't count
 */
export async function ownCost(rows = 20_000): Promise<OwnCost> {
  const texts = Array.from({ length: rows }, (_, row) => `${row} `.padEnd(LENGTH, 'words and more '));
  const body = (id: number) =>
    JSON.stringify({
      id: `chatcmpl-${id}`,
      model: 'small-2026-01-01',
      choices: [{ finish_reason: 'stop', message: { content: '{"label":"ham"}' } }],
      usage: { prompt_tokens: 100, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 0 } },
    });
  let asked = 0;
  const model = chatModel({
    baseURL: 'http://127.0.0.1:1/v1',
    model: 'small',
    labels: ['ham', 'spam'],
    prompt: (text: string) => `Is this ham or spam?\n\n${text}`,
    fetch: async () => new Response(body(asked++), { headers: { 'content-type': 'application/json' } }),
  });
  const ask = async (some: readonly string[]) => {
    await model.score([rowBlock(some)], new Float64Array(some.length * model.classes));
  };
  await ask(texts.slice(0, CALL));
  const before = usedMemory();
  const start = process.cpuUsage();
  for (let from = CALL; from < rows; from += CALL) await ask(texts.slice(from, from + CALL));
  const { user, system } = process.cpuUsage(start);
  const after = usedMemory();
  const own = rows - CALL;
  if (model.counts.parsed !== rows) throw new Error(`${model.counts.parsed} of ${rows} rows were answered`);
  return { rows: own, milliseconds: (user + system) / 1_000 / own, bytes: Math.max(0, after - before) / own };
}
