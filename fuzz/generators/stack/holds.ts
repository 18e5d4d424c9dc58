/**
 * Values held on the operand stack over safe points, and used afterwards: below other operands, as parameters of blocks, as arguments
 * that wait, over the back edge of a loop, under a `try_table`. Nothing else owns them, more often than not; now and then a global does
 * for a while, and then two collections see them by different maps.
 */
import type { ValType as Value } from '#wasm/syntax/types.ts';
import { ValType, heapTypeOf, isNullable, isRefType } from '#wasm/syntax/types.ts';
import type { Emitter } from '../build/emitter.ts';
import type { FunctionEntry } from '../build/module-builder.ts';
import type { StatementProduction } from '../build/production.ts';
import { mayTrapOnPurpose, trapOnPurpose } from '../build/traps.ts';
import type { Stage } from './stage.ts';
import { VALUE_DEPTH } from './stage.ts';

const MAX_ROUNDS = 3;
const NOTHING = { params: [], results: [] } as const;
const { i32 } = ValType;

/** Exchanges the topmost value, so that the next collection finds another object in the same place. */
function replaceTop(e: Emitter, stage: Stage, types: readonly Value[]): void {
  const top = types.at(-1)!;
  stage.sinks.use(e.body, top);
  e.valueOf(top, VALUE_DEPTH);
}

/** Leaves a condition that is known to nobody before it runs. */
function condition(e: Emitter, stage: Stage): void {
  e.body.emit('global.get', { global: stage.sinks.sum });
  e.body.i32(1 << e.random.int(0, 3));
  e.body.emit('i32.and');
}

/** Runs `inside` one to three times; `types` lie on the stack at both ends of it. */
function rounds(e: Emitter, types: readonly Value[], inside: () => void): void {
  const { body } = e;
  body.scratch(i32, (counter) => {
    body.i32(e.random.int(1, MAX_ROUNDS));
    body.emit('local.set', { local: counter });
    body.loop({ params: types, results: types }, () => {
      inside();
      body.emit('local.get', { local: counter });
      body.i32(1);
      body.emit('i32.sub');
      body.emit('local.tee', { local: counter });
      body.emit('br_if', { label: 0 });
    });
  });
}

export function holdsOf(stage: Stage): readonly StatementProduction[] {
  const always = (): boolean => true;
  /** A row that pushes values, does something to them that leaves their types, and uses them. */
  const holding = (name: string, weight: number, around: (e: Emitter, types: readonly Value[], depth: number) => void): StatementProduction => ({
    name,
    weight,
    when: always,
    emit: (e, depth) => {
      const types = stage.drawTypes();
      stage.push(e, types);
      around(e, types, depth);
      if (e.random.chance(0.2)) stage.pause(e, 0);
      stage.use(e, types);
    },
  });

  return [
    holding('below other operands', 5, (e, _, depth) => stage.pause(e, depth)),
    holding('block parameters', 4, (e, types, depth) => {
      e.body.block({ params: types, results: types }, () => {
        stage.pause(e, depth);
        if (e.random.chance(0.3)) replaceTop(e, stage, types);
        if (e.random.chance(0.3)) {
          condition(e, stage);
          e.body.emit('br_if', { label: 0 });
          stage.pause(e, 0);
        }
      });
    }),
    holding('arms of an if', 3, (e, types, depth) => {
      condition(e, stage);
      const arm = (): void => {
        stage.pause(e, depth);
        if (e.random.chance(0.3)) replaceTop(e, stage, types);
      };
      e.body.if({ params: types, results: types }, arm, arm);
    }),
    holding('loop parameters', 4, (e, types, depth) =>
      rounds(e, types, () => {
        stage.pause(e, depth);
        if (e.random.chance(0.5)) replaceTop(e, stage, types);
      }),
    ),
    holding('below a loop', 2, (e, _, depth) => rounds(e, [], () => stage.pause(e, depth))),
    holding('below a try_table', 4, (e, _, depth) => {
      e.body.block(NOTHING, () => {
        e.body.tryTable(NOTHING, [{ kind: 'catch_all', label: 0 }], () => {
          stage.pause(e, depth);
          if (e.random.chance(0.4)) throwSomething(e, stage);
        });
      });
    }),
    holding('parameters of a try_table', 3, (e, types, depth) => {
      e.body.block({ params: types, results: types }, () => {
        const tag = stage.tagFor(types);
        e.body.tryTable({ params: types, results: types }, [{ kind: 'catch', tag, label: 0 }], () => {
          stage.pause(e, depth);
          if (e.random.chance(0.5)) e.body.emit('throw', { tag });
        });
      });
    }),
    {
      name: 'owned by a global for a while',
      weight: 3,
      when: (e) => ownersIn(e).length > 0,
      emit: (e, depth) => {
        const global = e.random.pick(ownersIn(e));
        const { type } = e.module.globals[global]!.type;
        e.valueOf(type, VALUE_DEPTH);
        e.body.emit('global.set', { global });
        e.body.emit('global.get', { global });
        stage.pause(e, depth);
        e.body.emit('ref.null', { heapType: heapTypeOf(type) });
        e.body.emit('global.set', { global });
        stage.pause(e, 0);
        stage.sinks.use(e.body, type);
      },
    },
    {
      name: 'numbers where references were',
      weight: 2,
      when: always,
      emit: (e) => {
        const count = e.random.int(1, 3);
        const types = stage.drawTypes(count, count);
        stage.push(e, types);
        stage.pause(e, 0);
        stage.use(e, types);
        // Multiples of 16 pass for addresses of objects.
        const decoys = Array.from({ length: count }, () => i32);
        for (const _ of decoys) e.body.i32(16 * e.random.int(1, 40));
        stage.pause(e, 0);
        stage.use(e, decoys);
      },
    },
    {
      name: 'multi-value results',
      weight: 4,
      when: (e) => !e.full,
      emit: (e, depth) => {
        const types = stage.drawTypes(2);
        e.call(stage.companion(e, { params: [], results: types }, (inner) => stage.push(inner, types)));
        stage.pause(e, depth);
        stage.use(e, types);
      },
    },
    {
      name: 'arguments',
      weight: 4,
      when: (e) => !e.full,
      emit: (e) => {
        const params = stage.drawTypes(2);
        const callee = stage.companion(e, { params, results: [] }, (inner) => {
          stage.pause(inner, 1);
          params.forEach((type, local) => {
            inner.body.emit('local.get', { local });
            stage.sinks.use(inner.body, type);
          });
        });
        stage.push(e, params);
        e.call(callee);
      },
    },
    {
      name: 'dropped by a branch',
      weight: 2,
      when: always,
      emit: (e, depth) => {
        const kept = stage.drawTypes(1, 2);
        e.body.block({ params: [], results: kept }, () => {
          stage.push(e, stage.drawTypes(1, 2));
          stage.push(e, kept);
          stage.pause(e, depth);
          e.body.i32(e.random.int(0, 3));
          e.body.emit('br_table', { labels: [0, 0] });
        });
        stage.pause(e, 0);
        stage.use(e, kept);
      },
    },
    {
      name: 'trap while values wait',
      weight: 6,
      when: mayTrapOnPurpose,
      emit: (e) => {
        const types = stage.drawTypes();
        stage.push(e, types);
        trapOnPurpose(e);
        stage.use(e, types);
      },
    },
    {
      name: 'many locals',
      weight: 2,
      when: (e) => !e.full,
      emit: (e) => e.call(manyLocals(e, stage)),
    },
    {
      name: 'kept over a loop',
      weight: 3,
      when: (e) => !e.full,
      emit: (e, depth) => keptOverLoop(e, stage, depth),
    },
    {
      name: 'collection before any reference',
      weight: 2,
      when: (e) => !e.full,
      emit: (e) => {
        // The first safe point of a function must not be taken for the last one of the function before it.
        e.body.i32(e.random.int(0, 9));
        e.body.i32(e.random.int(0, 9));
        e.call(stage.companion(e, { params: [i32], results: [i32] }, (inner) => {
          inner.body.i32(16 * inner.random.int(1, 40));
          inner.call(inner.module.host('gc')!);
        }));
        stage.use(e, [i32, i32]);
      },
    },
    {
      name: 'held by each frame of a recursion',
      weight: 2,
      when: (e) => !e.full,
      emit: (e) => {
        e.body.i32(e.random.int(1, 6));
        e.call(recursion(e, stage));
      },
    },
  ];
}

