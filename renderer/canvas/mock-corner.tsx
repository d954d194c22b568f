import { words } from '../words/index.ts';
import { mockAt } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { shownTrace } from './marks.ts';

/** The hatched corner of a card whose step is not run but made up, with the mock's name: chosen, or in the case that is shown. */
export function MockCorner({ id }: { id: string }) {
  const name = useStudio(
    (state) =>
      mockAt(state, id) ??
      (shownTrace(state)?.of !== 'sandbox'
        ? null
        : (state.sandbox.result?.mocks.find((mock) => mock.node === id)?.name ?? null)),
  );
  return name === null ? null : (
    <span className="mock-corner" title={words().stepCase.cardMock(name)}>
      <span className="sr">{words().stepCase.cardMock(name)}</span>
      <span className="clip" aria-hidden>
        {words().stepCase.mocked(name)}
      </span>
    </span>
  );
}
