/** What a script loads under names, and what becomes of commands that need something which did not load. */

/** Ends a command that cannot be run, because it needs what is not supported; not an error. */
export class Excluded {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

/** Ends a command whose outcome is not the expected one. */
export class Failure {
  readonly expected: string;
  readonly observed: string;
  constructor(expected: string, observed: string) {
    this.expected = expected;
    this.observed = observed;
  }
}

/** Something that a script loaded, or what was thrown instead by the command on that line. */
export type Binding<T> = { readonly value: T } | { readonly thrown: unknown; readonly line: number };

/** @throws Excluded or Failure, as the command did that should have loaded it */
export function valueOf<T>(binding: Binding<T>): T {
  if ('value' in binding) return binding.value;
  const { thrown, line } = binding;
  if (thrown instanceof Excluded) throw new Excluded(`needs the module of line ${line}: ${thrown.reason}`);
  throw new Failure(`the module of line ${line}`, 'it failed to load');
}

/** Bindings by name; the latest one is also there without a name. */
export class Bindings<T> {
  readonly #byName = new Map<string | undefined, Binding<T>>();

  /** Binds what `load` returns, or what it throws, which is passed on. */
  load(name: string | undefined, line: number, load: () => T): T {
    try {
      const value = load();
      this.#bind(name, { value });
      return value;
    } catch (thrown) {
      this.#bind(name, { thrown, line });
      throw thrown;
    }
  }

  #bind(name: string | undefined, binding: Binding<T>): void {
    this.#byName.set(undefined, binding);
    this.#byName.set(name, binding);
  }

  /** @throws Failure when nothing has the name */
  get(name: string | undefined): Binding<T> {
    const binding = this.#byName.get(name);
    if (binding === undefined) throw new Failure(name === undefined ? 'a module' : `a module called ${name}`, 'there is none');
    return binding;
  }

  /** @throws Excluded or Failure when it did not load, Failure when nothing has the name */
  value(name: string | undefined): T {
    return valueOf(this.get(name));
  }
}
