import type { AuditCounts } from '../counts/index.js';
import type { DurationBuckets } from '../scheduling/index.js';
import { type LabelText, labelText, type MetricHead } from './exposition.js';
import type { ModelStatus } from './snapshot.js';
import type { ModelTotals } from './totals.js';

/** A value with the labels that it has beside its model's. */
type Sample = readonly [LabelText, number];

/** A metric: its values of one model. */
export interface ModelMetric<Model> extends MetricHead {
  samples(model: Model): readonly Sample[];
}

/** A histogram of durations. */
export interface ModelHistogram extends MetricHead {
  of(model: ModelTotals): DurationBuckets;
}

const one =
  <Model>(value: (model: Model) => number | null) =>
  (model: Model): readonly Sample[] => {
    const found = value(model);
    return found === null ? [] : [['', found]];
  };

const byName =
  <Model>(label: string, counts: (model: Model) => Readonly<Record<string, number>>) =>
  (model: Model): readonly Sample[] =>
    Object.entries(counts(model)).map(([name, count]) => [labelText({ [label]: name }), count]);

const byPosition =
  <Model>(label: string, counts: (model: Model) => readonly number[]) =>
  (model: Model): readonly Sample[] =>
    counts(model).map((count, position) => [`${label}="${position}"`, count]);

/** Samples of each group with its name before their own labels. */
const byGroup =
  (samples: (group: ModelTotals['groups'][string]) => readonly Sample[]) =>
  ({ groups }: ModelTotals): readonly Sample[] =>
    Object.entries(groups).flatMap(([name, group]) =>
      samples(group).map(([labels, value]): Sample => {
        const own = labelText({ group: name });
        return [labels === '' ? own : `${own},${labels}`, value];
      }),
    );

const ofAudit =
  (count: (counts: AuditCounts) => number) =>
  ({ audited }: ModelTotals): readonly Sample[] =>
    audited === null ? [] : [['', count(audited)]];

/** How models that answer are doing. */
export const GAUGES: readonly ModelMetric<ModelStatus>[] = [
  {
    name: 'spillway_model_certified',
    help: "Whether the promise that answers name is certified now: 0 also after an alarm of the audit, and while something fails or the audit's state can't be written",
    samples: one(({ promise, isDegraded }) => Number(promise.verdict === 'certified' && !isDegraded)),
  },
  {
    name: 'spillway_model_void',
    help: 'Whether the certificate is void: by an alarm of the audit, or since the model was loaded',
    samples: one(({ isVoid }) => Number(isVoid)),
  },
  {
    name: 'spillway_model_unsaved',
    help: "Whether the state of the audit can't be written, so that nothing is certified until it is",
    samples: one(({ isUnsaved }) => Number(isUnsaved)),
  },
  {
    name: 'spillway_model_unchecked',
    help: 'Whether loading had nothing to compare the features with, so that the certificate holds only for unchanged code',
    samples: one(({ unchecked }) => Number(unchecked)),
  },
  {
    name: 'spillway_model_epsilon',
    help: 'The largest expected loss that answers name now: of the mode that answers, or of all answers together',
    samples: one(({ promise }) => promise.epsilon),
  },
  {
    name: 'spillway_model_mode',
    help: 'The certified mode that answers under the present load, 0 the most conservative',
    samples: one(({ level }) => level),
  },
  {
    name: 'spillway_queue_requests',
    help: 'Requests that wait',
    samples: one(({ queue }) => queue.requests),
  },
  {
    name: 'spillway_queue_seconds',
    help: 'Expected processor time of what waits',
    samples: one(({ queue }) => queue.ms / 1000),
  },
  {
    name: 'spillway_in_flight',
    help: 'Slices of rows that are computed or wait for something elsewhere',
    samples: one(({ inFlight }) => inFlight),
  },
  {
    name: 'spillway_memory_bytes',
    help: 'Memory of weights, dictionaries and tables, held by the model alone or shared with others',
    samples: ({ memory }) => [
      ['held="own"', memory.own],
      ['held="shared"', memory.shared],
    ],
  },
];

