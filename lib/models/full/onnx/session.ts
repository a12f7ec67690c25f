import { ArtifactError, OptionError } from '../../../errors.js';
import { errorText } from '../../../util/errorText.js';
import { lookAt } from '../../../util/lookAt.js';
import { looksLike } from '../../../util/looks.js';
import { nativeCall } from '../../../util/nativeCalls.js';
import { fromElements, isElements, isElementType } from '../elements.js';
import type { Declared, Fed } from '../inputs.js';
import { type GivenOutput, outputNamed } from '../scores.js';
import type { OnnxRuntime, OnnxSession, OnnxTensor, OnnxValue } from './runtime.js';

/** The parts of a session. */
export interface SessionSource {
  readonly model: string | Uint8Array;
  readonly providers: readonly string[];
  /** More options of the runtime's own. */
  readonly session: object;
}

/** A session, and what runs in it. */
interface Held {
  readonly session: Promise<OnnxSession>;
  readonly runs: Set<Promise<unknown>>;
}

/**
 * A session for as long as it works, and then another one: a device that was lost takes its session with it. One that
 * rests has released its session, and opens another at its next run.
 */
export class LastingSession {
  private isClosed = false;
  private held: Held | undefined;

  constructor(private readonly open: () => Promise<OnnxSession>) {}

  async use<Result>(run: (session: OnnxSession) => Promise<Result>): Promise<Result> {
    if (this.isClosed) throw new TypeError('it is closed');
    this.held ??= { session: this.open(), runs: new Set() };
    const { held } = this;
    const result = held.session.then(run);
    held.runs.add(result);
    try {
      return await result;
    } catch (error) {
      // It is broken anyway.
      this.release(held).catch(() => {});
      throw error;
    } finally {
      held.runs.delete(result);
    }
  }

  async rest(): Promise<void> {
    if (this.held !== undefined) await this.release(this.held);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.rest();
  }

  /** Releases a session once, when nothing runs in it any more. */
  private async release(held: Held): Promise<void> {
    if (this.held !== held) return;
    this.held = undefined;
    await Promise.allSettled(held.runs);
    const session = await held.session.catch(() => undefined);
    await nativeCall(async () => session?.release?.());
  }
}

/**
 * @throws ArtifactError if the source is no ONNX model that the runtime can load; OptionError for
 * an unknown provider
 */
export async function openSession(runtime: OnnxRuntime, source: SessionSource): Promise<OnnxSession> {
  const { model, providers, session } = source;
  try {
    return await nativeCall(() =>
      runtime.InferenceSession.create(model, { ...session, executionProviders: providers }),
    );
  } catch (error) {
    const why = errorText(error);
    if (/backend|ExecutionProvider/.test(why)) {
      throw new OptionError('providers', `${providers.join(', ')} can't be had here: ${why}`);
    }
    if (/locale/i.test(why)) {
      throw new ArtifactError(
        'foreign',
        `the ONNX model needs the locale en_US.UTF-8, which isn't installed: a step of it changes the case of texts. ` +
          `Install the locale (package locales of Debian), or lower texts in a function of 'inputs' and export the ` +
          `step without (lowercase=False): ${why}`,
        { cause: error },
      );
    }
    const looks = typeof model === 'string' ? await lookAt(model) : looksLike(model);
    throw new ArtifactError('foreign', `the ONNX model can't be loaded${looks}: ${why}`, { cause: error });
  }
}

export function declaredInputs({ inputNames, inputMetadata }: OnnxSession): Declared[] {
  return inputNames.map((name) => declared(name, inputMetadata, 'inputs'));
}

export function declaredOutput(
  { outputNames, outputMetadata }: OnnxSession,
  wanted: string | undefined,
): Declared {
  const { name } = outputNamed(
    outputNames.map((each) => ({ name: each })),
    wanted,
  );
  return declared(name, outputMetadata, 'output');
}

/** Float32 of any shape, where the session declares nothing. */
function declared(name: string, metadata: readonly OnnxValue[] | undefined, option: string): Declared {
  const value = metadata?.find((each) => each.name === name);
  if (value === undefined) return { name, type: 'float32', shape: undefined };
  if (!value.isTensor) {
    throw new OptionError(
      option,
      `'${name}' is no tensor: export the model so that it is one (zipmap=False in skl2onnx), or take its labels ` +
        'as the output',
    );
  }
  if (!isElementType(value.type) && value.type !== 'string') {
    throw new OptionError(
      option,
      `'${name}' is of ${value.type}: only numbers and texts can be given and taken`,
    );
  }
  const shape = value.shape?.map((size) => (typeof size === 'number' ? size : undefined));
  return { name, type: value.type, shape: shape?.length ? shape : undefined };
}

/** Runs a session once. Its outputs are released from every device, also on errors. */
export async function runSession(
  runtime: OnnxRuntime,
  session: OnnxSession,
  fed: readonly Fed[],
  output: string,
): Promise<GivenOutput> {
  const feeds: Record<string, object> = {};
  for (const { name, type, shape, elements } of fed) {
    feeds[name] = new runtime.Tensor(type, elements, shape);
  }
  const { [output]: tensor } = await nativeCall(() => session.run(feeds, [output]));
  try {
    return { shape: tensor.dims, values: await valuesOf(tensor) };
  } finally {
    tensor.dispose?.();
  }
}

async function valuesOf(tensor: OnnxTensor): Promise<GivenOutput['values']> {
  const isHere = tensor.location === undefined || tensor.location === 'cpu';
  const elements = isHere ? tensor.data : await tensor.getData?.();
  if (tensor.type === 'string' && Array.isArray(elements)) return elements.map(String);
  if (!isElementType(tensor.type) || !isElements(elements)) {
    throw new TypeError(`a tensor of ${tensor.type} without numbers or texts`);
  }
  return fromElements(tensor.type, elements);
}
