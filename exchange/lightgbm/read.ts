import { ArtifactError } from '../../lib/errors.js';
import { doubleRounds } from '../../lib/learn/kernels/index.js';
import { looksLike } from '../../lib/util/looks.js';
import { damagedModel } from '../fields.js';
import { ForestBuilder } from '../forestBuilder.js';
import type { DescribedModel } from '../trained.js';
import { lightgbmObjective } from './objective.js';
import { Section } from './section.js';
import { readLightgbmTree } from './tree.js';

const NAME = 'lightgbm';
const VERSIONS = ['v2', 'v3', 'v4'];
/** Lines that end the trees; format v2 had no line of its own for their end. */
const ENDS = ['end of trees', 'feature importances:', 'feature_importances:'];
const MOST_CLASSES = 2 ** 16;

/** @throws ArtifactError for anything but a whole model of a known version */
export function readLightgbm(source: Uint8Array | string): DescribedModel {
  const [header, ...trees] = sections(source);
  const columns = header.count('max_feature_idx') + 1;
  const outputs = header.count('num_tree_per_iteration', MOST_CLASSES);
  if (outputs === 0 || trees.length % outputs !== 0) {
    throw damagedModel(NAME, `${trees.length} trees, which isn't a multiple of ${outputs}`);
  }
  const declared = header.text('tree_sizes')?.trim().split(' ').length;
  if (declared !== undefined && declared !== trees.length)
    throw damagedModel(NAME, `${trees.length} of ${declared} trees`);
  const { classifies, links } = lightgbmObjective(header.text('objective'), outputs);
  const builder = new ForestBuilder(NAME, columns, new Float64Array(outputs));
  const weight = header.has('average_output') ? outputs / trees.length : 1;
  trees.forEach((tree, i) => {
    builder.add(readLightgbmTree(tree, weight), i % outputs);
  });
  return {
    name: NAME,
    classifies,
    columns,
    outputs,
    links,
    sums: doubleRounds(builder.doubleForest()),
  };
}

/** The header, then the trees. */
function sections(source: Uint8Array | string): readonly [Section, ...Section[]] {
  const text = typeof source === 'string' ? source : new TextDecoder().decode(source);
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  if (lines[0] !== 'tree') {
    throw new ArtifactError(
      'foreign',
      `this is no model of LightGBM${looksLike(source)}. Save it as text, booster.save_model('model.txt')`,
    );
  }
  const end = lines.findIndex((line) => ENDS.includes(line));
  if (end === -1) throw damagedModel(NAME, `no line '${ENDS[0]}': it is cut short`);
  const starts = lines.flatMap((line, i) => (i < end && line.startsWith('Tree=') ? [i] : []));
  const header = new Section(lines.slice(1, starts[0] ?? end));
  const version = header.text('version');
  if (version === undefined || !VERSIONS.includes(version)) {
    throw new ArtifactError(
      'version',
      `this LightGBM model is of format '${version?.slice(0, 20)}': known are ${VERSIONS.join(', ')}`,
    );
  }
  const trees = starts.map((start, tree) => {
    if (lines[start] !== `Tree=${tree}`)
      throw damagedModel(NAME, `'${lines[start].slice(0, 20)}' for tree ${tree}`);
    return new Section(lines.slice(start + 1, starts[tree + 1] ?? end));
  });
  return [header, ...trees];
}
