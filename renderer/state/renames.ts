import type { Flow } from '../../engine/flow/document.ts';
import { followInCalls, handing } from '../../engine/flow/renames.ts';
import type { StudioAnswer, StudioRequest } from '../../engine/studio/contract.ts';
import { KINDS } from '../../nodes/index.ts';
import { change, fieldsRenamedSince, type FieldNames } from '../document/history.ts';
import { tell } from '../ui/notice.ts';
import { words } from '../words/index.ts';
import { question } from './question.ts';
import type { Caller, DocumentState, StudioState } from './records.ts';
import { transit, useStudio } from './store.ts';
import { onOpen, openDocuments } from './tabs.ts';
import { isDraft } from './transitions.ts';

/**
 * What a draft renamed reaches scenarios when it is saved: steps by their ids, which the service sees by itself, and input
 * fields, which only the history of the draft knows. Flows that call this one follow if the person lets them.
 */

export const renamedFields = ({ history, saved }: DocumentState): FieldNames => fieldsRenamedSince(history, saved);

/** What a request about a draft says of them. */
export const asRequest = (fields: FieldNames): Pick<StudioRequest<'runSuite'>, 'renamedFields'> =>
  fields.size === 0 ? {} : { renamedFields: Object.fromEntries(fields) };

/** The same of the draft on the canvas. */
export const draftRenames = ({ document }: StudioState): Pick<StudioRequest<'runSuite'>, 'renamedFields'> =>
  document === null ? {} : asRequest(renamedFields(document));

/** The flows that hand a renamed field to the one that is open, as they are drawn now. */
export function callersOf(state: StudioState, document: DocumentState): Caller[] {
  const fields = renamedFields(document);
  const { documents = {} } = state.service.workspace ?? {};
  const open = new Map(openDocuments(state).map((one) => [one.path, one]));
  if (fields.size === 0) return [];
  return Object.entries(documents).flatMap(([path, onDisk]) => {
    const drawn = open.get(path);
    const flow = drawn?.history.present ?? onDisk;
    const steps = path === document.path ? [] : handing(flow, document.path, fields, KINDS);
    if (steps.length === 0) return [];
    const names = steps.map((id) => flow.nodes[id]?.name ?? id);
    return [{ path, title: flow.about.title, steps: names, draft: drawn !== undefined && isDraft(drawn) }];
  });
}

export type CallersChoice = 'follow' | 'stay' | 'cancel';

const callersAsked = question<CallersChoice>('cancel');

/** What a person says about the flows that call this one. */
export const answerCallers = callersAsked.answer;

type Asked = Pick<StudioRequest<'saveFlow'>, 'renamedFields' | 'callers'>;

export interface Saving {
  asked: Asked;
  /** To be called with what was changed beside the flow. */
  done: (carried: StudioAnswer<'saveFlow'>['carried']) => void;
}

/** What saving this draft takes along; asks where other flows would change, and gives null where it is not to be saved. */
export async function savingOf(document: DocumentState): Promise<Saving | null> {
  const fields = renamedFields(document);
  const callers = callersOf(useStudio.getState(), document);
  const choice =
    callers.length === 0 ? 'stay' : await callersAsked.ask({ dialog: 'callers', path: document.path, callers });
  if (choice === 'cancel') return null;
  const [drafts, others] = [callers.filter(({ draft }) => draft), callers.filter(({ draft }) => !draft)];
  const following = choice === 'follow' ? others.map(({ path }) => path) : [];
  return {
    asked: { ...asRequest(fields), ...(following.length === 0 ? {} : { callers: following }) },
    done: (carried) => {
      if (choice === 'follow') for (const { path } of drafts) followInDraft(path, document.path, fields);
      const { scenarios, flows, left } = carried;
      const text = words().renames.followed(
        scenarios.length,
        flows.length,
        left.map(({ path }) => path),
      );
      if (text !== null) tell(text);
    },
  };
}

/** A draft that calls the flow follows in its tab, as one step that can be undone there. */
function followInDraft(path: string, called: string, fields: FieldNames): void {
  const follow = (flow: Flow): Flow => followInCalls(flow, called, fields, KINDS);
  transit((state) =>
    onOpen(state, path, (open) => {
      const { history } = open.document;
      const label = words().renames.did;
      return { ...open, document: { ...open.document, history: change(history, follow(history.present), { label }) } };
    }),
  );
}
