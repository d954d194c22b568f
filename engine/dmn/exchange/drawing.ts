/** The drawing of an exported model (DMN DI): the decision above its inputs, and a line from each. */
import type { NewElement } from './xml-write.ts';

const DECISION = { width: 180, height: 80 };
const INPUT = { width: 125, height: 45 };
const GAP = { across: 40, down: 90 };
const EDGE = 60;

export function drawing(
  decision: string,
  inputs: readonly { readonly id: string; readonly requirement: string }[],
  takeId: (wanted: string) => string,
): NewElement {
  const across = inputs.length * INPUT.width + Math.max(0, inputs.length - 1) * GAP.across;
  const width = Math.max(across, DECISION.width);
  const at = { x: EDGE + Math.round((width - DECISION.width) / 2), y: EDGE };
  const below = at.y + DECISION.height + GAP.down;
  const places = inputs.map((input, i) => ({
    ...input,
    x: EDGE + Math.round((width - across) / 2) + i * (INPUT.width + GAP.across),
  }));
  const children = [
    shape(takeId(`shape_${decision}`), decision, at.x, at.y, DECISION),
    ...places.map(({ id, x }) => shape(takeId(`shape_${id}`), id, x, below, INPUT)),
    ...places.map(({ requirement, x }, i): NewElement => {
      // Lines end beside one another at the decision's foot.
      const foot = at.x + Math.round(((i + 1) * DECISION.width) / (places.length + 1));
      return {
        name: 'dmndi:DMNEdge',
        attributes: { id: takeId(`edge_${requirement}`), dmnElementRef: requirement },
        children: [point(x + Math.round(INPUT.width / 2), below), point(foot, at.y + DECISION.height)],
      };
    }),
  ];
  return {
    name: 'dmndi:DMNDI',
    attributes: {},
    children: [{ name: 'dmndi:DMNDiagram', attributes: { id: takeId('diagram') }, children }],
  };
}

const point = (x: number, y: number): NewElement => ({
  name: 'di:waypoint',
  attributes: { x: String(x), y: String(y) },
});

const shape = (
  id: string,
  element: string,
  x: number,
  y: number,
  { width, height }: { width: number; height: number },
): NewElement => ({
  name: 'dmndi:DMNShape',
  attributes: { id, dmnElementRef: element },
  children: [
    {
      name: 'dc:Bounds',
      attributes: { height: String(height), width: String(width), x: String(x), y: String(y) },
    },
  ],
});
