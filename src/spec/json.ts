/** Typed access to parsed JSON, with the place of what is wrong. */

/** A script does not have the form it should have. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError';
}

/** A JSON object, and where it stands: `commands[3].action`. */
export class Node {
  readonly #members: Readonly<Record<string, unknown>>;
  readonly place: string;

  /** @throws ScriptError unless `value` is an object */
  constructor(value: unknown, place: string) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ScriptError(`${place} is not an object`);
    }
    this.#members = value as Readonly<Record<string, unknown>>;
    this.place = place;
  }

  has(key: string): boolean {
    return this.#members[key] !== undefined;
  }
  /** @throws ScriptError unless the member is a string */
  text(key: string): string {
    const value = this.#members[key];
    if (typeof value !== 'string') throw this.wrong(key, 'a string');
    return value;
  }
  /** @throws ScriptError when the member is there but no string */
  optionalText(key: string): string | undefined {
    return this.has(key) ? this.text(key) : undefined;
  }
  /** @throws ScriptError unless the member is a non-negative integer */
  count(key: string): number {
    const value = this.#members[key];
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw this.wrong(key, 'a non-negative integer');
    return value as number;
  }
  /** @throws ScriptError unless the member is an object */
  node(key: string): Node {
    return new Node(this.#members[key], `${this.place}.${key}`);
  }
  /** @throws ScriptError unless the member is an array of objects */
  nodes(key: string): readonly Node[] {
    return this.#array(key).map((item, i) => new Node(item, `${this.place}.${key}[${i}]`));
  }
  /** @throws ScriptError unless the member is an array of strings */
  texts(key: string): readonly string[] {
    const items = this.#array(key);
    if (!items.every((item) => typeof item === 'string')) throw this.wrong(key, 'an array of strings');
    return items;
  }
  #array(key: string): readonly unknown[] {
    const value = this.#members[key];
    if (!Array.isArray(value)) throw this.wrong(key, 'an array');
    return value;
  }
  /** The error that says what a member should have been. */
  wrong(key: string, wanted: string): ScriptError {
    return new ScriptError(`${this.place}.${key} is not ${wanted}`);
  }
}
