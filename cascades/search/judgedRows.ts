import { selectRows } from '../../lib/data/blocks/index.js';
import { type Random, sample } from '../../lib/stats/index.js';
import { type FittedRound, type HeldOut, heldRounds, type Judge, type Judging } from '../training/index.js';

/**
 * A random sample of the rows judges, where these are more. What a stage answers is kept for each of these rows, some
 * 50 bytes, and a search has hundreds of stages. Models are fitted to the same rows as before.
 *
 * @param most rows to judge on, at least 2
 */
export function judgedOn<By extends Judge>(judging: Judging<By>, most: number, random: Random): Judging<By> {
  const { full, scored } = judging;
  if (scored.length <= most) return judging;
  const places = sample(scored.length, most, random.fork('judged rows'));
  const isJudged = new Set(places.map((place) => scored[place]));
  const kept = (rows: Int32Array) => Int32Array.from(rows.keys()).filter((i) => isJudged.has(rows[i]));
  const rounds = judging.rounds.map((round): FittedRound => {
    const some = kept(round.score);
    return {
      ...round,
      score: some.map((i) => round.score[i]),
      blocks: { ...round.blocks, score: round.blocks.score.map((block) => selectRows(block, some)) },
    };
  });
  const held = full.held.map((each): HeldOut => {
    const some = kept(each.rows);
    const blocks = each.blocks.map((block) => selectRows(block, some));
    return { ...each, rows: some.map((i) => each.rows[i]), blocks };
  });
  return judgedAt({ ...judging, full: { ...full, held } }, places, rounds, random);
}

/**
 * In these rounds, the scored rows at these places alone judge.
 *
 * @param rounds that score these rows
 */
export function judgedAt<By extends Judge>(
  judging: Judging<By>,
  places: Int32Array,
  rounds: readonly FittedRound[],
  random: Random,
): Judging<By> {
  const { full, loss, scored } = judging;
  const { labels, origin, full: answers } = full.judged;
  const at = (values: Float64Array) => Float64Array.from(places, (place) => values[place]);
  return {
    ...judging,
    rounds,
    held: heldRounds(rounds, random.fork('held')),
    scored: places.map((place) => scored[place]),
    full: {
      ...full,
      judged: {
        full: at(answers),
        labels: labels && at(labels),
        origin: origin && places.map((place) => origin[place]),
      },
    },
    loss: { ...loss, lost: (answer, row) => loss.lost(answer, places[row]) },
  };
}
