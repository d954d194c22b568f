import { words } from '../inspector/words.ts';
import { mockAt } from '../state/sandbox.ts';
import { useStudio } from '../state/store.ts';
import { shownTrace } from './marks.ts';

/** The hatched corner of a card whose step is not run but made up, with the mock's name: chosen, or in the case that is shown. */
export function MockCorner({ id }: { id: string }) {
  const name = useStudio(
    (state) =>
      mockAt(state, id) ??
      (shownTrace(state) === null
        ? null
        : (state.sandbox.result?.mocks.find((mock) => mock.node === id)?.name ?? null)),
  );
  return name === null ? null : (
    <span className="mock-corner" title={words.cardMock(name)}>
      <span className="sr">{words.cardMock(name)}</span>
      <span className="clip" aria-hidden>
        {words.mocked(name)}
      </span>
    </span>
  );
}
