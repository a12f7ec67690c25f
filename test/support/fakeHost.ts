import { readFile } from 'node:fs/promises';
import type { Certificate } from '../../cascades/index.js';
import { ArtifactError } from '../../lib/errors.js';
import type { InputDeclaration } from '../../lib/protocol/messages/index.js';
import type {
  LoadedModel,
  ModelExecutor,
  ModelFiles,
  Running,
  ServedMode,
  Slice,
  SliceAnswer,
} from '../../serve/executor.js';
import { certificateOf, halfPlan } from './plans.js';

/** The text of a `model.cascade` that the fake host reads. */
export interface FakeArtifact {
  readonly certificate?: Partial<Certificate>;
  /** Of further modes. */
  readonly modes?: readonly Partial<Certificate>[];
  /** The class that it answers. @defaultValue 0 */
  readonly answer?: number;
  readonly held?: LoadedModel['held'];
  readonly restsOn?: number;
  readonly unchecked?: true;
  readonly inputs?: readonly InputDeclaration[];
  readonly kind?: LoadedModel['kind'];
}

const COST = { call: 1, row: 1, wait: 0 };

/** Holds what artifacts of JSON say, and answers as they say; a test may make loads and slices wait. */
export class FakeHost implements ModelExecutor {
  cores = 2;
  readonly loaded = new Map<string, LoadedModel>();
  readonly answers = new Map<string, number>();
  readonly sources: ModelFiles[] = [];
  readonly released: string[] = [];
  readonly slices: Slice[] = [];
  /** Runs after the files were read, before the load is over. */
  onLoad: (source: ModelFiles) => Promise<void> = async () => {};
  /** Replaces the answer of a slice. */
  onSlice: ((slice: Slice) => Promise<Partial<SliceAnswer>>) | undefined;
  /** Slices of models that aren't held: none, or something was released too early. */
  strays = 0;

  async load(source: ModelFiles): Promise<LoadedModel> {
    this.sources.push(source);
    const text = await readFile(source.artifact, 'utf8');
    await this.onLoad(source);
    let artifact: FakeArtifact;
    try {
      artifact = JSON.parse(text);
    } catch {
      throw new ArtifactError('damaged', `'${source.artifact}': the file is cut off`);
    }
    const own = certificateOf(artifact.certificate);
    const certificates = [own, ...(artifact.modes ?? []).map((terms) => certificateOf(terms))];
    const [first, ...further] = certificates.map(
      (certificate): ServedMode => ({
        epsilon: certificate.verdict === 'certified' ? certificate.epsilon : null,
        verdict: certificate.verdict,
        cost: COST,
        certificate,
        plan: halfPlan,
      }),
    );
    const model: LoadedModel = {
      key: source.key,
      labels: artifact.kind === undefined ? ['no', 'yes'] : [],
      kind: artifact.kind ?? 'classes',
      width: artifact.kind === undefined ? 2 : 1,
      modes: [first, ...further],
      inputs: artifact.inputs ?? [{ name: 'x', datatype: 'FP32', shape: [-1], as: 'text' }],
      restsOn: artifact.restsOn ?? 7,
      ...(artifact.unchecked && { unchecked: true }),
      held: artifact.held ?? [],
    };
    this.loaded.set(source.key, model);
    this.answers.set(source.key, artifact.answer ?? 0);
    return model;
  }

  async unload(key: string): Promise<void> {
    this.released.push(key);
    this.loaded.delete(key);
  }

  async close(): Promise<void> {}

  run(slice: Slice): Running {
    this.slices.push(slice);
    const answer = this.answer(slice);
    return { answer, yielded: answer.then(() => {}) };
  }

  private async answer(slice: Slice): Promise<SliceAnswer> {
    if (!this.loaded.has(slice.model)) this.strays++;
    const changes = await this.onSlice?.(slice);
    const { rows } = slice;
    const model = this.loaded.get(slice.model);
    const isFull = slice.mode === -1;
    return {
      answers: new Float64Array(rows).fill(this.answers.get(slice.model) ?? 0),
      scores: slice.scores ? new Float64Array(rows * 2).fill(0.5) : new Float64Array(),
      exits: new Uint8Array(rows).fill(isFull ? 1 : 0),
      degraded: new Uint8Array(rows),
      verdict: model?.modes[Math.max(0, slice.mode)]?.verdict ?? 'void',
      busyMs: 0.01,
      ...changes,
    };
  }
}
