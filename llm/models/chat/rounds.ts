import { OptionError, ServerError } from '../../../lib/errors.js';
import type { Timer } from '../../../lib/util/timer.js';
import type { ChatReply, ChatSender } from '../asking/index.js';
import { type BatchEndpoint, type BatchRecords, batchSender, openAiBatches } from '../batches/index.js';
import { ProviderFault } from '../limits/index.js';
import type { RoundOptions } from '../paid/index.js';
import { type ChatProvider, EndpointProvider, readCompletion } from '../providers/index.js';

/** Rounds of fewer questions are asked at once. */
const LEAST = 50;

/**
 * Sends whole rounds by the batch API of an endpoint.
 *
 * @param clean takes keys out of a reply
 * @param live asks at once: one question before the first batch, and what batches leave, where that is wanted
 * @throws OptionError for a model that is behind no endpoint
 */
export function wholeRounds(
  provider: ChatProvider,
  clean: (reply: ChatReply) => ChatReply,
  live: ChatSender,
  { window, unanswered = 'next', least = LEAST, ...limits }: RoundOptions,
  { timer, random }: { readonly timer: Timer; readonly random: () => number },
): { readonly batches: (records: BatchRecords) => ChatSender; readonly leastRound: number } {
  if (!(provider instanceof EndpointProvider)) {
    throw new OptionError('batch', "is for an endpoint ('baseURL'): other ways to a model have no batch API");
  }
  const { name: model } = provider;
  const endpoint: BatchEndpoint = {
    send: (path, request, signal) =>
      provider.endpoint.send(path, request, signal).catch((error: unknown) => {
        throw error instanceof ProviderFault ? error.error : error;
      }),
  };
  const replyOf = (body: unknown) => {
    const reply = readCompletion(body);
    if (reply === undefined) throw provider.endpoint.malformed(JSON.stringify(body)).error;
    return clean(reply);
  };
  const sender = (records: BatchRecords) =>
    batchSender({
      model,
      api: openAiBatches({ model, endpoint, window }),
      records: {
        ...records,
        sent: async (batch, id) => {
          // It is kept, and asked for by itself: without the key nobody would find the batch.
          if (provider.outOf(id) !== id)
            throw new ServerError(model, 'malformed', 'its batch API gave a batch an id that holds the key');
          await records.sent(batch, id);
        },
      },
      bodyOf: ({ messages }) => provider.body(messages),
      replyOf,
      clean: (text) => provider.endpoint.clean(text),
      first: live,
      ...(unanswered === 'atOnce' && { rest: live }),
      timer,
      random,
      ...limits,
    });
  return { batches: sender, leastRound: least };
}
