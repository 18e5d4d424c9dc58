import type { Store } from '../store.ts';
export function auditStore(_store: Store): void {}
export function scanStack(_store: Store): void {}
