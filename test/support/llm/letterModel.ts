import { random } from '../../../lib/stats/index.js';
import type { Said, Speaker } from './speaker.js';

/** Letters that a letter is told by. */
const ORDER = 4;

/** What follows a context, and how often. */
interface Followers {
  all: number;
  readonly counts: Map<string, number>;
}

/**
 * A language model of letters: the next one by the four before it, or by fewer where these are new.
 *
 * @see Witten and Bell, "The Zero-Frequency Problem", IEEE Transactions on Information Theory, 1991: method C
 */
class LetterModel {
  private readonly after = new Map<string, Followers>();

  learn(text: string): void {
    for (let at = ORDER; at < text.length; at++) {
      for (let order = 0; order <= ORDER; order++) {
        const context = text.slice(at - order, at);
        const followers = this.after.get(context) ?? { all: 0, counts: new Map<string, number>() };
        this.after.set(context, followers);
        followers.all++;
        followers.counts.set(text[at], (followers.counts.get(text[at]) ?? 0) + 1);
      }
    }
  }

  /** The natural logarithm of a text's probability. */
  logProbability(text: string): number {
    let sum = 0;
    for (let at = ORDER; at < text.length; at++)
      sum += Math.log(this.next(text.slice(at - ORDER, at), text[at]));
    return sum;
  }

  private next(context: string, letter: string): number {
    const less: number = context === '' ? 1 / 256 : this.next(context.slice(1), letter);
    const followers = this.after.get(context);
    if (followers === undefined) return less;
    const { all, counts } = followers;
    return ((counts.get(letter) ?? 0) + counts.size * less) / (all + counts.size);
  }
}

/**
 * A small real model that samples: a language model of letters for each label, trained on texts, says a label by how well it
 * foretells a text. At a temperature it flips, most where it is least sure, as large ones do.
 */
export class SampledLabels {
  private readonly models = new Map<string, LetterModel>();
  /** Of texts that were asked about before. */
  private readonly known = new Map<string, Record<string, number>>();

  /** @param temperature divides log-odds; 0: the likeliest label always */
  constructor(
    texts: readonly string[],
    labels: readonly string[],
    private readonly temperature: number,
    private readonly seed: number,
  ) {
    texts.forEach((text, i) => {
      const model = this.models.get(labels[i]) ?? new LetterModel();
      this.models.set(labels[i], model);
      model.learn(text);
    });
  }

  probabilities(text: string): Readonly<Record<string, number>> {
    const known = this.known.get(text) ?? this.foretold(text);
    this.known.set(text, known);
    return known;
  }

  private foretold(text: string): Record<string, number> {
    const { temperature } = this;
    const scores = [...this.models].map(([label, model]) => [label, model.logProbability(text)] as const);
    const best = Math.max(...scores.map(([, score]) => score));
    const weights = scores.map(([label, score]) => {
      // Letters depend on each other, so that the sum is far too sure.
      const odds = (score - best) / Math.sqrt(text.length);
      return [label, temperature === 0 ? Number(score === best) : Math.exp(odds / temperature)] as const;
    });
    const all = weights.reduce((sum, [, weight]) => sum + weight, 0);
    return Object.fromEntries(weights.map(([label, weight]) => [label, weight / all]));
  }

  /** Says a label of the text that `textIn` finds in the last message: another draw each time it is asked. */
  speaker(textIn: (content: string) => string): Speaker {
    return (messages, n): Said => {
      const text = textIn(messages[messages.length - 1].content);
      const probabilities = this.probabilities(text);
      let left = random(`${this.seed} ${n} ${text}`).uniform();
      for (const [label, probability] of Object.entries(probabilities)) {
        left -= probability;
        if (left < 0) return { text: label, probabilities };
      }
      return { text: Object.keys(probabilities)[0], probabilities };
    };
  }
}