/** What versions have counted since the server was started. */
export const COUNTERS: readonly ModelMetric<ModelTotals>[] = [
  {
    name: 'spillway_loads_total',
    help: 'Loads by result; failed also where the version was taken out since it ended threads again and again',
    samples: ({ loaded, failed }) => [
      ['result="loaded"', loaded],
      ['result="failed"', failed],
    ],
  },
  {
    name: 'spillway_requests_total',
    help: 'Requests by how they ended',
    samples: byName('outcome', ({ requests }) => ({ ...requests })),
  },
  {
    name: 'spillway_rows_total',
    help: 'Rows that were answered',
    samples: one(({ rows }) => rows),
  },
  {
    name: 'spillway_exits_total',
    help: 'Rows by the stage that answered them; one more than the last stage is the full model',
    samples: byPosition('stage', ({ exits }) => exits),
  },
  {
    name: 'spillway_full_model_rows_total',
    help: 'Rows of answered requests that the full model answered',
    samples: one(({ fullRows }) => fullRows),
  },
  {
    name: 'spillway_mode_rows_total',
    help: 'Rows by the certified mode that answered them',
    samples: byPosition('mode', ({ rowsByMode }) => rowsByMode),
  },
  {
    name: 'spillway_degraded_rows_total',
    help: 'Rows whose answers the certificate does not cover, since something that they needed failed',
    samples: one(({ degradedRows }) => degradedRows),
  },
  {
    name: 'spillway_verdict_rows_total',
    help: 'Rows of answered requests by the verdict of their answers',
    samples: byName('verdict', ({ verdicts }) => verdicts),
  },
  {
    name: 'spillway_group_verdict_rows_total',
    help: 'The same by the group that requests named',
    samples: byGroup(byName('verdict', ({ verdicts }) => verdicts)),
  },
  {
    name: 'spillway_group_exits_total',
    help: 'Rows of answered requests by group and by the stage that answered them',
    samples: byGroup(byPosition('stage', ({ exits }) => exits)),
  },
  {
    name: 'spillway_group_full_model_rows_total',
    help: 'Rows of answered requests that the full model answered, by group',
    samples: byGroup(one(({ fullRows }) => fullRows)),
  },
  {
    name: 'spillway_busy_seconds_total',
    help: 'Processor time that answers took',
    samples: one(({ busyMs }) => busyMs / 1000),
  },
  {
    name: 'spillway_audit_alarms_total',
    help: 'Alarms of the audit',
    samples: ({ audited, alarms }) => (audited === null ? [] : [['', alarms]]),
  },
  {
    name: 'spillway_audit_drawn_rows_total',
    help: 'Rows that were drawn for the audit',
    samples: ofAudit(({ drawn }) => drawn),
  },
  {
    name: 'spillway_audit_audited_rows_total',
    help: 'Drawn rows that left early and that the full model answered as well',
    samples: ofAudit(({ audited }) => audited),
  },
  {
    name: 'spillway_audit_differed_rows_total',
    help: 'Of those, rows whose answers differed',
    samples: ofAudit(({ differed }) => differed),
  },
  {
    name: 'spillway_audit_missed_rows_total',
    help: 'Drawn rows whose loss will never be known, each counted as the least',
    samples: ofAudit(({ missed }) => missed),
  },
  {
    name: 'spillway_audit_overdue_rows_total',
    help: 'Of those, rows of requests that were not waited for any longer',
    samples: ofAudit(({ overdue }) => overdue),
  },
  {
    name: 'spillway_audit_dropped_rows_total',
    help: 'Drawn rows whose label was given up, each counted as the least loss',
    samples: ofAudit(({ dropped }) => dropped),
  },
];

export const HISTOGRAMS: readonly ModelHistogram[] = [
  {
    name: 'spillway_latency_seconds',
    help: 'Time from arrival to answer, of answered requests',
    of: ({ latency }) => latency,
  },
  {
    name: 'spillway_wait_seconds',
    help: 'Time from arrival until the first rows are computed: reading the request, and waiting',
    of: ({ wait }) => wait,
  },
  {
    name: 'spillway_compute_seconds',
    help: 'Time from then to the answer',
    of: ({ compute }) => compute,
  },
];
