import { ModelError } from '../../../lib/errors.js';

/** A date or a number of a version, as providers end names with: `2024-08-06`, `20241022`, `08-2024`, `0613`, `2411`, `002`. */
const DATE =
  /[-@_:](?:20\d\d-?[01]\d(?:-?[0-3]\d)?|[01]\d-20\d\d|[01]\d-[0-3]\d|[01]\d[0-3]\d|2\d[01]\d(?:[0-3]\d)?|00\d)(?!\d)/;

/**
 * Whether a name in a reply is the one that was asked for, as gateways and clouds write it: with the provider before it, with other
 * signs between its parts, or with a version of their own.
 */
export function isNameOf(asked: string, reply: string): boolean {
  const own = partsOf(reply);
  // A gateway's route, such as `:free`, is none of the model's parts; that of a fine-tuned model is.
  return (
    own === partsOf(asked) || (!asked.startsWith('ft:') && own === partsOf(asked.replace(/:[a-z]+$/, '')))
  );
}

function partsOf(name: string): string {
  return name
    .toLowerCase()
    .replace(/^.*\//, '')
    .replace(/^(?:[a-z-]+\.)+(?=[a-z])/, '')
    .replace(/-v\d+:\d+$/, '')
    .replace(/[-._@]/g, '');
}

/**
 * Which model answers: by the dated name in its replies, what the prompt says and the parameters. A name such as `gpt-4o-mini`
 * may stand for another model tomorrow, and only replies tell for which.
 */
export class ModelIdentity {
  private dated: string | undefined;

  constructor(
    private readonly name: string,
    /** As the provider was asked for it. */
    private readonly asked: string,
    /** Digests of prompt and parameters. */
    private readonly terms: string,
    /** The name that a gateway gives it in replies. */
    private readonly repliesAs: string | undefined,
  ) {
    this.dated = repliesAs;
  }

  get fingerprint(): string {
    const { asked, dated, terms } = this;
    return `${dated === undefined || dated === asked ? asked : `${asked}@${dated}`}, ${terms}`;
  }

  /** @param model of a reply. @throws ModelError for another one than was asked for by its date, or than has replied before */
  hear(model: string | undefined): void {
    const { name, asked, repliesAs } = this;
    if (model === undefined) return;
    if (this.dated === undefined && DATE.test(asked) && !isNameOf(asked, model)) {
      throw new ModelError(
        name,
        `answered as '${model}', and '${asked}' was asked for: nobody knows whether that is the same. Ask for '${model}' by ` +
          `'model', or, where a gateway renames models, say repliesAs: '${model}'`,
      );
    }
    this.dated ??= model;
    if (model === this.dated) return;
    if (repliesAs !== undefined)
      throw new ModelError(name, `answered as '${model}', and 'repliesAs' says '${repliesAs}'`);
    throw new ModelError(
      name,
      `is now '${model}', and was '${this.dated}': no certificate holds for both. Ask for one of them by its dated name ` +
        "('model'), and tune or certify again where it is the new one",
    );
  }

  /**
   * Whether a fingerprint is this model's, as far as is known before a reply: from then on replies have to come from the model
   * that it names.
   */
  recognise(fingerprint: string): boolean {
    const { asked, dated, terms } = this;
    if (fingerprint === this.fingerprint) return true;
    const [start, end] = [`${asked}@`, `, ${terms}`];
    if (dated !== undefined || !fingerprint.startsWith(start) || !fingerprint.endsWith(end)) return false;
    this.dated = fingerprint.slice(start.length, -end.length);
    return true;
  }
}
