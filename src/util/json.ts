/**
 * Readers of parsed JSON. A reader takes a value of unknown form and returns one of a known type, or throws an error that names the
 * place and what was expected there. Readers of records are made of readers of their members.
 */

/** Something in a JSON text is not what it should be. */
export class JsonError extends Error {
  override readonly name = 'JsonError';
  /** `program.steps[3].kind`; empty for the whole text. */
  readonly place: string;
  /** What should be there: `an integer from 0 to 9`. */
  readonly expected: string;
  constructor(place: string, expected: string, options?: ErrorOptions) {
    super(place === '' ? `the text is not ${expected}` : `${place} is not ${expected}`, options);
    this.place = place;
    this.expected = expected;
  }
}

/** @throws JsonError unless the value has the form */
export type Read<T> = (value: unknown, place: string) => T;

/** Members in plain form: what `JSON.stringify` writes and `JSON.parse` gives. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** @throws JsonError when the text is no JSON */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new JsonError('', `JSON: ${(error as Error).message}`, { cause: error });
  }
}

/** The place of a member. */
export function memberPlace(place: string, key: string): string {
  return place === '' ? key : `${place}.${key}`;
}

export const object: Read<JsonObject> = (value, place) => {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new JsonError(place, 'an object');
  return value as JsonObject;
};

/** A member's value; undefined for what an object has only from its prototype. */
export function member(json: JsonObject, key: string): unknown {
  return Object.hasOwn(json, key) ? json[key] : undefined;
}

export const text: Read<string> = (value, place) => {
  if (typeof value !== 'string') throw new JsonError(place, 'a string');
  return value;
};

export const flag: Read<boolean> = (value, place) => {
  if (typeof value !== 'boolean') throw new JsonError(place, 'true or false');
  return value;
};

/** An integer from `min` to `max`, both included; at most 53 bits. */
export function integer(min: number, max: number): Read<number> {
  const expected = min === max ? String(min) : `an integer from ${min} to ${max}`;
  return (value, place) => {
    const isRight = Number.isSafeInteger(value) && (value as number) >= min && (value as number) <= max;
    // -0 is no other integer than 0.
    return isRight ? (value as number) + 0 : fail(place, expected);
  };
}

/** An integer of any size, as a decimal string. */
export function wideInteger(min: bigint, max: bigint): Read<bigint> {
  const digits = Math.max(String(min).length, String(max).length);
  return (value, place) => {
    if (typeof value === 'string' && value.length <= digits && /^-?\d+$/.test(value)) {
      const wide = BigInt(value);
      if (wide >= min && wide <= max) return wide;
    }
    return fail(place, `an integer from ${min} to ${max} in quotes`);
  };
}

/** One of the words. */
export function word<const T extends string>(words: readonly T[]): Read<T> {
  return (value, place) => words.find((one) => one === value) ?? fail(place, `one of ${words.join(', ')}`);
}

export function list<T>(item: Read<T>): Read<readonly T[]> {
  return (value, place) => {
    if (!Array.isArray(value)) throw new JsonError(place, 'a list');
    // Array.from also visits holes.
    return Array.from(value, (one: unknown, i) => item(one, `${place}[${i}]`));
  };
}

/** A reader for each member; the record has no other members. */
export type Members<T> = { readonly [K in keyof T]-?: Read<T[K]> | Optional<T[K]> };

/** A member that may be absent. */
export interface Optional<T> {
  readonly optional: Read<T>;
}
export function optional<T>(read: Read<T>): Optional<T> {
  return { optional: read };
}

/** @param defaults for members that are absent */
export function record<T extends object>(members: Members<T>, defaults: Partial<T> = {}): Read<T> {
  return (value, place) => readMembers(object(value, place), place, members, defaults);
}

function readMembers<T extends object>(json: JsonObject, place: string, members: Members<T>, defaults: Partial<T>): T {
  for (const key of Object.keys(json)) if (!Object.hasOwn(members, key)) fail(memberPlace(place, key), `one of ${Object.keys(members).join(', ')}`);
  const result: Record<string, unknown> = { ...defaults };
  for (const [key, of] of Object.entries<Read<unknown> | Optional<unknown>>(members)) {
    const value = member(json, key);
    if (value === undefined && (key in result || typeof of !== 'function')) continue;
    result[key] = (typeof of === 'function' ? of : of.optional)(value, memberPlace(place, key));
  }
  return result as T;
}

/** The members of each kind besides `kind` itself. */
export type Kinds<T extends { readonly kind: string }> = {
  readonly [K in T['kind']]: Members<Omit<Extract<T, { readonly kind: K }>, 'kind'>>;
};

/** A record whose member `kind` says which others it has. */
export function variant<T extends { readonly kind: string }>(kinds: Kinds<T>): Read<T> {
  const names = Object.keys(kinds) as T['kind'][];
  const readKind = word(names);
  return (value, place) => {
    const json = object(value, place);
    const kind = readKind(member(json, 'kind'), memberPlace(place, 'kind'));
    const members = { kind: readKind, ...kinds[kind] } as unknown as Members<T>;
    return readMembers(json, place, members, {});
  };
}

function fail(place: string, expected: string): never {
  throw new JsonError(place, expected);
}
