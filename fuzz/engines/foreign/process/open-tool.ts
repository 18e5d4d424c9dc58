/** Tells by its file in which way a tool is to be run. */
import { closeSync, openSync, readSync } from 'node:fs';
import { CompiledTool } from './compiled-tool.ts';
import type { ForeignSpec } from '../foreign-engine.ts';
import { isLibrary } from '../foreign-engine.ts';
import { NativeTool } from './native-tool.ts';
import type { Tool, ToolOptions } from './tool.ts';

const FIRST_BYTES = 128;

/** Whether Node runs it, and not the system. */
function isJavaScript(path: string): boolean {
  if (isLibrary(path)) return true;
  const bytes = Buffer.alloc(FIRST_BYTES);
  const file = openSync(path, 'r');
  readSync(file, bytes, 0, FIRST_BYTES, 0);
  closeSync(file);
  return /^#!.*\bnode\b/.test(bytes.toString('latin1'));
}

export function openTool(spec: ForeignSpec, options: ToolOptions): Tool {
  return isJavaScript(spec.path) ? new CompiledTool(spec, options) : new NativeTool(spec, options);
}
