/** Module fields other than types (spec: Text Format / Modules), with their abbreviations. */
import type {
  DataSegment,
  ElementSegment,
  Export,
  ExternKind,
  ExternType,
  Func,
  Global,
  Import,
  Module,
  Table,
} from '../syntax/module.ts';
import type { MemoryType, TagType } from '../syntax/types.ts';
import { parseExpr } from './parse-code.ts';
import { ZERO_OFFSET, parseDataSegment, parseElementSegment, parseInlineElements } from './parse-segments.ts';
import {
  isRefTypeNext,
  parseGlobalType,
  parseLimits,
  parseRefType,
  parseTableType,
  parseTypeIndex,
  parseTypeLists,
} from './parse-types.ts';
import { IndexSpace } from './scope.ts';
import type { ModuleScope } from './scope.ts';
import type { TokenStream } from './token-stream.ts';

const PAGE_BYTES = 65536;

/** Name of an inline import, if there is one. */
type InlineImport = { readonly module: string; readonly name: string } | undefined;

/** Collects the fields of one module; identifiers are bound already. */
export class FieldParser {
  readonly #tokens: TokenStream;
  readonly #scope: ModuleScope;
  readonly #imports: Import[] = [];
  readonly #functions: Func[] = [];
  readonly #tables: Table[] = [];
  readonly #memories: MemoryType[] = [];
  readonly #tags: TagType[] = [];
  readonly #globals: Global[] = [];
  readonly #exports: Export[] = [];
  readonly #elements: ElementSegment[] = [];
  readonly #datas: DataSegment[] = [];
  readonly #next = { func: 0, table: 0, memory: 0, tag: 0, global: 0 };
  #start: number | undefined;
  #hasDefinitions = false;

  constructor(tokens: TokenStream, scope: ModuleScope) {
    this.#tokens = tokens;
    this.#scope = scope;
  }

  /** Everything but the types. */
  finish(): Omit<Module, 'recGroups'> {
    return {
      imports: this.#imports,
      functions: this.#functions,
      tables: this.#tables,
      memories: this.#memories,
      tags: this.#tags,
      globals: this.#globals,
      exports: this.#exports,
      start: this.#start,
      elements: this.#elements,
      datas: this.#datas,
      customs: [],
    };
  }

  parseField(): void {
    const tokens = this.#tokens;
    tokens.open();
    const token = tokens.peek();
    const word = tokens.word();
    switch (word) {
      case 'type':
      case 'rec':
        return this.#skip();
      case 'import':
        this.#import();
        break;
      case 'func':
        this.#func();
        break;
      case 'table':
        this.#table();
        break;
      case 'memory':
        this.#memory();
        break;
      case 'tag':
        this.#tag();
        break;
      case 'global':
        this.#global();
        break;
      case 'export':
        this.#export();
        break;
      case 'start':
        if (this.#start !== undefined) tokens.fail('multiple start sections', token);
        this.#start = this.#scope.func.index(tokens);
        break;
      case 'elem':
        this.#elements.push(parseElementSegment(tokens, this.#scope));
        break;
      case 'data':
        this.#datas.push(parseDataSegment(tokens, this.#scope));
        break;
      default:
        tokens.fail(`unknown field ${word}`, token);
    }
    tokens.close();
  }

  /** Skips the rest of a field that the first pass has dealt with. */
  #skip(): void {
    for (let depth = 1; depth > 0; ) {
      const { kind } = this.#tokens.next();
      if (kind === '(') depth++;
      else if (kind === ')') depth--;
    }
  }

  #import(): void {
    const tokens = this.#tokens;
    const token = tokens.peek();
    const module = tokens.name();
    const name = tokens.name();
    tokens.open();
    const kind = tokens.peek();
    const word = tokens.word();
    tokens.takeId();
    switch (word) {
      case 'func':
      case 'table':
      case 'memory':
      case 'global':
      case 'tag':
        this.#addImport({ module, name }, this.#externType(word));
        break;
      default:
        tokens.fail(`unknown import ${word}`, kind);
    }
    if (this.#hasDefinitions) tokens.fail('import after a definition', token);
    tokens.close();
  }

