/** What a module has, by what mutators want to use it for. */
import type { Func, Module } from '#wasm/syntax/module.ts';
import { typesOf } from '#wasm/syntax/module.ts';
import type { CompositeType, FieldType, FuncType, GlobalType, SubType, TableType, ValType } from '#wasm/syntax/types.ts';
import { isRefType } from '#wasm/syntax/types.ts';

export class ModuleView {
  readonly module: Module;
  readonly types: readonly SubType[];
  /** Type indices by kind. */
  readonly structs: readonly number[];
  readonly arrays: readonly number[];
  readonly funcTypes: readonly number[];
  /** Type indices of all functions, imports first. */
  readonly functions: readonly number[];
  readonly globals: readonly GlobalType[];
  readonly tables: readonly TableType[];
  readonly tags: number;

  constructor(module: Module) {
    this.module = module;
    this.types = typesOf(module);
    const ofKind = (kind: CompositeType['kind']) => [...this.types.keys()].filter((index) => this.types[index]!.composite.kind === kind);
    this.structs = ofKind('struct');
    this.arrays = ofKind('array');
    this.funcTypes = ofKind('func');
    const functions: number[] = [];
    const globals: GlobalType[] = [];
    const tables: TableType[] = [];
    let tags = module.tags.length;
    for (const { type } of module.imports) {
      if (type.kind === 'func') functions.push(type.typeIndex);
      else if (type.kind === 'global') globals.push(type);
      else if (type.kind === 'table') tables.push(type);
      else if (type.kind === 'tag') tags++;
    }
    this.functions = [...functions, ...module.functions.map(({ typeIndex }) => typeIndex)];
    this.globals = [...globals, ...module.globals.map(({ type }) => type)];
    this.tables = [...tables, ...module.tables.map(({ type }) => type)];
    this.tags = tags;
  }

  fields(struct: number): readonly FieldType[] {
    const { composite } = this.types[struct]!;
    return composite.kind === 'struct' ? composite.fields : [];
  }
  element(array: number): FieldType | undefined {
    const { composite } = this.types[array]!;
    return composite.kind === 'array' ? composite.element : undefined;
  }
  funcType(typeIndex: number): FuncType {
    return this.types[typeIndex]!.composite as FuncType;
  }
  /** Arrays that references can be written to. */
  get refArrays(): readonly number[] {
    return this.arrays.filter((index) => {
      const element = this.element(index)!;
      return element.mutable && isRefType(element.storage);
    });
  }
  /** Types of parameters and locals. */
  locals({ typeIndex, locals }: Func): readonly ValType[] {
    return [...this.funcType(typeIndex).params, ...locals];
  }
  /** Index of an imported function of the host, or -1. */
  hostFunction(name: string): number {
    const imports = this.module.imports.filter(({ type }) => type.kind === 'func');
    return imports.findIndex((entry) => entry.module === 'env' && entry.name === name);
  }
}
