import type { ChatReply } from '../asking/index.js';
import type { AnswerKind } from './answers.js';
import type { ReplyReader } from './parse.js';

/** What a reply is read and cleaned with. */
export interface Cleaning {
  readonly answers: AnswerKind;
  readonly read: ReplyReader;
  /** Takes the keys in use out of a text. */
  readonly outOf: (text: string) => string;
  /** Whether a name in a reply is the one that was asked for, which is no secret. */
  readonly isAsked: (model: string) => boolean;
}

/**
 * A reply without the keys in use: journals and fingerprints keep it, and a server may repeat a key anywhere. Its answer stays what
 * it was: labels are the user's own, and one that holds a key, such as a dummy one, is no secret.
 */
export function cleanReply(reply: ChatReply, { answers, read, outOf, isAsked }: Cleaning): ChatReply {
  const out = (text: string | undefined) => (text === undefined ? undefined : outOf(text));
  const { text, model, logprobs, usage, isBatch } = reply;
  const tokens = logprobs?.map((place) => place.map(({ token }) => token));
  const isTold = tokens?.flat().some((token) => outOf(token) !== token);
  const spoken = tokens?.map(([token]) => token).join('') ?? '';
  const clean: ChatReply = {
    text: text === null ? null : outOf(text),
    usage,
    // A key in them is in pieces.
    logprobs: isTold || outOf(spoken) !== spoken ? undefined : logprobs,
    model: model !== undefined && isAsked(model) ? model : out(model),
    id: out(reply.id),
    finish: out(reply.finish),
    ...(isBatch !== undefined && { isBatch }),
  };
  const answer = read(reply);
  if (read(clean) === answer) return clean;
  if (typeof answer === 'string') return { ...clean, text: '' };
  return { ...clean, text: answers.kind === 'labels' ? answers.texts[answer] : String(answer) };
}
