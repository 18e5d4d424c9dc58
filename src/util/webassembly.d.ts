/** The part of Node's WebAssembly API that is used here; TypeScript knows it only together with the whole DOM. */
declare namespace WebAssembly {
  type Bytes = Uint8Array<ArrayBufferLike>;
  class Module {
    constructor(bytes: Bytes);
  }
  class Instance {
    constructor(module: Module, imports?: Readonly<Record<string, Readonly<Record<string, unknown>>>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class Global {
    value: unknown;
  }
  class Table {
    readonly length: number;
    set(index: number, value: unknown): void;
    grow(delta: number, value: unknown): number;
  }
  class CompileError extends Error {}
  class LinkError extends Error {}
  class RuntimeError extends Error {}
  class Exception {}
  function validate(bytes: Bytes): boolean;
}
