/** The kinds of option values that commands share. */
import type { Kind } from './option.ts';

const UNIT_BYTES: Readonly<Record<string, number>> = { '': 1, K: 1 << 10, M: 1 << 20, G: 1 << 30 };

function within(value: number, min: number, max: number): number | undefined {
  return value >= min && value <= max ? value : undefined;
}

/** A decimal integer from `min` to `max`, both included. */
export function integer(min: number, max: number, placeholder = 'N'): Kind<number> {
  return {
    placeholder,
    wants: `an integer from ${min} to ${max}`,
    parse: (text) => (/^-?\d+$/.test(text) ? within(Number(text), min, max) : undefined),
  };
}

/** A number of bytes from `min` to `max`: `65536`, `64K`, `64KiB`, `32M`. */
export function bytes(min: number, max: number): Kind<number> {
  return {
    placeholder: 'BYTES',
    wants: `a number of bytes from ${min} to ${max}, such as 65536, 64K or 32M`,
    parse: (text) => {
      const match = /^(\d+)(?:([KMG])(?:i?B)?)?$/i.exec(text);
      if (match === null) return undefined;
      return within(Number(match[1]) * UNIT_BYTES[(match[2] ?? '').toUpperCase()]!, min, max);
    },
  };
}

/** A positive duration in seconds, fractions allowed. */
export const seconds: Kind<number> = {
  placeholder: 'SECONDS',
  wants: 'a positive number of seconds',
  parse: (text) => (/^\d+(\.\d+)?$/.test(text) && Number(text) > 0 ? Number(text) : undefined),
};

/** How many times something else. */
export const ratio: Kind<number> = {
  placeholder: 'N',
  wants: 'a number from 1 on',
  parse: (text) => (/^\d+(\.\d+)?$/.test(text) && Number(text) >= 1 ? Number(text) : undefined),
};

/** A part of a whole. */
export const share: Kind<number> = {
  placeholder: 'SHARE',
  wants: 'a number from 0 to 1',
  parse: (text) => (/^(\d+(\.\d*)?|\.\d+)$/.test(text) ? within(Number(text), 0, 1) : undefined),
};

/** One of the given words. */
export function choice<const T extends string>(...words: readonly T[]): Kind<T> {
  return {
    placeholder: words.join('|'),
    wants: `one of ${words.join(', ')}`,
    parse: (text) => words.find((word) => word === text),
  };
}

/** `on` or `off`. */
export const onOff: Kind<boolean> = {
  placeholder: 'on|off',
  wants: 'on or off',
  parse: (text) => (text === 'on' ? true : text === 'off' ? false : undefined),
};

/** Values of one kind, separated by commas; at least one. */
export function list<T>(kind: Kind<T>): Kind<readonly T[]> {
  return {
    placeholder: `${kind.placeholder}[,..]`,
    wants: `a list separated by commas, each ${kind.wants}`,
    parse: (text) => {
      const values = text.split(',').map((item) => kind.parse(item));
      return values.includes(undefined) ? undefined : (values as readonly T[]);
    },
  };
}

/** Any text but the empty one: a name, a path, a command. */
export function text(placeholder: string): Kind<string> {
  return { placeholder, wants: 'a value that is not empty', parse: (value) => (value === '' ? undefined : value) };
}

/**
 * A command line as the words that it consists of: separated by spaces, unless these are quoted as in a shell. Nothing else of a
 * shell is there: no variables, no pipes.
 */
export const commandLine: Kind<readonly string[]> = {
  placeholder: 'COMMAND',
  wants: 'a program and its arguments, with all quotes closed',
  parse: (text) => {
    const word = /(?:[^\s'"\\]|\\.|'[^']*'|"(?:[^"\\]|\\.)*")+/gsu;
    const words = text.match(word) ?? [];
    if (words.length === 0 || text.replace(word, '').trim() !== '') return undefined;
    return words.map((quoted) =>
      quoted.replace(/'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)/gsu, (_, single?: string, double?: string, escaped?: string) =>
        single ?? double?.replace(/\\(["\\$`])/gu, '$1') ?? escaped ?? '',
      ),
    );
  },
};
