import { expect, test } from 'vitest';
import { ABOUT_LABELS, FIELD_LABELS, TYPE_LABELS } from '../../engine/flow/diff-words.ts';
import { aboutSchema, fieldSchema } from '../../engine/flow/document.ts';
import { english } from '../words/english.ts';

test('a difference speaks of a flow and of its input as their forms do', () => {
  const { name, purpose, businessOwner, flowOwner, objective, baseline, target, flags, meaning } = english.flow;
  const said = { 'objective.text': objective, 'objective.baseline': baseline, 'objective.target': target };
  expect(ABOUT_LABELS).toEqual({ title: name, purpose, businessOwner, flowOwner, ...said });
  expect(FIELD_LABELS).toMatchObject({ ...flags, description: meaning });
  expect(TYPE_LABELS).toEqual(english.types);
  // Nothing that a person can change is left to its key.
  expect(new Set(Object.keys(ABOUT_LABELS).map((key) => key.split('.')[0]))).toEqual(
    new Set(Object.keys(aboutSchema.shape)),
  );
  for (const { shape } of fieldSchema.options)
    for (const key of Object.keys(shape)) expect(FIELD_LABELS).toHaveProperty(key);
});
