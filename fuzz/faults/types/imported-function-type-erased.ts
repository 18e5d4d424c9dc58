import type { ModuleContext } from '#wasm/valid/module-context.ts';
import { WasmFunction } from '#runtime/function.ts';
import type { Extern } from '#runtime/instance.ts';
import type { Imports } from '#runtime/link.ts';
import type { Fault } from '../fault.ts';

export const importedFunctionTypeErased: Fault = {
  slug: 'imported-function-type-erased',
  title: 'An imported function has the type that it was imported at.',
  references: [
    'https://github.com/bytecodealliance/wasmtime/issues/13095',
    'https://github.com/bytecodealliance/wasmtime/pull/13161',
  ],
  class: 'type',
  twinBlind: true,
  guilty: ['call_indirect', 'return_call_indirect', 'ref.test', 'ref.cast', 'br_on_cast', 'br_on_cast_fail'],
  caughtBy: ['v8'],
  story: [
    'A function may be imported at a supertype of its own type. A reference to it then carried the type of the',
    'import, and what the function really is was forgotten.',
    '',
    'Casting it back down fails, as does calling it indirectly at its own type. Both twins are linked alike.',
  ].join('\n'),
  plant: (parts) => ({
    ...parts,
    Linker: class extends parts.Linker {
      override resolve(context: ModuleContext, imports: Imports): Extern[] {
        let functions = 0;
        return super.resolve(context, imports).map((extern) => {
          if (extern.kind !== 'func') return extern;
          const typeId = context.functionTypeIds[functions++]!;
          if (extern.host !== undefined || extern.typeId === typeId) return extern;
          return this.store.addFunction((address) => new WasmFunction(address, typeId, extern.instance, extern.code));
        });
      }
    },
  }),
};
