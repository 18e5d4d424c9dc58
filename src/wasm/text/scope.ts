/** Index spaces and the identifiers bound in them (spec: Text Format / Conventions / Contexts). */
import type { FuncType, SubType, ValType } from '../syntax/types.ts';
import type { TokenStream } from './token-stream.ts';

/** One index space: how many entries it has and what they are called. */
export class IndexSpace {
  readonly #what: string;
  readonly #indices = new Map<string, number>();
  size = 0;

  constructor(what: string) {
    this.#what = what;
  }

  /** Takes the identifier that comes next, if one does, and gives the next index to it. */
  define(tokens: TokenStream): number {
    const token = tokens.peek();
    const id = tokens.takeId();
    if (id !== undefined) {
      if (this.#indices.has(id)) tokens.fail(`duplicate ${this.#what} $${id}`, token);
      this.#indices.set(id, this.size);
    }
    return this.size++;
  }

  /** An index: a number, in range or not, or a bound identifier. */
  index(tokens: TokenStream): number {
    const token = tokens.peek();
    const id = tokens.takeId();
    if (id === undefined) return tokens.u32();
    return this.#indices.get(id) ?? tokens.fail(`unknown ${this.#what} $${id}`, token);
  }
  isNext(tokens: TokenStream): boolean {
    const token = tokens.peek();
    return token.kind === 'id' || (token.kind === 'word' && /^\d/.test(token.text));
  }
}

/** Function types are shared by type uses that name none. */
function signatureKey(params: readonly ValType[], results: readonly ValType[]): string {
  return `${params.join()}>${results.join()}`;
}

/** All index spaces of a module, and its types. */
export class ModuleScope {
  readonly types = new IndexSpace('type');
  readonly func = new IndexSpace('function');
  readonly table = new IndexSpace('table');
  readonly memory = new IndexSpace('memory');
  readonly tag = new IndexSpace('tag');
  readonly global = new IndexSpace('global');
  readonly elem = new IndexSpace('element segment');
  readonly data = new IndexSpace('data segment');
  /** Identifiers of the fields of each struct type. */
  readonly fields: (IndexSpace | undefined)[] = [];

  readonly #subTypes: SubType[] = [];
  /** Types that type uses asked for without naming them; they come after all others. */
  readonly implicitTypes: SubType[] = [];
  readonly #bySignature = new Map<string, number>();

  /** @param shareable whether a type use without a name may mean this type */
  addType(type: SubType, shareable: boolean): void {
    const index = this.#subTypes.push(type) - 1;
    const { composite } = type;
    if (!shareable || composite.kind !== 'func' || !type.final || type.supertypes.length > 0) return;
    const key = signatureKey(composite.params, composite.results);
    if (!this.#bySignature.has(key)) this.#bySignature.set(key, index);
  }

  funcType(index: number): FuncType | undefined {
    const composite = this.#subTypes[index]?.composite;
    return composite?.kind === 'func' ? composite : undefined;
  }

  /** Index of the first plain function type with this signature, which is added if there is none. */
  implicitType(params: readonly ValType[], results: readonly ValType[]): number {
    const known = this.#bySignature.get(signatureKey(params, results));
    if (known !== undefined) return known;
    const type: SubType = { final: true, supertypes: [], composite: { kind: 'func', params, results } };
    this.implicitTypes.push(type);
    this.addType(type, true);
    return this.types.size++;
  }
}
