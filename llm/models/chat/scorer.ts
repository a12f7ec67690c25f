import { ModelError, ServerError } from '../../../lib/errors.js';
import type { ScoreContext } from '../../../lib/learn/learners/index.js';
import type { AskContext, Asker, ChatQuestion, ChatReply } from '../asking/index.js';
import { isOfQuestion } from '../providers/index.js';
import type { AnswerKind } from './answers.js';
import { newCounts } from './counts.js';
import type { ModelIdentity } from './identity.js';
import type { ReplyReader, Unparsed } from './parse.js';
import type { RoundProgress } from './progress.js';
import { checkLabelsNamed, onceMore, type Questions } from './questions.js';
import { ReplyIds } from './replyIds.js';
import { softLabels } from './softLabels.js';

/** Rows whose messages are looked at for the labels. */
const LOOKED_AT = 20;

/** What a chat model is put together from. */
export interface ChatParts {
  readonly name: string;
  readonly answers: AnswerKind;
  readonly read: ReplyReader;
  readonly asker: Asker;
  /** Whether rounds are asked about as a whole, before any row is scored. */
  readonly asksAhead: boolean;
  readonly questions: Questions;
  readonly identity: ModelIdentity;
  readonly progress: RoundProgress;
  /** The class, or the number, of rows whose answer is none; undefined: they have NaN. */
  readonly unparsed: number | undefined;
  readonly labelsInPrompt: boolean;
  readonly logprobs: boolean;
}

/** A question about a row, by its position. */
interface Asked {
  readonly row: number;
  readonly question: ChatQuestion;
}

interface NoAnswer extends Asked {
  readonly why: Unparsed;
}

function askedOnceMore({ row, question }: Asked): Asked {
  return { row, question: onceMore(question) };
}

/** Asks about rows, reads the answers and writes their scores. */
export class ChatScorer {
  readonly counts = newCounts();
  private readonly ids: ReplyIds;
  private isChecked = false;
  private lastRefusal: string | undefined;

  constructor(private readonly parts: ChatParts) {
    this.ids = new ReplyIds(parts.name);
  }

  /** In words why rows have no scores; undefined while all have some. */
  get unscored(): string | undefined {
    const { unparsed, refused } = this.counts;
    const none = unparsed.refusal + unparsed.cut + unparsed.other;
    const parts: string[] = [];
    if (none > 0) {
      parts.push(
        `unparsed: ${none} answers, asked for twice, are none (${unparsed.refusal} refusals, ${unparsed.cut} cut at ` +
          `'maxTokens', ${unparsed.other} other texts); say by 'unparsed' what such rows are`,
      );
    }
    if (refused > 0) parts.push(`refused: ${refused} rows (${this.lastRefusal})`);
    return parts.length === 0 ? undefined : parts.join('; ');
  }

  /**
   * Checks all rows of a round before any is asked about, and asks, where rounds go as a whole: scoring then finds the answers.
   *
   * @throws ModelError that names the row
   */
  async readAhead(
    rows: readonly unknown[],
    { signal, onRetry, onSpend, ask = 0 }: ScoreContext,
  ): Promise<void> {
    const { questions, progress, name, asksAhead, asker } = this.parts;
    const asked: Asked[] = [];
    rows.forEach((each, row) => {
      const messages = questions.messages(each, row);
      const why = questions.tooLong(messages);
      if (why !== undefined) throw new ModelError(name, why, { row });
      if (asksAhead) asked.push({ row, question: questions.question(messages, ask) });
    });
    this.checkNamed(rows);
    progress.plan(rows.length);
    if (!asksAhead) return;
    const context = { signal, onRetry, onSpend, isRound: true };
    const askAll = async (some: readonly Asked[]): Promise<Asked[]> => {
      if (some.length === 0) return [];
      const outcomes = await asker.ask(
        some.map(({ question }) => question),
        context,
      );
      return some.filter(({ row }, i) => {
        const outcome = outcomes[i];
        if (outcome.kind === 'reply') return typeof this.parts.read(outcome.reply) === 'string';
        // One that is refused is met again, by itself, when its row is scored.
        if (!isOfQuestion(outcome.error)) this.lose(outcome.error, row);
        return false;
      });
    };
    await askAll((await askAll(asked)).map(askedOnceMore));
  }

