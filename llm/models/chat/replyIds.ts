import { ModelError } from '../../../lib/errors.js';
import type { ChatQuestion, ChatReply } from '../asking/index.js';

/** Names that are remembered. */
const MOST = 50_000;
/** Questions whose two answers have one name before it is a cache: Ollama draws names among 999. */
const ENOUGH = 2;

/**
 * Finds answers that come from a cache where a question is asked a second time on purpose: they have the other one's name, and
 * would make a model that flips look as if it never did.
 */
export class ReplyIds {
  private readonly known = new Map<string, Pick<ChatQuestion, 'key' | 'ask'>>();
  /** Questions whose two answers have one name. */
  private readonly alike = new Set<string>();
  /** Whether different questions had answers of one name: then names tell nothing. */
  private areShared = false;

  constructor(private readonly model: string) {}

  /** @throws ModelError for an answer from a cache */
  hear({ key, ask }: ChatQuestion, { id }: ChatReply): void {
    if (id === undefined || this.areShared) return;
    const before = this.known.get(id);
    if (before === undefined) {
      if (this.known.size >= MOST) this.known.delete(this.known.keys().next().value ?? '');
      this.known.set(id, { key, ask });
    } else if (before.key !== key) this.areShared = true;
    else if (before.ask !== ask && this.alike.add(key).size >= ENOUGH) {
      throw new ModelError(
        this.model,
        `answered a question that was asked a second time with its first answer (${id}): a cache stands between. Turn it off ` +
          'for these requests: how often the model disagrees with itself has to be seen',
      );
    }
  }
}
