import type { ExecutionContext } from 'ava';
import type { Model } from '../../../../index.js';
import { rowBlock } from '../../../../lib/data/blocks/index.js';
import type { ScoreContext } from '../../../../lib/learn/learners/index.js';
import { LlmServer, type LlmServerOptions } from '../../../support/llm/index.js';

/** A mail. */
export interface Note {
  readonly text: string;
}

export const LABELS = ['ham', 'spam'] as const;

export const prompt = ({ text }: Note) => `Is this ham or spam?\n\n${text}`;

/** What stands after the question. */
export const textIn = (content: string) => content.slice(content.indexOf('\n\n') + 2);

export const notes = (...texts: string[]): Note[] => texts.map((text) => ({ text }));

/** A server that answers each text by a function, `spam` where it has an `s`. */
export async function serveNotes(t: ExecutionContext, options: Partial<LlmServerOptions> = {}) {
  const server = new LlmServer({
    speak: ([{ content }]) => (textIn(content).includes('s') ? 'spam' : 'ham'),
    ...options,
  });
  const url = await server.start();
  t.teardown(() => server.stop());
  return { server, at: { baseURL: `${url}/v1`, model: 'small' } };
}

export async function scoresOf(
  model: Model,
  rows: readonly unknown[],
  context?: ScoreContext,
): Promise<number[]> {
  const out = new Float64Array(rows.length * model.classes);
  await model.score([rowBlock(rows)], out, context);
  return [...out];
}
