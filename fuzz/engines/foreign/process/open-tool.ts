/** Tells by its file in which way a tool is to be run. */
import { CompiledTool } from './compiled-tool.ts';
import type { ForeignSpec } from '../foreign-engine.ts';
import { isJavaScript } from './is-javascript.ts';
import { NativeTool } from './native-tool.ts';
import type { Tool, ToolOptions } from './tool.ts';

export function openTool(spec: ForeignSpec, options: ToolOptions): Tool {
  return isJavaScript(spec.path) ? new CompiledTool(spec, options) : new NativeTool(spec, options);
}
