/**
 * Each oracle catches a bug that nothing asked before it sees. The bugs are planted by replacing a part of the
 * runtime, an engine or a reader; the same Program passes when nothing is planted.
 */
import { beforeAll, describe, expect, it } from 'vitest';
import { INSTANTIATE, call, programOf } from '#test/support/program.ts';
import type { Panel } from '#fuzz/engines/panel.ts';
import { panelOf } from '#fuzz/engines/panel.ts';
import type { Observation } from '#fuzz/engines/observation.ts';
import type { Program } from '#fuzz/program/program.ts';
import { DEFAULT_KNOBS, NO_COLLECTIONS } from '#fuzz/program/program.ts';
import { DrcHeap } from '#runtime/collectors/drc.ts';
import { interpreterEngine } from '#fuzz/engines/interpreter.ts';
import type { HostFunction } from '#runtime/function.ts';
import { HostData, type StackRoots } from '#runtime/heap/gc-heap.ts';
import type { TrapCode } from '#runtime/outcome.ts';
import type { Parts } from '#runtime/parts.ts';
import { PARTS } from '#runtime/parts.ts';
import type { Value } from '#runtime/value.ts';
import { decode } from '#wasm/binary/decode.ts';
import { encode } from '#wasm/binary/encode.ts';
import type { Module } from '#wasm/syntax/module.ts';
import type { Examination } from './examine.ts';
import { examine } from './examine.ts';
import type { Reader } from './readers.ts';
import { Unread, loadReaders } from './readers.ts';
import { oraclesWith } from './registry.ts';
import type { OracleName } from './verdict.ts';
import { ORACLE_NAMES } from './verdict.ts';

let readers: readonly Reader[];
beforeAll(async () => {
  readers = await loadReaders();
}, 60_000);

const ADMITTED: ReadonlySet<OracleName> = new Set(ORACLE_NAMES);

function examined(program: Program, panel: Panel = panelOf(), all: readonly Reader[] = readers): Examination {
  return examine({ panel, oracles: oraclesWith(all), admitted: ADMITTED }, program);
}
function failureOf({ verdict }: Examination): unknown {
  return verdict.kind === 'disagree' ? { oracle: verdict.failure.oracle, invariant: verdict.failure.invariant } : verdict;
}
function withHeap(Heap: typeof DrcHeap): Parts {
  return { ...PARTS.drc, Heap };
}

/** Calls `f` between two collections; drops free at once. */
function caseOf(text: string, rest: Partial<Program> = {}): Program {
  const steps: Program['steps'] = [INSTANTIATE, { kind: 'collect' }, call('f'), { kind: 'collect' }];
  return programOf([text], steps, { collector: { ...DEFAULT_KNOBS, drops: 'immediate' }, ...rest });
}

const BOX = '(type $box (struct (field (mut anyref))))';
/** Keeps an object on the stack while others are made, and reads it. */
const HELD = `(module ${BOX} (func $make (drop (struct.new $box (ref.null any))))
  (func (export "f") (result i32) (local $kept (ref null $box))
    (local.set $kept (struct.new $box (ref.i31 (i32.const 5))))
    (call $make)
    (i31.get_s (ref.cast (ref i31) (struct.get $box 0 (local.get $kept))))))`;
/** The same, with another owner, so that its loss does no harm yet. */
const HELD_TWICE = `(module ${BOX} (global $g (mut (ref null $box)) (ref.null $box)) (func $make (drop (struct.new $box (ref.null any))))
  (func (export "f") (local $kept (ref null $box))
    (global.set $g (local.tee $kept (struct.new $box (ref.null any))))
    (call $make)))`;
const PLAIN = caseOf('(module (func (export "f") (result i32) (i32.const 1)))');
/** Overwrites the only reference to an object. */
const OVERWRITTEN = `(module ${BOX} (global $g (mut (ref null $box)) (struct.new $box (ref.null any)))
  (func (export "f") (global.set $g (struct.new $box (ref.i31 (i32.const 1))))))`;

interface Plant {
  readonly oracle: OracleName;
  readonly invariant: string;
  readonly bug: string;
  readonly program: Program;
  readonly parts: Parts;
}

