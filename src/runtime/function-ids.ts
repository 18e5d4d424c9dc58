/**
 * Function references inside the GC heap are ids of this table, not addresses: ids count up from 0 in order
 * of first use, null included, and are never given back. A zero word is therefore not the null function.
 */
import { Fault } from './outcome.ts';

export class FunctionIds {
  readonly #ids = new Map<number, number>();
  readonly #addresses: number[] = [];

  /** The id of a function address, 0 being null. */
  idOf(address: number): number {
    let id = this.#ids.get(address);
    if (id === undefined) {
      id = this.#addresses.push(address) - 1;
      this.#ids.set(address, id);
    }
    return id;
  }
  /** @throws Fault R7 when there is no such id */
  addressOf(id: number): number {
    const address = this.#addresses[id];
    if (address === undefined) throw new Fault('R7', `function id ${id} was never given out`);
    return address;
  }
}
