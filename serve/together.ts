import type { LoadedModel, ModelKey, Slice } from './executor.js';

/** A model in the mode in which it answers. */
export interface GroupMember {
  readonly model: LoadedModel;
  readonly mode: number;
}

/**
 * Models that answer the same rows in one slice, so that features which they share are computed once. To a scheduler they are one
 * model, whose answers hold those of the others.
 */
export class Group {
  /** As a scheduler takes it. */
  readonly model: LoadedModel;

  constructor(readonly members: readonly [GroupMember, ...GroupMember[]]) {
    const [{ model: first }] = members;
    const costs = members.map(({ model, mode }) => model.modes[Math.max(0, mode)].cost);
    const cost = {
      call: costs.reduce((sum, { call }) => sum + call, 0),
      row: costs.reduce((sum, { row }) => sum + row, 0),
      wait: Math.max(...costs.map(({ wait }) => wait)),
    };
    this.model = { ...first, key: Group.keyOf(members), modes: [{ ...first.modes[0], cost }] };
  }

  static keyOf(members: readonly GroupMember[]): ModelKey {
    return JSON.stringify(members.map(({ model, mode }) => [model.key, mode]));
  }

  /** Runs a slice of the group as one of its models. */
  run<Started>(slice: Slice, run: (slice: Slice) => Started): Started {
    const [first, ...others] = this.members.map(({ model, mode }) => ({ model: model.key, mode }));
    return run({ ...slice, ...first, others });
  }
}