  /** Rows x classes, or a number a row; NaN where there is no answer. */
  async score(rows: readonly unknown[], out: Float64Array, context: ScoreContext): Promise<void> {
    const { signal, onRetry, onSpend } = context;
    signal?.throwIfAborted();
    this.checkNamed(rows);
    out.fill(Number.NaN);
    const asked = this.toAsk(rows, context.ask ?? 0);
    this.counts.asked += asked.length;
    const onProgress = this.parts.progress.call(rows.length);
    const open = await this.ask(asked, out, { signal, onRetry, onSpend, onProgress });
    if (open.length === 0) return;
    // Once more: what was no answer may be one the next time.
    this.counts.retried += open.length;
    onRetry?.(open.length);
    for (const { row, why } of await this.ask(open.map(askedOnceMore), out, { signal, onRetry, onSpend })) {
      this.counts.unparsed[why]++;
      if (this.parts.unparsed !== undefined) this.write(row, this.parts.unparsed, out);
    }
  }

  private toAsk(rows: readonly unknown[], ask: number): Asked[] {
    const { questions, name } = this.parts;
    const asked: Asked[] = [];
    for (let row = 0; row < rows.length; row++) {
      const messages = questions.messages(rows[row], row);
      const why = questions.tooLong(messages);
      if (why === undefined) asked.push({ row, question: questions.question(messages, ask) });
      // Where nothing was answered yet it is seen before money is spent.
      else if (this.counts.parsed === 0) throw new ModelError(name, why, { row });
      else this.refuse(why);
    }
    return asked;
  }

  /** @returns those whose answers are none */
  private async ask(asked: readonly Asked[], out: Float64Array, context: AskContext): Promise<NoAnswer[]> {
    if (asked.length === 0) return [];
    const all = asked.map(({ question }) => question);
    const outcomes = await this.parts.asker.ask(all, context);
    // Rows of one text share a reply.
    for (const reply of new Set(outcomes.flatMap((each) => (each.kind === 'reply' ? [each.reply] : [])))) {
      this.count(reply);
    }
    const open: NoAnswer[] = [];
    outcomes.forEach((outcome, i) => {
      if (outcome.kind !== 'reply') return;
      const why = this.hear(asked[i], outcome.reply, out);
      if (why !== undefined) open.push({ ...asked[i], why });
    });
    outcomes.forEach((outcome, i) => {
      if (outcome.kind === 'failed') this.lose(outcome.error, asked[i].row);
    });
    return open;
  }

  private count({ usage }: ChatReply): void {
    if (usage === undefined) return;
    const { tokens } = this.counts;
    tokens.input += usage.input;
    tokens.cached += usage.cached;
    tokens.output += usage.output;
  }

  /** @returns why a reply is no answer; undefined where its scores are written */
  private hear({ question, row }: Asked, reply: ChatReply, out: Float64Array): Unparsed | undefined {
    const { identity, answers, logprobs, read } = this.parts;
    identity.hear(reply.model);
    this.ids.hear(question, reply);
    const found = read(reply);
    if (typeof found === 'string') return found;
    this.counts.parsed++;
    const soft = answers.kind === 'labels' && logprobs ? softLabels(reply, answers.texts, found) : undefined;
    this.write(row, found, out, soft);
    return undefined;
  }

  private write(row: number, answer: number, out: Float64Array, soft?: Float64Array): void {
    const { answers } = this.parts;
    if (answers.kind === 'range') {
      out[row] = answer;
      return;
    }
    const width = answers.texts.length;
    out.fill(0, row * width, (row + 1) * width);
    if (soft === undefined) out[row * width + answer] = 1;
    else out.set(soft, row * width);
  }

  /** @throws the error, naming the row, unless it is about this row alone */
  private lose(error: unknown, row: number): void {
    if (isOfQuestion(error) && this.counts.parsed > 0) {
      this.refuse(error.message);
      return;
    }
    throw error instanceof ServerError ? error.of(row) : error;
  }

  private refuse(why: string): void {
    this.counts.refused++;
    this.lastRefusal = why;
  }

  private checkNamed(rows: readonly unknown[]): void {
    const { answers, labelsInPrompt, questions } = this.parts;
    if (this.isChecked || !labelsInPrompt || answers.kind !== 'labels' || rows.length === 0) return;
    const first = rows.slice(0, LOOKED_AT).map((row, at) => questions.messages(row, at));
    checkLabelsNamed(first, answers.texts);
    this.isChecked = true;
  }
}
