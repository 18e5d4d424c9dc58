/** Labels of the enclosing blocks (spec: Text Format / Instructions / Labels). */
import type { TokenStream } from './token-stream.ts';

export class LabelScope {
  /** Depths of the blocks that carry each identifier, innermost last. */
  readonly #depths = new Map<string, number[]>();
  #depth = 0;

  /** Enters a block. */
  bind(id: string | undefined): void {
    if (id !== undefined) {
      const depths = this.#depths.get(id);
      if (depths === undefined) this.#depths.set(id, [this.#depth]);
      else depths.push(this.#depth);
    }
    this.#depth++;
  }
  /** Leaves the innermost block, which carries `id`. */
  unbind(id: string | undefined): void {
    this.#depth--;
    if (id !== undefined) this.#depths.get(id)!.pop();
  }

  /** A label index: a number, in range or not, or the identifier of an enclosing block. */
  label(tokens: TokenStream): number {
    const token = tokens.peek();
    const id = tokens.takeId();
    if (id === undefined) return tokens.u32();
    const depth = this.#depths.get(id)?.at(-1);
    return depth === undefined ? tokens.fail(`unknown label $${id}`, token) : this.#depth - 1 - depth;
  }
}