/** Seen while the subject runs. */
const INSIDE: readonly Plant[] = [
  {
    oracle: 'poison',
    invariant: 'H3',
    bug: 'a freed object is written to',
    program: caseOf(OVERWRITTEN),
    parts: withHeap(
      class extends DrcHeap {
        protected override free(ref: number): void {
          super.free(ref);
          this.i32[(ref >> 2) + 4] = 0;
        }
      },
    ),
  },
  {
    oracle: 'heapIntegrity',
    invariant: 'L7',
    bug: 'the length of the stack-root list is wrong',
    program: caseOf(OVERWRITTEN),
    parts: withHeap(
      class extends DrcHeap {
        protected override link(ref: number): void {
          super.link(ref);
          this.listLength++;
        }
      },
    ),
  },
  {
    oracle: 'audit',
    invariant: 'C9',
    bug: 'what is overwritten is not released',
    program: caseOf(OVERWRITTEN),
    parts: withHeap(
      class extends DrcHeap {
        override writeBarrier(cells: Int32Array, index: number, ref: number): void {
          this.initBarrier(cells, index, ref);
        }
      },
    ),
  },
  {
    oracle: 'stackScan',
    invariant: 'L13',
    bug: 'locals are not visited',
    program: caseOf(HELD_TWICE, { schedule: { zeal: 1, allocZeal: 0, atEntry: false, atSafePoints: [] } }),
    parts: {
      ...PARTS.drc,
      StackWalker: class extends PARTS.drc.StackWalker {
        override readonly roots: StackRoots = () => undefined;
      },
    },
  },
  {
    oracle: 'leakCheck',
    invariant: 'forgottenRoot',
    bug: 'the host forgets a root',
    program: caseOf('(module (import "env" "mk" (func $mk (param i32) (result externref))) (func (export "f") (drop (call $mk (i32.const 1)))))'),
    parts: {
      ...PARTS.drc,
      HostBoundary: class extends PARTS.drc.HostBoundary {
        protected override callOut(callee: HostFunction, args: readonly Value[]): readonly Value[] {
          const { heap, roots } = this.store;
          const results = super.callOut(callee, args);
          for (const value of results) {
            if (value.kind !== 'object') continue;
            heap.clone(roots.refOf(value.root));
            roots.own(roots.refOf(value.root));
          }
          return results;
        }
      },
    },
  },
];

/** Host values are let go and taken again whenever there is a collection. */
class Reborn extends DrcHeap {
  override collect(stackRoots: StackRoots): void {
    super.collect(stackRoots);
    for (const id of this.hostData.ids()) {
      const value = this.hostData.get(id);
      this.hostData.release(id);
      this.hostData.add(value);
    }
  }
}
/** Deaths go uncounted. */
class Undying extends DrcHeap {
  override readonly hostData: HostData = new (class extends HostData {
    override release(id: number): void {
      super.release(id);
      this.deaths--;
    }
  })();
}

const HOST_OBJECT = caseOf(
  `(module (import "env" "mk" (func $mk (param i32) (result externref))) (global $g (mut externref) (ref.null extern))
    (func (export "f") (global.set $g (call $mk (i32.const 1)))))`,
);
const READS = caseOf(
  `(module (type $box (struct)) (type $list (array (mut (ref null $box))))
    (global $g (ref $list) (array.new_fixed $list 6 ${'(struct.new $box)'.repeat(6)}))
    (func (export "f") (local $i i32) (loop $again
      (drop (array.get $list (global.get $g) (local.get $i)))
      (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 6))))))`,
  { collector: { ...DEFAULT_KNOBS, oasrThreshold: 2 } },
);
const GARBAGE = caseOf(
  `(module ${BOX} (func (export "f") (local $i i32) (loop $again
    (drop (struct.new $box (ref.null any)))
    (br_if $again (i32.lt_u (local.tee $i (i32.add (local.get $i) (i32.const 1))) (i32.const 4000))))))`,
  { collector: { ...DEFAULT_KNOBS, heapGrowthStep: 1024, drops: 'immediate' } },
);
const LONG_ARRAY = caseOf(
  `(module ${BOX} (type $list (array (mut anyref))) (global $g (mut anyref) (ref.null any))
    (func (export "f") (global.set $g (array.new $list (struct.new $box (ref.null any)) (i32.const 3000)))
      (global.set $g (ref.null any))))`,
);

