import type { Block } from '../../lib/data/blocks/index.js';
import { FeatureError } from '../../lib/errors.js';
import { type Feature, RowView } from '../../lib/features/define/index.js';
import type { PipelineGraph } from './graph.js';
import { toBlock } from './values.js';

/**
 * A node of the cut as a feature, which is fitted already.
 *
 * @param fingerprint of the file
 * @param sampleRow a row to warm it with, if there is one
 */
export function featureOfNode(
  graph: PipelineGraph,
  node: number,
  name: string,
  fingerprint: string,
  sampleRow: unknown,
): Feature<unknown> {
  const compute = (view: RowView<unknown>): Block => {
    try {
      return toBlock(graph.values(node, view));
    } catch (error) {
      // The caller names the feature; the step's path stays in the message.
      if (!(error instanceof FeatureError) || error.feature === '') throw error;
      throw new FeatureError(
        '',
        error.row,
        error.message.replace(/^feature '(.*?)', row \d+: /, '$1: '),
        error,
      );
    }
  };
  const fitted = {
    columns: graph.columns(node),
    compute,
    ...(sampleRow !== undefined && { warm: () => compute(RowView.of([sampleRow])) }),
    state: { json: null, tensors: {} },
  };
  return {
    kind: 'sklearn',
    reads: graph.reads(node),
    options: { file: fingerprint },
    steps: graph.steps(node, name),
    missing: graph.tail.missing.has(node),
    learns: false,
    check: (row) => graph.check(node, row),
    fit: () => fitted,
    load: () => fitted,
  };
}
