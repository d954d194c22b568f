import type { FlowNode } from '../../engine/flow/document.ts';
import { actionOf, connectorSchema } from '../../nodes/connector/config.ts';
import type { Surroundings } from '../../nodes/kind.ts';
import { afterLostAnswer, undoLine } from '../pages/connections/action-facts.ts';
import { acrossCases } from '../pages/limit-words.ts';
import { words } from '../words/index.ts';

/** What holds of a connector whatever is drawn here, as its action's contract says: taking back, repeating, limits, pausing. */
export function ContractPart({ node, surroundings }: { node: FlowNode; surroundings: Surroundings }) {
  if (node.kind !== 'connector') return null;
  const read = connectorSchema.safeParse(node.config);
  const action = read.success ? actionOf(read.data, surroundings) : undefined;
  if (action === undefined) return null;
  const said = words().connections;
  const undo = undoLine(action);
  return (
    <section className="panel-part contract">
      <h3>{words().inspector.contract}</h3>
      {[...(undo === null ? [] : [undo]), ...acrossCases(action)].map((line) => (
        <p key={line} className="break">
          {line}
        </p>
      ))}
      <p className="break">
        <span className="quiet">{said.again.title}: </span>
        {afterLostAnswer(action)}
      </p>
      <p className="break">
        <span className="quiet">{said.pause.title}: </span>
        {said.pause.line}
      </p>
    </section>
  );
}
