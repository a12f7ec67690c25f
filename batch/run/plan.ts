import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  flag,
  list,
  naturalNumber,
  object,
  oneOf,
  optional,
  record,
  type Shape,
  text,
} from '../../lib/data/artifact/index.js';
import type { ColumnType, TextEncoding } from '../../lib/data/tables/index.js';
import { RunError } from '../../lib/errors.js';
import type { FormatName } from '../formats/index.js';
import type { Identity } from '../model/index.js';
import { type BatchInput, type Unit, unitKey, unitsIn } from '../units/index.js';
import { unitsText } from './manifest.js';
import { commitRecord, readRecord } from './records.js';

/** What outputs depend on beside the model and the rows. */
export interface OutputOptions {
  readonly format: FormatName;
  readonly key?: string | undefined;
  readonly prefix?: string | undefined;
  readonly scores: boolean;
  readonly errors: 'exit' | 'column';
  readonly onFault: 'throw' | 'degrade';
  /** Of CSV files. */
  readonly delimiter?: string | undefined;
  /** Of CSV files and JSON lines; UTF-8 isn't said. */
  readonly encoding?: TextEncoding | undefined;
  readonly types?: Readonly<Record<string, ColumnType>> | undefined;
  /** Rows of a unit. */
  readonly rows: number;
  /** What is claimed of a batch that is certified as a whole, and its seed, as JSON. */
  readonly claim?: string | undefined;
}

/** What answers depend on. Engines give the same bits (decision 52), so they are no part of it. */
export type RunModel = Omit<Identity, 'engine'>;

/** A run as its folder has it: all units, whichever shard they are of. */
export interface RunPlan {
  readonly version: 1;
  readonly model: RunModel;
  readonly options: OutputOptions;
  readonly inputs: readonly Omit<BatchInput, 'path' | 'stamp'>[];
  /** `input` is a position among the inputs. */
  readonly units: readonly (Pick<Unit, 'key' | 'from' | 'to' | 'edges' | 'rows'> & {
    readonly input: number;
  })[];
}

const outputShapes: { readonly [Name in keyof OutputOptions]-?: Shape<OutputOptions[Name]> } = {
  format: oneOf('arrow', 'jsonl'),
  key: optional(text),
  prefix: optional(text),
  scores: flag,
  errors: oneOf('exit', 'column'),
  onFault: oneOf('throw', 'degrade'),
  delimiter: optional(text),
  encoding: optional(oneOf('latin1', 'windows-1252', 'utf-16', 'utf-16le', 'utf-16be')),
  types: optional(record(oneOf('text', 'number', 'boolean', 'date'))),
  rows: naturalNumber,
  claim: optional(text),
};
const OPTIONS = Object.keys(outputShapes).filter(isOption);

function isOption(name: string): name is keyof OutputOptions {
  return name in outputShapes;
}

const format = oneOf('parquet', 'arrow', 'csv', 'jsonl');
const runPlan: Shape<RunPlan> = object<RunPlan>({
  version: (value, place) => {
    if (naturalNumber(value, place) === 1) return 1;
    throw new RunError(
      'other',
      `this run's folder has version ${value}, and this release of spillway writes 1`,
    );
  },
  model: object({ artifact: text, features: text, spillway: text }),
  options: object<OutputOptions>(outputShapes),
  inputs: list(object({ name: text, format, size: naturalNumber, identity: text })),
  units: list(
    object({
      ...{ key: text, input: naturalNumber },
      ...{ from: naturalNumber, to: naturalNumber, edges: text, rows: naturalNumber },
    }),
  ),
});

export const PLAN = 'plan.json';

