import { useStudio } from '../state/store.ts';

/** Test files share a worker: each begins with the window's state as it is when nothing has happened yet. */
const KEPT = Symbol.for('countersign.state at the beginning');
const initial = useStudio.getInitialState();
const kept: unknown = Reflect.get(globalThis, KEPT);
if (kept === undefined) Reflect.set(globalThis, KEPT, { ...initial });
else Object.assign(initial, kept);
useStudio.setState({ ...initial }, true);
