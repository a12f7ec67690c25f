import { member } from '../../../lib/util/member.js';
import type { Secrets } from '../../../lib/util/secrets.js';

/**
 * Learns the keys of a model of the AI SDK: its providers keep the headers of their requests, or what makes them, in `config`.
 * Call it after a request: what makes headers has then done so before. Where a provider keeps them elsewhere nothing is learnt,
 * and the user names them by `secrets`.
 *
 * @see Vercel, AI SDK 7, `@ai-sdk/openai`, `config.headers`
 */
export async function learnSdkKeys(model: unknown, secrets: Secrets): Promise<void> {
  const config = member(model, 'config');
  const headers = member(config, 'headers');
  try {
    const given: unknown = await (typeof headers === 'function' ? headers.call(config) : headers);
    if (typeof given === 'object' && given !== null) secrets.addHeaders(given);
  } catch {
    // Its own request says what is wrong with them.
  }
}