/** @throws RunError `damaged`, or `other` for a version that this release can't read */
export async function readPlan(folder: string): Promise<RunPlan | undefined> {
  const plan = await readRecord(join(folder, PLAN), runPlan);
  const purpose = plan && purposeOf(plan.model, plan.options);
  // Keys are names of files, so none is taken as it stands.
  for (const { key, input, from, to, edges } of plan?.units ?? [])
    if (
      plan?.inputs[input] === undefined ||
      key !== unitKey(purpose ?? '', plan.inputs[input], { from, to, edges })
    )
      throw new RunError(
        'damaged',
        `'${join(folder, PLAN)}' is damaged: its units aren't those of its inputs`,
      );
  return plan;
}

/**
 * The units of a run: as its folder has them if it is there, which needs no look at rows; else as inputs give them.
 *
 * @throws RunError `other`, naming what differs from the run that the folder holds; what `unitsIn` throws
 */
export async function plannedUnits(
  folder: string,
  model: RunModel,
  options: OutputOptions,
  inputs: readonly BatchInput[],
): Promise<readonly Unit[]> {
  const found = await readPlan(folder);
  if (found !== undefined) return unitsAs(folder, found, model, options, inputs);
  const units = await planUnits(model, options, inputs);
  const plan = planOf(model, options, inputs, units);
  await mkdir(folder, { recursive: true });
  const { outcome } = await commitRecord(
    folder,
    PLAN,
    unitsText(plan, (unit) => JSON.stringify(unit)),
  );
  if (outcome !== 'different') return units;
  const other = await readPlan(folder);
  return other === undefined ? units : unitsAs(folder, other, model, options, inputs);
}

/** Units before anything is written. */
export function planUnits(
  model: RunModel,
  options: OutputOptions,
  inputs: readonly BatchInput[],
): Promise<Unit[]> {
  const { rows, delimiter, encoding } = options;
  return unitsIn(inputs, { purpose: purposeOf(model, options), rows, delimiter, encoding });
}

function purposeOf({ artifact, features, spillway }: RunModel, options: OutputOptions): string {
  return JSON.stringify([artifact, features, spillway, ...OPTIONS.map((name) => options[name])]);
}

function planOf(
  { artifact, features, spillway }: RunModel,
  options: OutputOptions,
  inputs: readonly BatchInput[],
  units: readonly Unit[],
): RunPlan {
  const at = new Map(inputs.map((input, i) => [input, i]));
  return {
    version: 1,
    model: { artifact, features, spillway },
    options,
    inputs: inputs.map(({ name, format, size, identity }) => ({ name, format, size, identity })),
    units: units.map(({ key, input, from, to, edges, rows }) => ({
      key,
      input: at.get(input) ?? 0,
      from,
      to,
      edges,
      rows,
    })),
  };
}

function unitsAs(
  folder: string,
  plan: RunPlan,
  model: RunModel,
  options: OutputOptions,
  inputs: readonly BatchInput[],
): Unit[] {
  const other = (what: string) =>
    new RunError('other', `'${folder}' holds another run: ${what}. Name another folder by --out`);
  for (const part of ['artifact', 'features', 'spillway'] as const)
    if (plan.model[part] !== model[part])
      throw other(`its ${part} is ${plan.model[part]}, and this one's ${model[part]}`);
  for (const name of OPTIONS) {
    const [was, is] = [plan.options[name], options[name]].map(
      (value) => JSON.stringify(value) ?? 'not given',
    );
    if (was !== is) throw other(`its option ${name} is ${was}, and this one's ${is}`);
  }
  const before = new Map(plan.inputs.map((input) => [input.name, input]));
  for (const { name, identity } of inputs) {
    if (!before.has(name)) throw other(`it has no input ${name}`);
    if (before.get(name)?.identity !== identity) throw other(`its input ${name} had another content`);
  }
  const names = new Map(inputs.map((input) => [input.name, input]));
  const gone = plan.inputs.find(({ name }) => !names.has(name));
  if (gone !== undefined) throw other(`it has the input ${gone.name} too`);
  return plan.units.flatMap(({ input, ...unit }, index) => {
    const at = names.get(plan.inputs[input].name);
    return at === undefined ? [] : [{ ...unit, index, input: at }];
  });
}
