import { inferenceClient } from 'spillway/client';

/** What a page runs: it asks its own server about texts, in octets and in JSON. */
export async function ask(origin: string, texts: readonly string[]) {
  const answers = [];
  for (const binary of [true, false]) {
    await using client = inferenceClient(origin, { binary, key: 'k' });
    const { labels, scores, exits } = await client.predict({
      model: 'mail',
      inputs: [{ name: 'text', data: texts }],
      deadlineMs: 60_000,
    });
    answers.push({ labels, scores: [...scores], exits: [...exits], ready: await client.ready() });
  }
  const closed = inferenceClient('http://127.0.0.1:1', { retries: 0 });
  const unreachable = await closed.live().catch((error: { reason?: string }) => error.reason);
  return { answers, unreachable };
}
