import { create } from 'zustand';

/** The case whose story stands beside the list; it stays chosen while one is elsewhere in the window. */
export const useChosenCase = create<{ run: string | null }>()(() => ({ run: null }));

export const chooseCase = (run: string | null): void => useChosenCase.setState({ run });
