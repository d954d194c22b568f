import { FileDown, FileUp } from 'lucide-react';
import { words } from '../../words/index.ts';
import { useDmn } from './use-dmn.tsx';

/** In the inspector: the rule of a step as a DMN file, and a rule from one. */
export function DmnActs({ node }: { node: string }) {
  const dmn = useDmn(node);
  return (
    <div className="row wrap">
      {dmn.parts}
      <button type="button" className="plain" disabled={dmn.readOnly} onClick={dmn.take}>
        <FileUp size={14} aria-hidden />
        {words().dmn.take}
      </button>
      {dmn.versions.map((version) => (
        <button
          key={version}
          type="button"
          className="plain"
          title={words().dmn.giveHelp[version]}
          onClick={() => dmn.give(version)}
        >
          <FileDown size={14} aria-hidden />
          {words().dmn.give[version]}
        </button>
      ))}
    </div>
  );
}
