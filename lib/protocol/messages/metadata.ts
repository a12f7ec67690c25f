import { show } from '../../check.js';
import { jsonOf } from '../../util/jsonOf.js';
import { isDatatype } from './datatypes.js';
import { RequestError } from './errors.js';
import { isObject, listOf, nameOf, objectOf, optionalText, parseJson } from './json.js';
import { DEFAULT_LIMITS, type MessageLimits } from './limits.js';
import type { ModelMetadata, ServerMetadata, TensorMetadata } from './types.js';

/** A model's metadata as the body of an HTTP response. */
export function writeModelMetadata({ name, versions, platform, inputs, outputs }: ModelMetadata): string {
  const tensor = ({ name, datatype, shape, labels }: TensorMetadata) => ({
    name,
    datatype,
    shape,
    ...(labels !== undefined && { parameters: { labels: labelsText(labels) } }),
  });
  return JSON.stringify({
    name,
    versions,
    platform,
    inputs: inputs.map(tensor),
    outputs: outputs.map(tensor),
  });
}

/**
 * A model's metadata from the body of an HTTP response.
 *
 * @throws RequestError `invalid`, naming the place
 */
export function readModelMetadata(body: Uint8Array, limits: MessageLimits = DEFAULT_LIMITS): ModelMetadata {
  const { name, versions, platform, inputs, outputs } = objectOf(
    'the metadata',
    parseJson('the metadata', body, limits).value,
  );
  return {
    name: optionalText("'name'", name) ?? '',
    versions: versions === undefined || versions === null ? [] : listOf("'versions'", versions).map(String),
    platform: optionalText("'platform'", platform) ?? '',
    inputs: tensorsOf('inputs', inputs),
    outputs: tensorsOf('outputs', outputs),
  };
}

function tensorsOf(key: string, value: unknown): TensorMetadata[] {
  return listOf(`'${key}'`, value).map((item, i) => {
    const { name, datatype, shape, parameters } = objectOf(`${key}[${i}]`, item);
    const place = `${key}[${i}]`;
    if (!isDatatype(datatype)) {
      throw new RequestError(
        'invalid',
        `the datatype of ${place} is ${show(datatype)}, which isn't one of the protocol`,
      );
    }
    const labels = isObject(parameters) ? labelsIn(parameters.labels) : undefined;
    return {
      name: nameOf(`the name of ${place}`, name),
      datatype,
      shape: listOf(`the shape of ${place}`, shape).map((size) => sizeOf(place, size)),
      ...(labels !== undefined && { labels }),
    };
  });
}

/** Servers write free sizes as -1, and some as other negative numbers. */
function sizeOf(place: string, size: unknown): number {
  if (typeof size === 'number' && Number.isSafeInteger(size)) return Math.max(-1, size);
  throw new RequestError('invalid', `the shape of ${place} has ${show(size)}; expected whole numbers`);
}

/** A server's metadata as the body of an HTTP response. */
export function writeServerMetadata({ name, version, extensions }: ServerMetadata): string {
  return JSON.stringify({ name, version, extensions });
}

/**
 * A server's metadata from the body of an HTTP response.
 *
 * @throws RequestError `invalid`, naming the place
 */
export function readServerMetadata(body: Uint8Array, limits: MessageLimits = DEFAULT_LIMITS): ServerMetadata {
  const { name, version, extensions } = objectOf(
    'the metadata',
    parseJson('the metadata', body, limits).value,
  );
  return {
    name: optionalText("'name'", name) ?? '',
    version: optionalText("'version'", version) ?? '',
    extensions:
      extensions === undefined || extensions === null ? [] : listOf("'extensions'", extensions).map(String),
  };
}

type Labels = NonNullable<TensorMetadata['labels']>;

/** Labels as a parameter: JSON as text, since the protocol's parameters are no lists. */
export function labelsText(labels: Labels): string {
  return JSON.stringify(labels);
}

/** Labels from such a parameter; undefined for what another server means by it. */
function labelsIn(parameter: unknown): Labels | undefined {
  if (typeof parameter !== 'string') return undefined;
  const value = jsonOf(parameter);
  return areLabels(value) ? value : undefined;
}

function areLabels(value: unknown): value is Labels {
  return (
    Array.isArray(value) &&
    value.every((one) => typeof one === 'string' || typeof one === 'number' || typeof one === 'boolean')
  );
}