/** Mutable globals that can hold a reference or none. */
function ownersIn(e: Emitter): readonly number[] {
  return e.module.globals.flatMap(({ type }, i) => (type.mutable && isRefType(type.type) && isNullable(type.type) ? [i] : []));
}

function throwSomething(e: Emitter, stage: Stage): void {
  const types = stage.drawTypes(0, 2);
  stage.push(e, types);
  e.body.emit('throw', { tag: stage.tagFor(types) });
}

/** A function with more locals than fit in the words of a bitmap, some of them references. */
function manyLocals(e: Emitter, stage: Stage): FunctionEntry {
  return stage.companion(e, { params: [], results: [] }, (inner) => {
    const { body, random } = inner;
    const count = random.int(12, 40);
    for (let i = 0; i < count; i++) body.variable(stage.drawVariableType());
    const used = Array.from({ length: 5 }, () => random.pick(body.variables));
    for (const { local, type } of used) {
      inner.valueOf(type, VALUE_DEPTH);
      body.emit('local.set', { local });
    }
    stage.pause(inner, 0);
    for (const { local, type } of used) {
      body.emit('local.get', { local });
      stage.sinks.use(body, type);
    }
  });
}

/** One reference is set before a loop and read early in it; another is made later in each round. */
function keptOverLoop(e: Emitter, stage: Stage, depth: number): void {
  const type = stage.drawVariableType();
  e.body.scratch(type, (kept) =>
    e.body.scratch(type, (late) => {
      const read = (local: number): void => {
        e.body.emit('local.get', { local });
        stage.sinks.use(e.body, type);
      };
      e.valueOf(type, VALUE_DEPTH);
      e.body.emit('local.set', { local: kept });
      rounds(e, [], () => {
        read(kept);
        e.valueOf(type, VALUE_DEPTH);
        e.body.emit('local.set', { local: late });
        stage.pause(e, depth);
      });
      read(late);
    }),
  );
}

/** A function that calls itself as often as its parameter says, while it holds something. */
function recursion(e: Emitter, stage: Stage): FunctionEntry {
  const types = stage.drawTypes(1, 3);
  return stage.companion(e, { params: [i32], results: [] }, (inner, self) => {
    const { body } = inner;
    body.variables.shift(); // Nothing else may write the counter.
    stage.push(inner, types);
    body.emit('local.get', { local: 0 });
    body.if(NOTHING, () => {
      body.emit('local.get', { local: 0 });
      body.i32(1);
      body.emit('i32.sub');
      inner.call(self);
    }, () => stage.pause(inner, 0));
    stage.use(inner, types);
  });
}
