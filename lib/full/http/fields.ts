import { ServerError } from '../../errors.js';

/** Members of a server's JSON, whose shape isn't trusted. */
export class Fields {
  private constructor(
    private readonly model: string,
    private readonly value: object,
    private readonly place: string,
  ) {}

  static parse(model: string, bytes: Uint8Array): Fields {
    let value: unknown;
    try {
      value = JSON.parse(new TextDecoder().decode(bytes));
    } catch (error) {
      throw new ServerError(model, 'malformed', 'answered with what is no JSON', undefined, { cause: error });
    }
    return Fields.of(model, value, '');
  }

  private static of(model: string, value: unknown, place: string): Fields {
    if (typeof value === 'object' && value !== null) return new Fields(model, value, place);
    throw new ServerError(
      model,
      'malformed',
      `answered with no object${place === '' ? '' : ` in '${place}'`}`,
    );
  }

  has(name: string): boolean {
    return this.get(name) !== undefined;
  }

  fields(name: string): Fields {
    return Fields.of(this.model, this.get(name), name);
  }

  /** A member of a list. */
  inside(list: string, value: unknown): Fields {
    return Fields.of(this.model, value, list);
  }

  text(name: string): string {
    const value = this.get(name);
    if (typeof value !== 'string') throw this.wrong(`no text '${name}'`);
    return value;
  }

  list(name: string): readonly unknown[] {
    const value = this.get(name);
    if (!Array.isArray(value)) throw this.wrong(`no list '${name}'`);
    return value;
  }

  /** A list of numbers, or lists of them in turn; null, which JSON has for it, is NaN. */
  numbers(name: string): number[] {
    return this.list(name)
      .flat(Number.POSITIVE_INFINITY)
      .map((item) => {
        if (item === null) return Number.NaN;
        if (typeof item === 'number' || typeof item === 'boolean') return Number(item);
        throw this.wrong(`something else than numbers in '${name}'`);
      });
  }

  /** A whole number of bytes, where it is said. */
  size(name: string): number | undefined {
    const value = this.get(name);
    if (value === undefined) return undefined;
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw this.wrong(`no size '${name}'`);
  }

  wrong(what: string): ServerError {
    const where = this.place === '' ? '' : ` in '${this.place}'`;
    return new ServerError(this.model, 'malformed', `answered with ${what}${where}`);
  }

  private get(name: string): unknown {
    return Object.hasOwn(this.value, name) ? Reflect.get(this.value, name) : undefined;
  }
}
