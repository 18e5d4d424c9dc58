/** Large modules, made of many generated ones. By itself: `node test/support/large-module.ts FILE.wasm BYTES [SEED]`. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { generatorNamed } from '#fuzz/generators/registry.ts';
import { HOST_MODULE } from '#fuzz/program/host-types.ts';
import { encode } from '#wasm/binary/encode.ts';
import { concatenated } from '#wasm/syntax/concatenate.ts';
import type { Module } from '#wasm/syntax/module.ts';

/** At least so many bytes of modules that import from the host alone. */
export function largeModule(bytes: number, seed = 1): Module {
  const modules: Module[] = [];
  for (let length = 0, next = seed * 100_000; length < bytes; next++) {
    for (const { module } of generatorNamed('mixed')!.generate(next).modules) {
      if (length >= bytes || !module.imports.every((one) => one.module === HOST_MODULE)) continue;
      modules.push({ ...module, start: undefined });
      length += encode(module).length;
    }
  }
  return concatenated(modules);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [path, bytes = '200000', seed = '1'] = process.argv.slice(2);
  writeFileSync(path!, encode(largeModule(Number(bytes), Number(seed))));
}
