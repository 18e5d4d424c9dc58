/**
 * What can happen in the runtime that is worth telling apart: the vocabulary of coverage and of the reach report. An event
 * is counted together with the instruction under way.
 */
import type { InstructionName } from '#wasm/syntax/instructions.ts';
import { OPCODE_LIMIT, Op, instructionTable } from '#wasm/syntax/instructions.ts';
import { ALIAS_WAYS } from './copy-operands.ts';

/** How the ranges of a copy lie to each other. All but the last four are within one array or table. */
export const COPY_RELATIONS = [
  'identical',
  'forward overlap',
  'backward overlap',
  'adjacent',
  'apart',
  'empty',
  'out of bounds',
  'of null',
  'between two of one type',
  'between two types',
] as const;
/** What an element in the source range of a copy is, and who owns it. */
export const ELEMENT_STATES = ['null', 'i31', 'owned by its slot', 'owned by slot and stack', 'owned by several slots', 'the array itself'] as const;

/** Lengths of the array that a copy is within: 1024 elements are what one death puts in the queue at once. */
export const COPY_SIZES = ['0', '1', '2 to 15', '16 to 1023', '1024 or more'] as const;

/** What a write replaces: an object dies when the cell was its last owner. */
const OLD_VALUES = ['null', 'i31', 'survivor', 'dying object', 'the same'] as const;
const NEW_VALUES = ['null', 'i31', 'object'] as const;

export const TRIGGERS = ['host', 'entry', 'zeal', 'schedule', 'allocZeal', 'exhaustion', 'threshold'] as const;
export const DEPTHS = ['0', '1', '2 to 3', '4 to 7', '8 to 31', '32 to 255', '256 or more'] as const;
const TRAPS = [
  'unreachable', 'integerDivideByZero', 'integerOverflow', 'invalidConversionToInteger', 'outOfBoundsMemoryAccess',
  'outOfBoundsTableAccess', 'outOfBoundsArrayAccess', 'uninitializedElement', 'indirectCallTypeMismatch', 'nullReference',
  'nullFunctionReference', 'nullStructReference', 'nullArrayReference', 'nullI31Reference', 'nullExceptionReference',
  'castFailure', 'allocationSizeTooLarge', 'hostError',
] as const;

/** All events. Their places are their numbers; families stand together, so that a member's number can be computed. */
export const EVENT_NAMES = [
  'executed',
  'read null', 'read i31', 'read listed', 'read lists',
  'expose listed', 'expose lists',
  'init null', 'init i31', 'init object',
  ...OLD_VALUES.flatMap((old) => NEW_VALUES.map((value) => `write ${value} over ${old}` as const)),
  ...COPY_RELATIONS.map((relation) => `copy ${relation}` as const),
  ...COPY_RELATIONS.flatMap((relation) => ELEMENT_STATES.map((state) => `copy ${relation}: ${state}` as const)),
  ...COPY_SIZES.map((size) => `copy within array of ${size}` as const),
  'copy of null, i31 and objects', 'copy of arrays',
  ...ALIAS_WAYS.map((way) => `self-copy through ${way}` as const), 'self-copy between two types',
  'self-copy after a collection', 'self-copy around a collection', 'self-copy before a collection',
  'cast null fails', 'cast null passes', 'cast i31 fails', 'cast i31 passes', 'cast object fails', 'cast object passes',
  'allocation from bump region', 'allocation from exact block', 'allocation from larger block', 'allocation finds no room',
  'allocation after collection', 'allocation after growth', 'allocation of 1 KiB', 'allocation of 64 KiB',
  'remainder put back', 'freed into bump region', 'freed behind bump region', 'freed as block', 'freed joins block below',
  'freed joins block above', 'freed joins two blocks', 'block joins bump region',
  'growth first', 'growth', 'growth beyond double', 'growth refused',
  ...TRIGGERS.map((trigger) => `collection by ${trigger}` as const),
  'sweep keeps', 'sweep unlinks head', 'sweep unlinks inner',
  // One that waits for its release cannot come back: whoever could still name it has it in the list, which owns it.
  'last owner gone, deferred', 'last owner gone, immediate', 'long array queued',
  'struct dies', 'array dies', 'exception dies', 'host object dies',
  ...DEPTHS.map((depth) => `death at depth ${depth}` as const),
  'host call', 'host call nested', 'host call throws',
  'to host null', 'to host i31', 'to host function', 'to host struct', 'to host array', 'to host exception', 'to host extern',
  'from host null', 'from host i31', 'from host function', 'from host object',
  'throw replaces pending', 'caught in same frame', 'caught further out', 'not caught',
  'landing catch', 'landing catch_ref', 'landing catch_all', 'landing catch_all_ref',
  ...TRAPS.map((trap) => `trap ${trap}` as const),
] as const;
export type EventName = (typeof EVENT_NAMES)[number];
export const EVENT_COUNT = EVENT_NAMES.length;

const ids = new Map<string, number>(EVENT_NAMES.map((name, id) => [name, id]));

/** Number of an event. */
export function eventId(name: EventName): number {
  return ids.get(name)!;
}

/** Events in which an object is moved within one array or table, onto itself or onto what it overlaps. */
export const SELF_COPIES_OF_OBJECTS: ReadonlySet<number> = new Set(
  (['identical', 'forward overlap', 'backward overlap'] as const).flatMap((relation) =>
    ELEMENT_STATES.flatMap((state) => (state === 'null' || state === 'i31' ? [] : [eventId(`copy ${relation}: ${state}`)])),
  ),
);

// --- Kinds of instructions ---------------------------------------------------------------------------------

export const INSTRUCTION_NAMES: readonly InstructionName[] = Object.keys(instructionTable) as InstructionName[];

/** Numbers of instruction kinds by opcode: the same ones, without gaps. */
export const kindOfOpcode: Int16Array = new Int16Array(OPCODE_LIMIT).fill(-1);
INSTRUCTION_NAMES.forEach((name, kind) => (kindOfOpcode[Op[name]] = kind));

/** Added to the kind of an instruction in a constant expression. */
export const IN_CONSTANT: number = INSTRUCTION_NAMES.length;
/** The kind of what happens while no instruction is under way. */
export const HOST_KIND: number = 2 * INSTRUCTION_NAMES.length;
/** The kind of what happens late in a long step, whatever the instruction. */
export const LATER_KIND: number = HOST_KIND + 1;
export const KIND_COUNT: number = LATER_KIND + 1;

/** The instruction of a kind by its place in `INSTRUCTION_NAMES`, in a constant expression or not; -1 when there is none. */
export function instructionOfKind(kind: number): number {
  return kind >= HOST_KIND ? -1 : kind % IN_CONSTANT;
}

/** `array.copy`, `array.new_fixed in constant expression`, `host`, `later`. */
export function kindName(kind: number): string {
  if (kind >= HOST_KIND) return kind === HOST_KIND ? 'host' : 'later';
  return kind < IN_CONSTANT ? INSTRUCTION_NAMES[kind]! : `${INSTRUCTION_NAMES[kind - IN_CONSTANT]} in constant expression`;
}
