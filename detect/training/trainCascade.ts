import { OptionError } from '../../lib/errors.js';
import { systemTimer, type Timer } from '../../lib/util/timer.js';
import { imageDigest } from '../image/index.js';
import type { CascadeFeatures, CascadeModel } from '../model/index.js';
import { type End, type EndReason, endOf, type NegativesWanted, negativesWanted } from './end.js';
import { collectFalsePositives, type FalsePositives, readImages, WindowSet } from './examples/index.js';
import { featurePool, poolSize } from './featurePool.js';
import { passesAll, runModel, withStage } from './grownModel.js';
import type { Binned } from './growTree.js';
import { type HitCount, hitCount } from './hits.js';
import { type DetectorMaterial, detectorMaterial } from './material.js';
import { checkMemory } from './memory.js';
import { type TrainingOptions, trainingOptions } from './options.js';
import { Pacer } from './pacer.js';
import type { StageRow, TrainingProgress } from './progress.js';
import { LEAST_WORK, type SplitSearch, searchHere, searchOnThreads } from './splitSearch.js';
import { plainModel, resumedModel, type TrainingState } from './state.js';
import { type TrainedStage, trainStage } from './trainStage.js';
import { type TrainingWarning, trainingWarnings } from './warnings.js';

/** A cascade that was trained. */
export interface TrainedCascade {
  readonly model: CascadeModel;
  readonly reason: EndReason;
  /** The reason in a sentence. */
  readonly message: string;
  readonly table: readonly StageRow[];
  /** Of all stages together. */
  readonly hits: HitCount;
  readonly warnings: readonly TrainingWarning[];
  /** Digests of all images that were read: they certify nothing of it. */
  readonly used: readonly number[];
  /** Goes on from here as `resume`, with more stages or more negatives. */
  readonly state: TrainingState;
}

type Checked = ReturnType<typeof trainingOptions>;

/**
 * Trains a cascade: see `trainDetector`.
 *
 * @param leastWork features times rows of a node for which threads are used
 */
export async function trainCascade(
  options: TrainingOptions,
  timer: Pick<Timer, 'now'> = systemTimer,
  leastWork = LEAST_WORK,
): Promise<TrainedCascade> {
  const checked = trainingOptions(options);
  checked.signal?.throwIfAborted();
  const material = detectorMaterial(checked);
  const training = new Training(checked, material, new Pacer(timer, checked.signal), leastWork);
  return training.run();
}

/** A training under way: the stages so far are all that it keeps from one stage to the next. */
class Training {
  private readonly features: CascadeFeatures;
  private readonly identity: string;
  private readonly wanted: NegativesWanted;
  private readonly neededValidation: number;
  /** Of every stage: its memory is made once. */
  private splitSearch: SplitSearch | undefined;
  private model: CascadeModel | undefined;
  private table: readonly StageRow[] = [];
  private perImage: readonly [number, number];
  private readonly used: Set<number>;
  /** Digests of the images whose objects trained it or chose thresholds, those of the resumed training among them. */
  private readonly chosen: Set<number>;
  private readonly testPositives: readonly Uint8Array[];
  private readonly begun: number;
  private readonly resumedStages: number;

  constructor(
    private readonly options: Checked,
    private readonly material: DetectorMaterial,
    private readonly pacer: Pacer,
    private readonly leastWork: number,
  ) {
    const { kind, haar, seed, features: count, depth, augment, resume } = options;
    const { width, height, positives } = material;
    this.wanted = negativesWanted(options.negativesPerStage, positives.length);
    const { needed } = this.wanted;
    this.neededValidation = options.validationNegatives ?? needed;
    const spec = { kind, haar, width, height, count, seed };
    checkMemory([width, height], poolSize(spec), count, positives.length + needed);
    this.identity = JSON.stringify({ ...spec, depth, augment });
    this.perImage = [imageShare(needed), imageShare(this.neededValidation)];
    if (resume !== undefined) {
      this.model = resumedModel(resume, this.identity);
      this.table = resume.table;
      this.perImage = resume.perImage;
    }
    this.used = new Set([...(resume?.used ?? []), ...material.used]);
    this.chosen = new Set([...(resume?.chosen ?? []), ...material.chosen]);
    this.testPositives = material.testPositives.flatMap(({ window, digest }) =>
      this.chosen.has(digest) ? [] : [window],
    );
    this.features = featurePool(spec);
    this.begun = pacer.now();
    this.resumedStages = this.table.length;
  }

  async run(): Promise<TrainedCascade> {
    const { stages } = this.options;
    while (this.table.length < stages) {
      const end = await this.stage();
      if (end !== undefined) return this.result(...end);
    }
    return this.result('stages', `all ${stages} stages are trained`);
  }

  private result(reason: EndReason, message: string): TrainedCascade {
    const { model, table } = this;
    if (model === undefined) throw new OptionError('negatives', `no stage could be trained: ${message}`);
    const hits = hitCount(this.survivors(this.testPositives).length, this.testPositives.length);
    const state = this.state(model);
    return { model, reason, message, table, hits, warnings: this.warnings(), used: [...this.used], state };
  }

  private state(model: CascadeModel): TrainingState {
    const { identity, table, perImage } = this;
    const digests = { used: [...this.used], chosen: [...this.chosen] };
    return { version: 2, options: identity, model: plainModel(model), table, perImage, ...digests };
  }

