import { selectRows } from '../../lib/data/blocks/index.js';
import { type Random, sample } from '../../lib/stats/index.js';
import { type FittedRound, type HeldOut, heldRounds, type StageTrainer } from '../training/index.js';

/**
 * The same trainer with stages that are judged on a random sample of the rows, where these are
 * more. What a stage answers is kept for each of these rows, some 50 bytes, and a search has
 * hundreds of stages. Models are fitted to the same rows as before.
 *
 * @param most rows to judge on, at least 2
 */
export function judgedOn(trainer: StageTrainer, most: number, random: Random): StageTrainer {
  const { full, split } = trainer;
  const { scored } = split;
  if (scored.length <= most) return trainer;
  const places = sample(scored.length, most, random.fork('judged rows'));
  const isJudged = new Uint8Array(trainer.blocks[0].rows);
  for (const place of places) isJudged[scored[place]] = 1;
  const kept = (rows: Int32Array) => Int32Array.from(rows.keys()).filter((i) => isJudged[rows[i]] === 1);
  const rounds = trainer.rounds.map((round): FittedRound => {
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
  return judgedAt({ ...trainer, full: { ...full, held } }, places, rounds, random);
}

/**
 * The same trainer in these rounds, judged on the scored rows at these places alone.
 *
 * @param rounds that score these rows
 */
export function judgedAt(
  trainer: StageTrainer,
  places: Int32Array,
  rounds: readonly FittedRound[],
  random: Random,
): StageTrainer {
  const { full, loss, split } = trainer;
  const { labels, origin, full: answers } = full.judged;
  const at = (values: Float64Array) => Float64Array.from(places, (place) => values[place]);
  return {
    ...trainer,
    rounds,
    held: heldRounds(rounds, random.fork('held')),
    split: { ...split, scored: places.map((place) => split.scored[place]) },
    full: {
      ...full,
      rounds,
      judged: {
        full: at(answers),
        labels: labels && at(labels),
        origin: origin && places.map((place) => origin[place]),
      },
    },
    loss: { ...loss, lost: (answer, row) => loss.lost(answer, places[row]) },
  };
}
