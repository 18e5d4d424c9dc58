/** What happens while values lie on the stack: collections by all ways that lead to one, and the reuse of freed memory. */
import { ValType } from '#wasm/syntax/types.ts';
import type { Emitter } from '../build/emitter.ts';
import type { HostName } from '#fuzz/program/host-types.ts';
import type { StatementProduction } from '../build/production.ts';
import type { Stage } from './stage.ts';

const { externref, anyref } = ValType;

export function pausesOf(stage: Stage): readonly StatementProduction[] {
  return [
    {
      name: 'collection',
      weight: 8,
      when: () => true,
      emit: (e) => e.call(e.module.host('gc')!),
    },
    {
      name: 'collection and reuse',
      weight: 5,
      when: () => true,
      emit: (e) => {
        e.call(e.module.host('gc')!);
        stage.churn(e);
      },
    },
    {
      name: 'reuse',
      weight: 2,
      when: () => true,
      emit: (e) => stage.churn(e),
    },
    {
      name: 'another value comes and goes',
      weight: 3,
      when: () => true,
      emit: (e) => {
        const type = stage.drawType();
        e.valueOf(type, 1);
        stage.sinks.use(e.body, type);
      },
    },
    {
      name: 'nested statement',
      weight: 8,
      when: (e) => !e.full,
      emit: (e, depth) => {
        if (depth > 0) e.statement(depth);
        e.call(e.module.host('gc')!);
      },
    },
    {
      name: 'host call with a reference',
      weight: 2,
      when: (e) => e.module.host('id') !== undefined,
      emit: (e) => {
        e.valueOf(anyref, 1);
        e.call(e.module.host('id')!);
        stage.sinks.use(e.body, anyref);
      },
    },
    {
      name: 'two host objects at once',
      weight: 1,
      when: (e) => e.module.host('two') !== undefined,
      emit: (e) => {
        e.call(e.module.host('two')!);
        stage.use(e, [externref, externref]);
      },
    },
    {
      name: 'exception thrown and caught',
      weight: 2,
      when: (e) => e.module.tags.length > 0,
      emit: (e) => {
        const tag = e.random.int(0, e.module.tags.length - 1);
        e.body.block({ params: [], results: [] }, () => {
          e.body.tryTable({ params: [], results: [] }, [{ kind: 'catch_all', label: 0 }], () => {
            stage.push(e, e.module.payload(tag));
            e.body.emit('throw', { tag });
          });
          e.body.emit('unreachable');
        });
      },
    },
  ];
}

/** Host functions that call back. */
const REENTRIES: readonly HostName[] = ['cb', 'cb_gc', 'cb_twice', 'cb_trap'];

/** Calls back into the module. @param names of host functions; only those that are imported count */
export function reentriesOf(stage: Stage, names = REENTRIES): readonly StatementProduction[] {
  const available = (e: Emitter) => names.flatMap((name) => e.module.host(name) ?? []);
  return [
    {
      name: 'host calls back',
      weight: 4,
      when: (e) => stage.mayCall(e) && available(e).length > 0,
      emit: (e) => {
        const call = (): void => e.call(e.random.pick(available(e)));
        // What comes back may be an exception; it ends here, or is left to whoever is outside.
        if (!stage.hasGc || e.random.chance(0.1)) return call();
        e.body.block({ params: [], results: [] }, () => {
          e.body.tryTable({ params: [], results: [] }, [{ kind: 'catch_all', label: 0 }], call);
        });
        if (e.random.chance(0.3)) stage.pause(e, 0);
      },
    },
  ];
}
