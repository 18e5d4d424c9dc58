import { bench as campaign } from './campaign.ts';
import { bench as oneCase } from './case.ts';
import { bench as interpreter } from './interpreter.ts';
import type { Bench } from './result.ts';

export const BENCHES: readonly Bench[] = [interpreter, oneCase, campaign];
