import { ModelError } from '../../../errors.js';
import type { ChatQuestion, ChatReply } from '../asking/index.js';

/** Questions of which an answer's name is remembered. */
const MOST = 50_000;

/**
 * Finds answers that come from a cache where a question is asked a second time on purpose: they have the other one's name, and
 * would make a model that flips look as if it never did.
 */
export class ReplyIds {
  /** Of the time that a question was asked first, which isn't always the first on purpose. */
  private readonly known = new Map<string, { readonly ask: number; readonly id: string }>();
  private last: { readonly key: string; readonly id: string } | undefined;
  /** Whether different questions had answers of one name: then names tell nothing. */
  private areShared = false;

  constructor(private readonly model: string) {}

  /** @throws ModelError for an answer from a cache */
  hear({ key, ask }: ChatQuestion, { id }: ChatReply): void {
    if (id === undefined || this.areShared) return;
    const { last } = this;
    if (last !== undefined && last.key !== key && last.id === id) this.areShared = true;
    this.last = { key, id };
    const before = this.known.get(key);
    if (before === undefined) {
      if (this.known.size >= MOST) this.known.delete(this.known.keys().next().value ?? '');
      this.known.set(key, { ask, id });
    } else if (before.ask !== ask && before.id === id && !this.areShared) {
      throw new ModelError(
        this.model,
        `answered a question that was asked a second time with its first answer (${id}): a cache stands between. Turn it off ` +
          'for these requests: how often the model disagrees with itself has to be seen',
      );
    }
  }
}
