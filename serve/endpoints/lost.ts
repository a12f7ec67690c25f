import { Health } from '../../cascades/internal.js';
import { DeadlineError } from '../../lib/errors.js';
import { RequestError } from '../../lib/protocol/messages/index.js';
import type { ModeAnswers } from '../audit/index.js';
import type { LoadedModel } from '../executor.js';
import { DroppedByLoad } from '../scheduling/index.js';

/**
 * Requests to a model that were lost once computing had begun: late, or with their thread. What is left is a
 * selection then, as in any outage, and a thread knows nothing of it. So it begins a spell in which answers aren't
 * certified; see `Health`.
 */
export class Lost {
  private readonly health = new Health(0);

  constructor(private readonly model: LoadedModel) {}

  /** @param deadline of the timer that `arrived` is of */
  watch(arrived: number, deadline = Number.POSITIVE_INFINITY): Watched {
    const { health, model } = this;
    const patience = deadline - arrived;
    let begun: number | undefined;
    return {
      isInSpell: () => health.isFailing(patience),
      started: () => {
        begun = health.begin(patience);
      },
      answered: (answer) => {
        const { verdict, exits } = answer;
        // Of no rows, or a ranker's: its promise is about queries, and nothing would end a spell.
        if (exits.length === 0) return answer;
        const hasLost = verdict === 'degraded';
        const full = fullRows(model, answer);
        const at = begun ?? health.begin(patience);
        const isOutside = health.isOutside(at, patience, { hasLost, full, rows: exits.length });
        return isOutside && verdict === 'certified' ? { ...answer, verdict: 'degraded' } : answer;
      },
      failed: (error) => {
        if (!(error instanceof RequestError) || error instanceof DroppedByLoad) return;
        if (error.reason === 'deadline') health.failed(patience, new DeadlineError(patience));
        else if (error.reason === 'internal' && begun !== undefined) health.failed(patience, error);
      },
    };
  }
}

/** A request, from when its first rows are computed. */
export interface Watched {
  started(): void;
  /** Whether a row that the full model answers in time would end a spell. */
  isInSpell(): boolean;
  /** The answer with the verdict that holds. */
  answered(answer: ModeAnswers): ModeAnswers;
  failed(error: unknown): void;
}

function fullRows({ modes }: LoadedModel, { exits, mode }: ModeAnswers): number {
  const past = modes[mode].plan?.stages.length;
  let full = 0;
  for (let i = 0; i < exits.length; i++) if (exits[i] === past) full++;
  return full;
}