  #externType(kind: ExternKind): ExternType {
    const tokens = this.#tokens;
    const scope = this.#scope;
    switch (kind) {
      case 'func':
      case 'tag':
        return { kind, typeIndex: parseTypeIndex(tokens, scope, new IndexSpace('parameter')) };
      case 'table':
        return { kind, ...parseTableType(tokens, scope) };
      case 'memory':
        return { kind, limits: parseLimits(tokens) };
      case 'global':
        return { kind, ...parseGlobalType(tokens, scope) };
    }
  }

  #addImport(from: NonNullable<InlineImport>, type: ExternType): void {
    this.#imports.push({ ...from, type });
    this.#next[type.kind]++;
  }

  /**
   * Identifier, inline exports and inline import of a definition. An imported one is dealt with whole.
   * @returns the index of the definition, or undefined if it was an import
   */
  #begin(kind: ExternKind): number | undefined {
    const tokens = this.#tokens;
    tokens.takeId();
    while (tokens.takeForm('export')) {
      this.#exports.push({ name: tokens.name(), kind, index: this.#next[kind] });
      tokens.close();
    }
    const start = tokens.peek();
    if (!tokens.takeForm('import')) {
      this.#hasDefinitions = true;
      return this.#next[kind]++;
    }
    const from = { module: tokens.name(), name: tokens.name() };
    tokens.close();
    if (this.#hasDefinitions) tokens.fail('import after a definition', start);
    this.#addImport(from, this.#externType(kind));
    return undefined;
  }

  #func(): void {
    if (this.#begin('func') === undefined) return;
    const names = new IndexSpace('local');
    const typeIndex = parseTypeIndex(this.#tokens, this.#scope, names);
    const locals = parseTypeLists('local', this.#tokens, this.#scope, names);
    this.#functions.push({ typeIndex, locals, body: parseExpr(this.#tokens, this.#scope, names) });
  }

  #table(): void {
    const index = this.#begin('table');
    if (index === undefined) return;
    const tokens = this.#tokens;
    if (!isRefTypeNext(tokens)) {
      const type = parseTableType(tokens, this.#scope);
      const init = tokens.peek().kind === ')' ? undefined : parseExpr(tokens, this.#scope);
      this.#tables.push({ type, init });
      return;
    }
    const element = parseRefType(tokens, this.#scope);
    tokens.expectForm('elem');
    const segment = parseInlineElements(tokens, this.#scope, element, index);
    tokens.close();
    const size = segment.items.length;
    this.#elements.push(segment);
    this.#tables.push({ type: { element, limits: { min: size, max: size } }, init: undefined });
  }

  #memory(): void {
    const index = this.#begin('memory');
    if (index === undefined) return;
    const tokens = this.#tokens;
    if (!tokens.takeForm('data')) {
      this.#memories.push({ limits: parseLimits(tokens) });
      return;
    }
    const bytes = tokens.strings();
    tokens.close();
    const pages = Math.ceil(bytes.length / PAGE_BYTES);
    this.#datas.push({ bytes, mode: { kind: 'active', memory: index, offset: ZERO_OFFSET } });
    this.#memories.push({ limits: { min: pages, max: pages } });
  }

  #tag(): void {
    if (this.#begin('tag') === undefined) return;
    this.#tags.push({ typeIndex: parseTypeIndex(this.#tokens, this.#scope, new IndexSpace('parameter')) });
  }

  #global(): void {
    if (this.#begin('global') === undefined) return;
    const type = parseGlobalType(this.#tokens, this.#scope);
    this.#globals.push({ type, init: parseExpr(this.#tokens, this.#scope) });
  }

  #export(): void {
    const tokens = this.#tokens;
    const name = tokens.name();
    tokens.open();
    const token = tokens.peek();
    const kind = tokens.word();
    switch (kind) {
      case 'func':
      case 'table':
      case 'memory':
      case 'global':
      case 'tag':
        this.#exports.push({ name, kind, index: this.#scope[kind].index(tokens) });
        break;
      default:
        tokens.fail(`unknown export ${kind}`, token);
    }
    tokens.close();
  }
}
