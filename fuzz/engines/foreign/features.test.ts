import { expect, it } from 'vitest';
import { closeProgram } from '../closed/close.ts';
import { nullEngine } from '../interpreter.ts';
import { UNAUDITED } from '../panel.ts';
import { FEATURES, featureProgram } from './features.ts';

it.each(FEATURES)('our own runtime has %s', (feature) => {
  const { program } = closeProgram(featureProgram(feature));
  expect(nullEngine(UNAUDITED).run(program).outcomes.map(({ kind }) => kind)).toEqual(['instantiated', 'returned']);
});