  /** Trains one stage more; returns why if there is none. */
  private async stage(): Promise<End | undefined> {
    const { options, material, model, pacer } = this;
    const { kind, depth, hitRate, falseAlarmRate, maxWeak } = options;
    const number = this.table.length + 1;
    this.report('negatives', this.table);
    const negatives = await this.collect('training', number);
    const validation = await this.collect('validation', number);
    const { wanted, neededValidation } = this;
    const rate = model === undefined ? undefined : options.falsePositiveRate;
    const end = endOf(negatives, wanted, validation, neededValidation, rate);
    if (end !== undefined) return end;
    const surviving = this.survivors(material.positives);
    const validationPositives = this.survivors(material.validationPositives);
    if (surviving.length === 0 || validationPositives.length === 0) {
      return ['stalled', 'the stages so far pass no object'];
    }
    const testPositives = this.survivors(this.testPositives);
    const fitted = [...surviving, ...negatives.windows];
    const isShared = options.threads !== undefined;
    const windows = new WindowSet(fitted, material.width, material.height, isShared);
    this.report('features', this.table);
    this.splitSearch ??= this.searchFor();
    const { histograms, findSplit } = this.splitSearch;
    await this.splitSearch.bin(windows);
    const { features } = this;
    const binned: Binned = { kind, features, windows, positives: surviving.length, histograms };
    const task = {
      binned,
      validationPositives: this.setOf(validationPositives),
      validationNegatives: this.setOf(validation.windows),
      testPositives: this.setOf(testPositives),
      ...{ depth, hitRate, falseAlarmRate, maxWeak },
    };
    const rowOf = (stage: TrainedStage): StageRow => ({
      stage: number,
      weak: stage.trees.length,
      hits: stage.hits,
      validationHits: stage.validationHits,
      falseAlarms: stage.falseAlarms,
      positives: surviving.length,
      negatives: negatives.windows.length,
      validationPositives: validationPositives.length,
      testPositives: testPositives.length,
      validationNegatives: validation.windows.length,
      visited: negatives.visited,
      acceptance: negatives.passed / negatives.visited,
    });
    let trained: TrainedStage | undefined;
    for await (const stage of trainStage(task, findSplit)) {
      trained = stage;
      this.report('boosting', [...this.table, rowOf(stage)]);
      await pacer.pause();
    }
    if (trained === undefined)
      return ['stalled', `no feature tells objects from negatives at stage ${number}`];
    const shape = { kind, width: material.width, height: material.height };
    this.model = withStage(model, shape, trained.trees, trained.threshold, this.features);
    this.table = [...this.table, rowOf(trained)];
    this.perImage = [negatives.perImage, validation.perImage];
    this.report('stage', this.table, this.state(this.model));
    return undefined;
  }

  /** False positives of the stages so far. */
  private collect(role: 'training' | 'validation', stage: number): Promise<FalsePositives> {
    const { options, material, pacer, model } = this;
    const { kind, seed, scaleFactor, maxWindows, falsePositiveRate } = options;
    const { width, height } = material;
    const isTraining = role === 'training';
    const { source, chosen, option } = isTraining ? material.negatives : material.validationNegatives;
    const streamSeed = JSON.stringify([seed, role, stage]);
    const search = {
      model: model ?? passesAll({ kind, width, height }),
      needed: isTraining ? this.wanted.needed : this.neededValidation,
      perImage: this.perImage[isTraining ? 0 : 1],
      ...{ scaleFactor, maxWindows, seed: streamSeed },
      rate: isTraining && model !== undefined ? falsePositiveRate : 0,
    };
    const { used } = this;
    const open = async function* () {
      for await (const placed of readImages(option, source, streamSeed, chosen, options.signal)) {
        used.add(imageDigest(placed.image));
        yield placed;
      }
    };
    return collectFalsePositives(search, open, pacer);
  }

  private setOf(windows: readonly Uint8Array[]): WindowSet {
    return new WindowSet(windows, this.material.width, this.material.height);
  }

  private survivors(windows: readonly Uint8Array[]): Uint8Array[] {
    const { passes } = runModel(this.model, this.setOf(windows));
    return windows.filter((_, i) => passes[i] === 1);
  }

  private searchFor(): SplitSearch {
    const { features, options, pacer, leastWork } = this;
    const { kind, threads, signal } = options;
    const rows = this.material.positives.length + this.wanted.needed;
    if (threads === undefined) return searchHere(kind, features, rows, pacer);
    return searchOnThreads(threads, kind, features, rows, signal, leastWork);
  }

  private warnings(): TrainingWarning[] {
    const { material, testPositives, table, options } = this;
    const { positives, validationPositives } = material;
    const fitted = options.augment === undefined ? positives.length : undefined;
    return trainingWarnings(fitted, validationPositives.length, testPositives.length, table, options);
  }

  private report(step: TrainingProgress['step'], table: readonly StageRow[], state?: TrainingState): void {
    const { options, pacer, resumedStages } = this;
    if (options.onProgress === undefined) return;
    const { stages } = options;
    const seconds = (pacer.now() - this.begun) / 1_000;
    const done = this.table.length - resumedStages;
    const secondsLeft = done > 0 ? (seconds / done) * (stages - this.table.length) : undefined;
    const stage = Math.min(stages, step === 'stage' ? this.table.length : this.table.length + 1);
    options.onProgress({
      step,
      stage,
      stages,
      table,
      warnings: this.warnings(),
      seconds,
      secondsLeft,
      state,
    });
  }
}

/** How many negatives are taken of an image at first: 64 images or more are wanted. */
function imageShare(needed: number): number {
  return Math.ceil(needed / 64);
}