/** Seen in what the subject has used and what has become of the host's objects. */
const AFTERWARDS: readonly Plant[] = [
  { oracle: 'hostLifetimes', invariant: 'births', bug: 'host objects are born again at collections', program: HOST_OBJECT, parts: withHeap(Reborn) },
  { oracle: 'hostLifetimes', invariant: 'deaths', bug: 'the death of host objects is not told', program: HOST_OBJECT, parts: withHeap(Undying) },
  {
    oracle: 'budget',
    invariant: 'stack-root list members entered by reads',
    bug: 'reads never ask for a collection',
    program: READS,
    parts: withHeap(
      class extends DrcHeap {
        override collectionDue(): boolean {
          return false;
        }
      },
    ),
  },
  {
    oracle: 'budget',
    invariant: 'heap bytes',
    bug: 'the heap grows where a collection would do',
    program: GARBAGE,
    parts: withHeap(
      class extends DrcHeap {
        override allocate(kind: number, typeId: number, bytes: number): number {
          this.liveAfterCollection = this.capacity;
          return super.allocate(kind, typeId, bytes);
        }
      },
    ),
  },
  {
    oracle: 'budget',
    invariant: 'pending stack words',
    bug: 'all elements of a long array wait at once',
    program: LONG_ARRAY,
    parts: withHeap(
      class extends DrcHeap {
        protected override pushElements(ref: number, from: number, length: number): boolean {
          const first = (ref + this.headerBytes + 4) >> 2;
          for (let i = from; i < length; i++) this.pending.push(this.i32[first + i]!);
          return true;
        }
      },
    ),
  },
];

/** `table.grow` returns the new size. */
function growsWrongly(parts: Parts): Parts {
  return {
    ...parts,
    TableOperations: class extends parts.TableOperations {
      override growBy(table: Parameters<InstanceType<Parts['TableOperations']>['growBy']>[0], entries: number, value: number): number {
        return super.growBy(table, entries, value) + entries;
      }
    },
  };
}
const GROWS = caseOf('(module (table 1 anyref) (func (export "f") (result i32) (table.grow (ref.null any) (i32.const 2))))');

