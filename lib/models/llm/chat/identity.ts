import { ModelError } from '../../../errors.js';

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
  ) {}

  get fingerprint(): string {
    const { asked, dated, terms } = this;
    return `${dated === undefined || dated === asked ? asked : `${asked}@${dated}`}, ${terms}`;
  }

  /** @param model of a reply. @throws ModelError where another model has replied before */
  hear(model: string | undefined): void {
    if (model === undefined) return;
    this.dated ??= model;
    if (model === this.dated) return;
    throw new ModelError(
      this.name,
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
