import { type Block, denseBlock } from '../../../lib/data/blocks/index.js';
import {
  asLastStep,
  type ComputeContext,
  type FeatureStep,
  type Fidelities,
  type FittedFeature,
  type RowView,
} from '../../../lib/features/define/index.js';
import type { State } from '../../../lib/util/state.js';

/** A fitted feature that several cascades hold: warmed once. */
export class SharedFeature implements FittedFeature<unknown> {
  readonly columns: number;
  readonly reportsRequests: boolean | undefined;
  readonly fidelities: Fidelities<unknown> | undefined;
  private warmed: Promise<Block | undefined> | undefined;

  /** @param isCompiled whether a feature of its kind was warmed before */
  constructor(
    private readonly own: FittedFeature<unknown>,
    private readonly isCompiled: () => boolean,
  ) {
    this.columns = own.columns;
    this.reportsRequests = own.reportsRequests;
    this.fidelities = own.fidelities && this.shared(own.fidelities);
  }

  /** Equal steps are one for all cascades, as the feature is: so is a cache in front of one. */
  private shared(own: Fidelities<unknown>): Fidelities<unknown> {
    const known = new Map<string, readonly FeatureStep<unknown>[]>();
    return {
      propose: (view, most) => own.propose(view, most),
      inSteps: (at) => {
        const key = JSON.stringify(at);
        const steps =
          known.get(key) ??
          own.inSteps(at).map((step, k) => {
            const fitted = new SharedFeature(step.fitted, this.isCompiled);
            return { ...step, fitted: k < at.length ? fitted : asLastStep(this, fitted) };
          });
        known.set(key, steps);
        return steps;
      },
    };
  }

  get empty(): string | undefined {
    return this.own.empty;
  }

  get octets(): number {
    return this.own.octets ?? 0;
  }

  get state(): State {
    return this.own.state;
  }

  compute(view: RowView<unknown>, context?: ComputeContext): Block | Promise<Block> {
    return this.own.compute(view, context);
  }

  /** @returns the block that warming up gave, each time */
  async warm(): Promise<Block> {
    this.warmed ??= (async () => this.own.warm?.(this.isCompiled()))();
    const block = await this.warmed;
    return block ?? denseBlock(1, this.columns, new Float32Array(this.columns));
  }

  counts() {
    return this.own.counts?.() ?? {};
  }
}
