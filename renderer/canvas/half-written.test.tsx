import { describe, expect, it } from 'vitest';
import { FLOW } from '../../engine/studio/testing/tiny-workspace.ts';
import { bindClient } from '../state/files.ts';
import { edit, undoEdit } from '../state/edit.ts';
import { flowOf, useStudio } from '../state/store.ts';
import { deskOfEachTest } from '../test-kit/desk.ts';
import { drawn, textsOf } from '../test-kit/views.tsx';
import { comment } from './comment-acts.ts';
import { Threads } from './comments-dialog.tsx';
import { placeOf, send, useHalfWritten, written } from './half-written.ts';

/** A remark that was begun waits until it is sent or emptied. */

const desk = deskOfEachTest();
const writtenAt = (place: string) => useHalfWritten.getState()[place] ?? '';
const remarks = () =>
  Object.values(flowOf(useStudio.getState())?.comments ?? {}).flatMap((one) => one.remarks.map(({ text }) => text));
/** The step that is spoken of, and the place of a first remark on it. */
const agree = () => {
  const node = desk.idOf('Agree');
  return { node, place: placeOf(FLOW, node) };
};

describe('a remark that was begun', () => {
  it('stands in its field whenever that is drawn, and in no other', () => {
    const { node, place } = agree();
    written(place, 'Why at all?');
    Object.assign(useHalfWritten.getInitialState(), useHalfWritten.getState());
    const said = (about: string) => textsOf(drawn(useStudio.getState(), <Threads node={about} />));
    expect(said(node)).toContain('Why at all?');
    expect(said(desk.idOf('Refund'))).not.toContain('Why at all?');
    Reflect.deleteProperty(useHalfWritten.getInitialState(), place);
    written(place, '');
    expect(useHalfWritten.getState()).not.toHaveProperty(place);
  });

  it('is sent once, and what is written on to it meanwhile stays', async () => {
    const { node, place } = agree();
    written(place, 'One.');
    const sending = send(place, (text) => comment(node, text));
    // Its field is another by now: it was closed and opened again.
    const again = send(place, (text) => comment(node, text));
    written(place, 'One. And two');
    await Promise.all([sending, again]);
    expect([remarks(), writtenAt(place)]).toEqual([['One.'], ' And two']);
    await send(place, (text) => comment(node, text));
    expect([remarks(), writtenAt(place)]).toEqual([['One.', 'And two'], '']);
  });

  it('stays where it was not taken: nobody signed it, or its step was not there any more', async () => {
    const { node, place } = agree();
    written(place, 'Mine.');
    bindClient({ call: () => Promise.reject(new Error('away')), close: () => undefined });
    await send(place, (text) => comment(node, text));
    expect([remarks(), writtenAt(place)]).toEqual([[], 'Mine.']);
    bindClient({ call: (method, request) => desk.service.call(method, request), close: () => undefined });
    const sending = send(place, (text) => comment(node, text));
    edit('without it', (flow) => ({ ...flow, nodes: {} }));
    await sending;
    expect(writtenAt(place)).toBe('Mine.');
    undoEdit();
    await send(place, (text) => comment(node, text));
    expect([remarks(), writtenAt(place)]).toEqual([['Mine.'], '']);
  });
});
