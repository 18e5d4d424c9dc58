/**
 * Options as data: a table of typed options gives the parser, the type of the parsed values and the help.
 *
 * A kind reads the text of one value and says by its placeholder what it wants; an option adds help and what
 * holds when it is absent.
 */
import { UsageError } from './errors.ts';

export interface Kind<T> {
  /** Stands for the value in help: `N`, `on|off`. */
  readonly placeholder: string;
  /** What a wrong value should have been: `an integer from 1 to 4`. */
  readonly wants: string;
  /** The value, or undefined when the text does not denote one. */
  readonly parse: (text: string) => T | undefined;
  /** Values that may have been meant by a text that denotes none, the likeliest first. */
  readonly near?: (text: string) => readonly string[];
}

export type Option<T> = {
  readonly help: string;
  /** Undefined for flags, which take no value. */
  readonly placeholder: string | undefined;
  /** Whether it may be given several times. */
  readonly isRepeatable: boolean;
  /** What holds when the option is absent. */
  readonly absent: T;
  /**
   * @param previous what earlier occurrences gave, or `absent`
   * @throws UsageError naming the option
   */
  readonly read: (name: string, text: string, previous: T) => T;
};

/** Options by name, in the order of the help. */
// oxlint-disable-next-line no-explicit-any -- the values' types differ and are recovered by `Values`
export type OptionTable = Readonly<Record<string, Option<any>>>;
export type Values<T extends OptionTable> = { readonly [K in keyof T]: T[K] extends Option<infer V> ? V : never };

/** @throws UsageError */
export function parseValue<T>(kind: Kind<T>, name: string, text: string): T {
  const value = kind.parse(text);
  if (value !== undefined) return value;
  const near = kind.near?.(text) ?? [];
  throw new UsageError(`--${name} wants ${kind.wants}, not '${text}'${near.length === 0 ? '' : `; near it: ${near.join(', ')}`}`);
}

/** An option with a value; it is given once, for nobody could tell which of several is meant. */
export function option<T>(kind: Kind<T>, help: string): Option<T | undefined>;
export function option<T>(kind: Kind<T>, help: string, absent: T): Option<T>;
export function option<T>(kind: Kind<T>, help: string, absent?: T): Option<T | undefined> {
  return {
    help: absent === undefined ? help : `${help} (default ${String(absent)})`,
    placeholder: kind.placeholder,
    isRepeatable: false,
    absent,
    read: (name, text) => parseValue(kind, name, text),
  };
}

/** An option that may be given several times. */
export function repeated<T>(kind: Kind<T>, help: string): Option<readonly T[]> {
  return {
    help: `${help} (repeatable)`,
    placeholder: kind.placeholder,
    isRepeatable: true,
    absent: [],
    read: (name, text, previous) => [...previous, parseValue(kind, name, text)],
  };
}

/** An option without a value. Given twice it says nothing else than once. */
export function flag(help: string): Option<boolean> {
  return { help, placeholder: undefined, isRepeatable: true, absent: false, read: () => true };
}
