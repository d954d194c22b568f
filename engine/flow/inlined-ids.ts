/**
 * Ids of what stands in a program for a sub-flow. A node `b` of the sub-flow that the node `a` stands for becomes `a.b`,
 * over any number of steps; an edge likewise. Ids of documents have neither `.` nor `+` and at least two characters, so
 * that no two of them ever become one, and none becomes one that is drawn. The ids a program has are on record with its
 * runs: they are a format, and do not change.
 */
const WITHIN = '.';
const COPY = '+';

/** The node of a sub-flow where it comes back because a step of it failed; no node that is drawn has so short an id. */
export const FAILED_RETURN = 'f';

/** The id, in the program, of a node or edge of the flow that a node stands for. */
export const idWithin = (node: string, id: string): string => `${node}${WITHIN}${id}`;

/** The id of an edge that is drawn once and leaves by several nodes of the program; the first keeps the drawn id. */
export const copyOf = (edge: string, from: string): string => `${edge}${COPY}${from}`;

export const isInlined = (id: string): boolean => id.includes(WITHIN);

/** The node that stands for the sub-flow in which a node is drawn, as an id of the program; '' for what is drawn in the flow itself. */
export const regionOf = (id: string): string => id.slice(0, Math.max(0, id.lastIndexOf(WITHIN)));

/** The node of the drawn flow that a node of the program belongs to: itself, or the one that stands for its sub-flow. */
export const outerNode = (id: string): string => id.split(WITHIN, 1)[0] ?? id;

/** The ids by which a node of the program is drawn, from the outermost flow inwards; the last may be a return that is drawn nowhere. */
export const drawnIds = (id: string): readonly string[] => id.split(WITHIN).filter((part) => part !== FAILED_RETURN);

/** The edge of the drawn flow that an edge of the program is; null for one that is drawn in a sub-flow. */
export const outerEdge = (id: string): string | null => (isInlined(id) ? null : edgeOf(id));

/** The edge as it is drawn, of which this may be a copy. */
export const edgeOf = (id: string): string => id.split(COPY, 1)[0] ?? id;

/** A word that is nothing but underscores, as it stands between the names of a sub-flow and of a step of it. */
const SEAM = / _+ /g;

/** What a node of the program is called on the screen: `Check credit › Read account`. */
export const shownName = (id: string, name: string): string => (isInlined(id) ? name.replaceAll(SEAM, ' › ') : name);
