import { createContext, useContext } from 'react';
import { NO_ROUTES, type Routes } from './routes.ts';

/** Told by the canvas to its wires. */
export const RoutesContext = createContext<Routes>(NO_ROUTES);

export const useRoutes = (): Routes => useContext(RoutesContext);
