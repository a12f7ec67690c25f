import { show } from '../../lib/check.js';
import { ArtifactError, OptionError } from '../../lib/errors.js';
import { insteadOfPath, looksLike } from '../../lib/util/looks.js';
import type { CascadeModel } from '../model/index.js';
import { unsupportedXml } from './faults.js';
import { find } from './fields.js';
import { readNewFormat } from './newFormat.js';
import { readOldFormat } from './oldFormat.js';
import { readUsed } from './used.js';
import { MOST_XML_BYTES, parseXml } from './xml.js';

/** What files of OpenCV have as their root. */
const STORAGE = 'opencv_storage';

/** A cascade, and digests of images that certify nothing of it. */
export interface SavedModel {
  readonly model: CascadeModel;
  readonly used: readonly number[];
}

/**
 * Reads a cascade from OpenCV's XML, of either format. Whether it can be run is for `checkCascadeModel` to say.
 *
 * @throws ArtifactError: `damaged` for what is cut short or contradicts itself, `unsupported` for what is refused
 *   (HOG, more than three rectangles a feature, entities, excess), `foreign` for XML that is no cascade. It takes
 *   time in proportion to the text.
 */
export function readModel(xml: string | Uint8Array): SavedModel {
  const text = textOf(xml);
  if (!text.trimStart().startsWith('<')) {
    throw new ArtifactError(
      'foreign',
      `this is no cascade of OpenCV's${looksLike(xml) || ': it is no XML'}. Pass its XML`,
    );
  }
  const storage = parseXml(text);
  const used = readUsed(storage);
  const root = storage.name === STORAGE ? storage.children[0] : storage;
  if (root !== undefined) {
    if (find(root, 'stageType') !== undefined) return { model: readNewFormat(root), used };
    if (find(root, 'size') !== undefined && find(root, 'stages') !== undefined) {
      return { model: readOldFormat(root), used };
    }
  }
  throw new ArtifactError(
    'foreign',
    `<${storage.name}> is no cascade of OpenCV's: expected stageType, or size and stages`,
  );
}

function textOf(xml: string | Uint8Array): string {
  const path = typeof xml === 'string' ? insteadOfPath(xml) : '';
  if (typeof xml === 'string' && path === '') return xml;
  if (xml instanceof Uint8Array) {
    if (xml.length <= MOST_XML_BYTES) return new TextDecoder().decode(xml);
    throw unsupportedXml(`it has ${xml.length} bytes; at most ${MOST_XML_BYTES} are read`);
  }
  throw new OptionError('xml', `expected a cascade's XML as a string or bytes, got ${show(xml)}${path}`);
}
