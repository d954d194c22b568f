import { createContext, useContext } from 'react';
import type { Detail } from './detail.ts';

/** Told by the canvas to its cards and wires. */
export const DetailContext = createContext<Detail>('near');

export const useDetail = (): Detail => useContext(DetailContext);
