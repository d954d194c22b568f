/** The type under which a kind is dragged from the palette. */
export const KIND_DATA = 'application/x-countersign-kind';
