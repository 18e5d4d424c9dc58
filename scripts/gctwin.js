#!/usr/bin/env node
/**
 * The launcher: makes sure that the command line runs on the Node that this project pins.
 *
 * Plain JavaScript without recent syntax, because it must start on whatever Node is first in the path. The
 * pinned one is an exact-version optional dependency per platform; npm scripts and npx find it by themselves,
 * and a direct start on another Node is handed over to it here.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { constants } from 'node:os';
import { fileURLToPath } from 'node:url';

const PINNED_MAJOR = 26;

/** Path of the pinned Node, or undefined when it is not installed. */
function pinnedNode() {
  const platform = `${process.platform}-${process.arch}`;
  const program = process.platform === 'win32' ? 'node.exe' : 'node';
  return [`node-${platform}`, `node-bin-${platform}`]
    .map((name) => fileURLToPath(new URL(`../node_modules/${name}/bin/${program}`, import.meta.url)))
    .find((path) => existsSync(path));
}

function refuse() {
  process.stderr.write(
    `gctwin needs Node ${PINNED_MAJOR}, which this project brings along, but runs on ${process.version}: run \`npm ci\` first.\n`,
  );
  process.exitCode = 2;
}

/** Runs the same command line on another Node and ends as it ends. */
function handOver(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
  // The child decides what a signal means, and this process outlives it. A terminal sends Ctrl-C to both, so
  // the child may see it twice.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('error', refuse);
  child.on('exit', (code, signal) => {
    process.exitCode = signal === null ? code : 128 + constants.signals[signal];
  });
}

/** Compiled code is kept for the next start, which then takes half the time; workers and threads find it by the environment. */
async function keepCompiledCode() {
  const { enableCompileCache } = await import('node:module');
  process.env.NODE_COMPILE_CACHE ??= fileURLToPath(new URL('../node_modules/.cache/gctwin', import.meta.url));
  enableCompileCache();
}

if (Number.parseInt(process.versions.node, 10) === PINNED_MAJOR) {
  await keepCompiledCode();
  const { runFromProcess } = await import('./cli/process.ts');
  await runFromProcess();
} else {
  const node = pinnedNode();
  // The second condition ends what would otherwise be an endless chain when the pin itself is wrong.
  if (node === undefined || node === process.execPath) refuse();
  else handOver(node);
}
