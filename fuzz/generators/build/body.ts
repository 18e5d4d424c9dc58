/** A function body or constant expression while it is written: instructions, locals and open labels. */
import type { BlockType, Catch, Expr, Instruction, InstructionName, InstructionNamed } from '#wasm/syntax/instructions.ts';
import { Op } from '#wasm/syntax/instructions.ts';
import { newInstruction } from '#wasm/syntax/new-instruction.ts';
import type { ValType } from '#wasm/syntax/types.ts';
import type { TypeTable } from './type-table.ts';

/** The immediates of an instruction, by name. */
export type Immediates<Name extends InstructionName> = Omit<InstructionNamed<Name>, 'op'>;
type Bare = { [Name in InstructionName]: keyof Immediates<Name> extends never ? Name : never }[InstructionName];

export interface Signature {
  readonly params: readonly ValType[];
  readonly results: readonly ValType[];
}
const NO_IMMEDIATES = {};
const NOTHING: Signature = { params: [], results: [] };

/** A local that generated code may read and write as it likes. */
export interface Variable {
  readonly local: number;
  readonly type: ValType;
}

/** The constant expression of a number. */
export function constI32(value: number): Expr {
  return [{ op: Op['i32.const'], value }];
}

export class Body {
  readonly code: Instruction[] = [];
  /** Declared locals, parameters not included. */
  readonly locals: ValType[] = [];
  readonly variables: Variable[] = [];
  /** What a branch to each open label takes along, the innermost label last. */
  readonly labels: (readonly ValType[])[] = [];
  readonly signature: Signature;
  /** Loops that are open. */
  loops = 0;
  readonly #types: TypeTable;
  /** Locals that are free again, by type. */
  readonly #free = new Map<ValType, number[]>();

  /** Parameters are variables. */
  constructor(types: TypeTable, signature: Signature = NOTHING) {
    this.#types = types;
    this.signature = signature;
    this.labels.push(signature.results);
    signature.params.forEach((type, local) => this.variables.push({ local, type }));
  }

  emit<Name extends Bare>(name: Name): void;
  emit<Name extends InstructionName>(name: Name, immediates: Immediates<Name>): void;
  emit(name: InstructionName, immediates: object = NO_IMMEDIATES): void {
    this.code.push(newInstruction(Op[name], immediates));
  }
  i32(value: number): void {
    this.emit('i32.const', { value });
  }

  /** A new local that generated code may use. It must have a default value, or be set before all else. */
  variable(type: ValType): Variable {
    const variable = { local: this.#newLocal(type), type };
    this.variables.push(variable);
    return variable;
  }
  /**
   * Lends a local that nothing else writes while `use` runs.
   * @param type has a default value
   */
  scratch(type: ValType, use: (local: number) => void): void {
    const free = this.#free.get(type) ?? [];
    this.#free.set(type, free);
    const local = free.pop() ?? this.#newLocal(type);
    use(local);
    free.push(local);
  }
  #newLocal(type: ValType): number {
    return this.signature.params.length + this.locals.push(type) - 1;
  }

  // --- Blocks --------------------------------------------------------------------------------------------

  block({ params, results }: Signature, inside: () => void): void {
    this.emit('block', { blockType: this.#blockType(params, results) });
    this.#inside(results, inside);
    this.emit('end');
  }
  /** A block whose label goes back to its start. */
  loop({ params, results }: Signature, inside: () => void): void {
    this.emit('loop', { blockType: this.#blockType(params, results) });
    this.loops++;
    this.#inside(params, inside);
    this.loops--;
    this.emit('end');
  }
  /** The condition lies on the operand stack. */
  if({ params, results }: Signature, then: () => void, otherwise?: () => void): void {
    this.emit('if', { blockType: this.#blockType(params, results) });
    this.#inside(results, then);
    if (otherwise !== undefined) {
      this.emit('else');
      this.#inside(results, otherwise);
    }
    this.emit('end');
  }
  /** @param catches their labels count from outside */
  tryTable({ params, results }: Signature, catches: readonly Catch[], inside: () => void): void {
    this.emit('try_table', { blockType: this.#blockType(params, results), catches });
    this.#inside(results, inside);
    this.emit('end');
  }
  #inside(label: readonly ValType[], inside: () => void): void {
    this.labels.push(label);
    inside();
    this.labels.pop();
  }
  #blockType(params: readonly ValType[], results: readonly ValType[]): BlockType {
    if (params.length > 0 || results.length > 1) return { kind: 'type', index: this.#types.func(params, results) };
    return results.length === 0 ? { kind: 'empty' } : { kind: 'value', type: results[0]! };
  }
}
