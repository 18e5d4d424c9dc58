// Runs a command-line tool that Emscripten has made of C++, such as those in the bin/ folders of the npm packages binaryen and wabt, as often as
// it is asked to, in one process: its WebAssembly is compiled once, and instantiated anew for each run. A file a line comes in, in base 64; what the
// tool says of it goes out behind a mark.
//
// Usage: node tool-runner.js TOOL FILE ARGUMENT...   the tool is given the file, and these arguments
import fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import { compileFunction } from 'node:vm';

const [tool, file, ...rest] = process.argv.slice(2);
const SAID_CHARACTERS = 1 << 16;

const main = compileFunction(fs.readFileSync(tool, 'utf8').replace(/^#!.*/, ''), ['Module', 'require', 'module', 'exports', '__filename', '__dirname', 'WebAssembly', 'process'], { filename: tool });
const require = createRequire(tool);
let compiled;
/** The tool carries its bytes along, and is to compile them only once. */
const webAssembly = Object.create(WebAssembly, {
  instantiate: {
    value: async (bytes, imports) => {
      compiled ??= await WebAssembly.compile(bytes);
      return { module: compiled, instance: await WebAssembly.instantiate(compiled, imports) };
    },
  },
});

/** How the run that is under way ends. */
let settle;
const fail = (error) => {
  if (settle !== undefined) return settle({ code: -1, failure: error instanceof RangeError && /call stack/i.test(error.message) ? 'stack' : String(error?.stack ?? error) });
  process.stderr.write(`${error?.stack ?? error}\n`);
  process.exit(1);
};
process.on('unhandledRejection', fail);
process.on('uncaughtException', fail);

function run(args) {
  return new Promise((resolve) => {
    let said = '';
    settle = (end) => {
      settle = undefined;
      resolve({ ...end, said });
    };
    const say = (text) => {
      if (said.length < SAID_CHARACTERS) said += text;
    };
    const writeSync = (fd, bytes, offset, length, position) => {
      if (fd !== 1 && fd !== 2) return fs.writeSync(fd, bytes, offset, length, position);
      say(Buffer.from(bytes.buffer, bytes.byteOffset + offset, length).toString());
      return length;
    };
    const ownFs = Object.create(fs, { writeSync: { value: writeSync } });
    const ownProcess = Object.create(process, { exitCode: { value: 0, writable: true } });
    const done = () => settle?.({ code: ownProcess.exitCode });
    // It takes the list for its own, and puts its name in front.
    // An abort is told by the error that it throws. With onAbort the run would be over before that error arrives, which would then be the next one's.
    const Module = { arguments: [...args], print: (line) => say(`${line}\n`), printErr: (line) => say(`${line}\n`), postRun: done, onExit: done };
    if (compiled !== undefined) Module.instantiateWasm = (imports, receive) => receive(new WebAssembly.Instance(compiled, imports));
    try {
      main(Module, (name) => (name === 'node:fs' || name === 'fs' ? ownFs : require(name)), { exports: {} }, {}, tool, dirname(tool), webAssembly, ownProcess);
    } catch (error) {
      fail(error);
    }
  });
}

const args = [file, ...rest];

async function runOn(bytes) {
  try {
    fs.writeFileSync(file, bytes);
  } catch (error) {
    return { unwritten: error.message };
  }
  return run(args);
}

// Compiles it.
fs.writeFileSync(file, '');
await run(args);
process.stdout.write('@ready\n');
for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`@${JSON.stringify(await runOn(Buffer.from(line, 'base64')))}\n`);
}
process.exit(0);
