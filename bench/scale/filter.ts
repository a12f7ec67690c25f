import { join } from 'node:path';
import { median } from 'simple-statistics';
import { atMost } from '../harness/checks.js';
import { interleave, medianRatio } from '../harness/measure.js';
import { runCommand } from './command.js';
import type { Figure, ScaleBench } from './figure.js';
import { SPILLWAY } from './programs.js';

export const FILTER = {
  arrow: 'filter: processor time by Arrow over a plain program',
  jsonl: 'filter: processor time by JSON lines over a plain program',
} as const;

/**
 * What `spillway score` takes beside a program that reads an Arrow file and predicts: processor time of the whole
 * process, its start included in both.
 */
export async function filterFigure({ quick, folder, program, log }: ScaleBench): Promise<Figure> {
  const model = join(folder, 'flights', '1');
  const arrows = join(folder, 'flights.arrows');
  const lines = join(folder, 'flights.jsonl');
  const filter = (format: string) => [...SPILLWAY, 'score', model, '--format', format];
  const output = join(folder, 'answers');
  const cpu: Record<'plain' | 'arrow' | 'jsonl', number[]> = { plain: [], arrow: [], jsonl: [] };
  const rounds = quick ? 1 : 3;
  log(`filter: ${rounds} rounds of a plain program, Arrow and JSON lines`);
  let rows = 0;
  await interleave(
    [
      async () => {
        const { cpuSeconds, stdout } = await runCommand([
          ...program('plain'),
          join(model, 'model.cascade'),
          arrows,
        ]);
        rows = Number(stdout);
        cpu.plain.push(cpuSeconds);
      },
      async () => cpu.arrow.push((await runCommand(filter('arrow'), { input: arrows, output })).cpuSeconds),
      async () => cpu.jsonl.push((await runCommand(filter('jsonl'), { input: lines, output })).cpuSeconds),
    ],
    rounds,
  );
  const us = (seconds: readonly number[]) => (1e6 * median([...seconds])) / rows;
  return {
    json: { rows, microsecondsARow: { plain: us(cpu.plain), arrow: us(cpu.arrow), jsonl: us(cpu.jsonl) } },
    checks: [
      atMost(FILTER.arrow, medianRatio(cpu.arrow, cpu.plain), 1.15),
      atMost(FILTER.jsonl, medianRatio(cpu.jsonl, cpu.plain), 2.5),
    ],
  };
}