describe('a planted bug', () => {
  it.each([...INSIDE, ...AFTERWARDS])('is caught by $oracle: $bug', ({ oracle, invariant, program, parts }) => {
    expect(examined(program).verdict).toEqual({ kind: 'agree' });
    expect(failureOf(examined(program, panelOf({ ...PARTS, drc: parts })))).toEqual({ oracle, invariant });
  });

  it.each(INSIDE)('is seen by nothing else: $bug', ({ program, parts }) => {
    const { reference, v8 } = panelOf();
    const unaudited = interpreterEngine('drc', parts, { audit: 'off', integrity: false });
    const panel = { reference, subject: unaudited, unaudited, v8 };
    const collector = { ...program.collector, poison: false };
    expect(examined({ ...program, collector }, panel, []).verdict).toEqual({ kind: 'agree' });
  });

  it('is caught by assertion where nobody audits', () => {
    const parts: Parts = {
      ...PARTS.drc,
      ExceptionOperations: class extends PARTS.drc.ExceptionOperations {
        override setPending(): void {}
      },
    };
    const program = caseOf('(module (tag $t) (func (export "f") (block $h (try_table (catch $t $h) (throw $t)))))');
    const panel = panelOf({ ...PARTS, drc: parts });
    expect(examined(program).verdict).toEqual({ kind: 'agree' });
    expect(failureOf(examined(program, { ...panel, subject: panel.unaudited }))).toEqual({ oracle: 'assertion', invariant: 'R6' });
  });

  it('is caught by v8 when both twins have it', () => {
    const parts = growsWrongly(PARTS.drc);
    const panel = panelOf({ drc: parts, null: growsWrongly(PARTS.null) });
    expect(examined(GROWS).verdict).toEqual({ kind: 'agree' });
    expect(failureOf(examined(GROWS, panel))).toEqual({ oracle: 'v8', invariant: 'results' });
    expect(failureOf(examined(GROWS, panelOf({ ...PARTS, drc: parts })))).toEqual({ oracle: 'differential', invariant: 'results' });
  });

  it('is none where V8 does not ask for what a passive segment holds, or refuses an array that fits into our heap', () => {
    const lazy = caseOf('(module (type $a (array (mut i64))) (elem (ref null $a) (array.new_default $a (i32.const 536870911))) (func (export "f")))');
    expect(examined(lazy, panelOf(), [])).toMatchObject({ verdict: { kind: 'agree' }, abstentions: [{ oracle: 'v8', reason: 'null: size of an array' }] });
    const trapped = (trap: TrapCode): Observation => ({ ...panelOf().v8.run(GROWS), outcomes: [{ kind: 'trapped', trap }] });
    const refusing = (trap: TrapCode) => ({ name: 'v8', run: () => trapped(trap), runBytes: () => trapped(trap) });
    const panel = { ...panelOf(), v8: refusing('allocationSizeTooLarge') };
    expect(examined(GROWS, panel, [])).toMatchObject({ verdict: { kind: 'agree' }, abstentions: [{ oracle: 'v8', reason: 'v8: size of an array' }] });
    expect(failureOf(examined(GROWS, { ...panelOf(), v8: refusing('unreachable') }))).toEqual({ oracle: 'v8', invariant: 'outcome' });
  });

  it('is reported when V8 ends in a way that we do not know', () => {
    const fault = { oracle: 'crash', invariant: 'RuntimeError', message: 'something new', defect: undefined, operation: 'call', holders: [] } as const;
    const fail = (): Observation => ({ ...panelOf().v8.run(GROWS), outcomes: [{ kind: 'faulted', fault }] });
    const failing = { name: 'v8', run: fail, runBytes: fail };
    expect(examined(GROWS, { ...panelOf(), v8: failing }).verdict).toMatchObject({ failure: { oracle: 'crash', invariant: 'RuntimeError', message: 'v8: something new' } });
  });

  it('is caught by validity when it is in a validator', () => {
    const refuse = (): Observation => ({ outcomes: [{ kind: 'invalid' }], hostTrace: [], heap: undefined, effort: { instructions: 0, collections: 0, allocations: 0, safePoints: 0 } });
    const refusing = { name: 'v8', run: refuse, runBytes: refuse };
    expect(failureOf(examined(GROWS, { ...panelOf(), v8: refusing }))).toEqual({ oracle: 'validity', invariant: 'v8 refuses' });
  });

  it('is caught by scheduleInvariance when the generated schedule hides it', () => {
    const parts = withHeap(
      class extends DrcHeap {
        protected override trace(): void {
          this.markedObjects = 0;
        }
      },
    );
    const program = caseOf(HELD);
    expect(examined(program).verdict).toEqual({ kind: 'agree' });
    const { verdict } = examined(program, panelOf({ ...PARTS, drc: parts }));
    // The variant shows another outcome; looked at closely, it has swept what a frame holds.
    expect(verdict).toMatchObject({ failure: { oracle: 'scheduleInvariance', invariant: 'outcome', defect: 'unrooted', holders: ['local'] } });
  });

  it('is caught by interruption when only an end before the end shows it', () => {
    const ObjectOperations = class extends PARTS.drc.ObjectOperations {
      protected override clearElements(): void {}
    };
    const program = caseOf(`(module ${BOX} (type $list (array (ref $box)))
      (func (export "f") (drop (array.new $list (struct.new $box (ref.null any)) (i32.const 100)))))`);
    const panel = panelOf({ ...PARTS, drc: { ...PARTS.drc, ObjectOperations } });
    expect(examined(program).verdict).toEqual({ kind: 'agree' });
    expect(examined(program, panel).verdict).toMatchObject({ failure: { oracle: 'interruption', defect: 'undercount', operation: 'array.new' } });
  });

  it('is explained when only its results are seen', () => {
    const parts = withHeap(
      class extends DrcHeap {
        protected override trace(): void {
          this.markedObjects = 0;
        }
      },
    );
    const panel = panelOf({ ...PARTS, drc: parts });
    const program = caseOf(HELD, { schedule: { ...NO_COLLECTIONS, zeal: 1 } });
    const unseen = { ...panel, subject: panel.unaudited };
    const failure = { oracle: 'differential', invariant: 'outcome' };
    expect(examined(program, { ...unseen, suspect: panel.reference }).verdict).toMatchObject({ failure: { ...failure, operation: 'returned or trapped castFailure' } });
    expect(examined(program, unseen).verdict).toMatchObject({ failure: { ...failure, defect: 'unrooted', holders: ['local'] } });
  });

  const reading = (rewrite: Reader['rewrite'], exact = false): readonly Reader[] => [{ name: 'planted', exact, rewrite }];
  const changed = (change: (module: Module) => Module): Reader['rewrite'] => (bytes) => encode(change(decode(bytes)));
  const withoutData = changed((module) => ({ ...module, datas: [] }));
  const SELF_OBSERVING = caseOf('(module (memory 1) (data (i32.const 0) "\\05") (func (export "f") (result i32) (i32.load (i32.const 0))))');

  it.each([
    ['bytes that change', reading(changed((module) => ({ ...module, exports: [...module.exports, { name: 'g', kind: 'func', index: 0 }] })), true)],
    ['a reader that breaks down', reading(() => { throw new TypeError('planted'); })],
  ])('is caught by roundTrip: %s', (_, planted) => {
    expect(failureOf(examined(SELF_OBSERVING, panelOf(), planted))).toEqual({ oracle: 'roundTrip', invariant: 'planted' });
  });

  it('is caught by roundTrip: bytes that V8 reads otherwise than we do', () => {
    const panel = panelOf();
    const asBefore = { ...panel.v8, runBytes: () => panel.v8.run(SELF_OBSERVING) };
    const planted = reading(withoutData);
    expect(failureOf(examined(SELF_OBSERVING, { ...panel, v8: asBefore }, planted))).toEqual({ oracle: 'roundTrip', invariant: 'planted' });
    expect(examined(SELF_OBSERVING, panel, planted).abstentions).toEqual([{ oracle: 'roundTrip', reason: 'planted changes what a module does' }]);
  });

  it('is caught by validity: a case with a module that everyone refuses', () => {
    const program = programOf(['(module (func (export "f")))', '(module (func (result i32)))'], [INSTANTIATE, call('f'), { kind: 'instantiate', module: 1 }]);
    expect(failureOf(examined(program))).toEqual({ oracle: 'validity', invariant: 'valid case' });
  });

  it('leaves a case conclusive when a reader cannot read it', () => {
    const { verdict, abstentions } = examined(SELF_OBSERVING, panelOf(), reading(() => { throw new Unread('planted cannot'); }));
    expect(verdict).toEqual({ kind: 'agree' });
    expect(abstentions).toEqual([{ oracle: 'roundTrip', reason: 'planted cannot' }]);
  });

  it('passes where the oracle that sees it is not admitted', () => {
    const [, first] = AFTERWARDS;
    const admitted = new Set(ORACLE_NAMES.filter((name) => name !== 'hostLifetimes'));
    const { verdict } = examine({ panel: panelOf({ ...PARTS, drc: first!.parts }), oracles: oraclesWith([]), admitted }, first!.program);
    expect(verdict).toEqual({ kind: 'agree' });
  });
});

describe('binaryen and wabt', () => {
  it('read what is within their reach', () => {
    expect(examined(PLAIN).abstentions).toEqual([]);
    expect(examined(caseOf(HELD)).abstentions).toEqual([{ oracle: 'roundTrip', reason: 'wabt cannot read a module' }]);
  });
  it('go on after a module they cannot read', () => {
    for (const reader of readers.slice(1)) {
      expect(() => reader.rewrite(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 1, 99))).toThrow(Unread);
    }
    expect(examined(PLAIN).abstentions).toEqual([]);
  });
});
