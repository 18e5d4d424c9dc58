import { bench as campaign } from './campaign.ts';
import { bench as oneCase } from './case.ts';
import { bench as engines } from './engines.ts';
import { bench as interpreter } from './interpreter.ts';
import { bench as minimize } from './minimize.ts';
import type { Bench } from './result.ts';
import { bench as shrink } from './shrink.ts';

export const BENCHES: readonly Bench[] = [interpreter, oneCase, campaign, shrink, minimize, engines];
