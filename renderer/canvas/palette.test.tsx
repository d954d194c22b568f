import { expect, it } from 'vitest';
import { initialState } from '../state/transitions.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { OFFERS } from './offers.ts';
import { Palette } from './palette.tsx';

it('the list of steps has all that quick-add offers, a branch among them', () => {
  const said = textsOf(drawn(initialState(), <Palette />));
  expect(said).toEqual(expect.arrayContaining(OFFERS.map(({ label }) => label)));
  expect(OFFERS.map(({ id }) => id)).toContain('branch');
});
