// Runs closed Programs in any JavaScript engine: node, deno, bun, pmjs, or the shells d8, jsc and js. One JSON object a line comes in, one
// goes out behind a mark, after a greeting that names the engine. Plain JavaScript without imports, because shells know neither types nor Node.
(() => {
  'use strict';
  // pmjs is SpiderMonkey inside Python, which has what a shell has.
  const shell =
    typeof python === 'object'
      ? { readline: python.eval('__import__("sys").stdin.readline'), print: python.eval('lambda line: print(line, flush=True)'), gc: python.eval('__import__("pythonmonkey").collect') }
      : typeof readline === 'function'
        ? { readline, print }
        : undefined;
  if (typeof Error.stackTraceLimit === 'number') Error.stackTraceLimit = 0;

  // Collections take most of the time. The first few that a case asks for happen, of the others ever fewer; most are minor.
  const ALL_UP_TO = 4;
  const FULL_EVERY = 16;
  const minor =
    typeof edenGC === 'function' ? () => edenGC() : typeof minorgc === 'function' ? () => minorgc() : typeof Bun === 'undefined' && typeof gc === 'function' ? () => gc({ type: 'minor' }) : undefined;
  const full = typeof Bun !== 'undefined' ? () => Bun.gc(true) : typeof fullGC === 'function' ? () => fullGC() : typeof gc === 'function' ? () => gc() : (shell?.gc ?? (() => {}));
  let collections = 0;
  const collect = () => {
    const count = ++collections;
    if (count > ALL_UP_TO && (count & (count - 1)) !== 0) return;
    if (minor !== undefined && count % FULL_EVERY !== 0) minor();
    else full();
  };

  const digits = new Map([...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'].map((digit, i) => [digit, i]));
  const decode = (text) => {
    if (typeof Uint8Array.fromBase64 === 'function') return Uint8Array.fromBase64(text);
    if (typeof Buffer === 'function') return Buffer.from(text, 'base64');
    const bytes = [];
    let bits = 0;
    let count = 0;
    for (const digit of text) {
      if (digit === '=') break;
      bits = ((bits << 6) | digits.get(digit)) & 0xffffff;
      if ((count += 6) >= 8) bytes.push((bits >> (count -= 8)) & 255);
    }
    return new Uint8Array(bytes);
  };

  const valuesOf = (result) => (result === undefined ? [] : Array.isArray(result) ? result : [result]);
  const thrown = (error, step) => {
    if (typeof WebAssembly.Exception === 'function' && error instanceof WebAssembly.Exception) return ['threw'];
    if (error instanceof WebAssembly.CompileError) return ['invalid', error.message];
    if (error instanceof WebAssembly.LinkError || (error instanceof TypeError && step.kind === 'instantiate')) return ['linkError', error.message];
    if (error instanceof WebAssembly.RuntimeError) return ['trap', error.message];
    if (error instanceof RangeError) return ['range', error.message];
    // SpiderMonkey has errors of its own for that.
    if (typeof InternalError === 'function' && error instanceof InternalError) return ['range', error.message.replace('too much recursion', 'call stack')];
    if (error === 'out of memory') return ['range', error];
    return ['other', String(error)];
  };

  const run = ({ modules, steps }) => {
    collections = 0;
    const instances = [];
    const imports = { __proto__: null, env: { gc: collect } };
    const forget = (index) => {
      instances[index] = undefined;
      delete imports[modules[index].name];
    };
    const take = (step) => {
      if (step.kind === 'drop') {
        if (instances[step.module] === undefined) return ['skipped'];
        forget(step.module);
        return ['returned', []];
      }
      if (step.kind === 'instantiate') {
        forget(step.module);
        const { name, bytes } = modules[step.module];
        const { exports } = new WebAssembly.Instance(new WebAssembly.Module(decode(bytes)), imports);
        imports[name] = instances[step.module] = exports;
        return ['instantiated'];
      }
      const fn = instances[step.module]?.[step.export];
      if (fn === undefined) return ['skipped'];
      return ['returned', valuesOf(fn()).map((value) => (typeof value === 'bigint' ? { i64: String(value) } : value))];
    };
    const outcomes = [];
    for (const step of steps) {
      let outcome;
      try {
        outcome = take(step);
      } catch (error) {
        outcome = thrown(error, step);
      }
      outcomes.push(outcome);
      if (outcome[0] === 'range' || outcome[0] === 'other') break;
    }
    return outcomes;
  };

  // Engines have words of their own for this.
  const kindOf = (message) => (message.startsWith('Cannot read propert') ? 'v8' : /is not an object/.test(message) ? 'jsc' : /access property|has no properties/.test(message) ? 'spidermonkey' : 'of a kind that is not known');
  const kind = () => {
    try {
      return null.property;
    } catch (error) {
      return kindOf(error.message);
    }
  };
  const greeting = `@ready ${kind()}`;

  const answer = (line) => `@${JSON.stringify(run(JSON.parse(line)))}`;
  if (shell !== undefined) {
    shell.print(greeting);
    // At the end, d8 reads undefined, js null, and jsc and pmjs an empty line for ever.
    for (let line; (line = shell.readline()); ) shell.print(answer(line));
    return;
  }
  let rest = '';
  process.stdin.setEncoding('utf8');
  process.stdin.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop();
    for (const line of lines) process.stdout.write(`${answer(line)}\n`);
  });
  process.stdin.on('end', () => process.exit(0));
  process.stdout.write(`${greeting}\n`);
})();
