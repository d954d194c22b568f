import { useRef, useState, type ReactNode } from 'react';
import { MAX_BYTES } from '../../../engine/dmn/exchange/bytes.ts';
import type { DmnVersion } from '../../../engine/dmn/exchange/export-dmn.ts';
import type { FeelScopeTypes } from '../../../engine/feel/index.ts';
import { dmnOf, ruleSchema } from '../../../nodes/rule/config.ts';
import { useStudio } from '../../state/store.ts';
import { useOffer } from '../../commands/offered.ts';
import { DecisionDialog } from './decision-dialog.tsx';
import { readChosen, type ChosenDmn } from './dmn-files.ts';
import { words } from '../../words/index.ts';
import { download, plainName } from './sheet-files.ts';

const NO_SCOPE: FeelScopeTypes = {};

export interface DmnUse {
  readonly readOnly: boolean;
  /** The versions that the rule can be written in: of a model there is the one it has. */
  readonly versions: readonly DmnVersion[];
  /** Lets a file be chosen, and asks which decision of it the rule is to be. */
  readonly take: () => void;
  /** Hands the rule out as a DMN file. */
  readonly give: (version: DmnVersion) => void;
  /** What has to be drawn for it, outside of what closes when it is used. */
  readonly parts: ReactNode;
}

/** The rule of a step as a DMN file, and a rule from one. */
export function useDmn(node: string): DmnUse {
  const of = useStudio((state) => state.document?.history.present.nodes[node]);
  const scope = useStudio((state) => state.checks.scopes[node]) ?? NO_SCOPE;
  const readOnly = useStudio((state) => state.document?.readOnly !== null);
  const input = useRef<HTMLInputElement>(null);
  const [chosen, setChosen] = useState<ChosenDmn | null>(null);
  const config = ruleSchema.safeParse(of?.config);

  const read = async (files: readonly File[]) => {
    const given = await Promise.all(
      // A larger file is refused by its first bytes: it need not be held whole.
      files.map(async (file) => ({
        name: file.name,
        bytes: new Uint8Array(await file.slice(0, MAX_BYTES + 1).arrayBuffer()),
      })),
    );
    if (given.length > 0) setChosen(readChosen(given));
  };
  const versions: DmnVersion[] = config.data?.table === undefined ? (config.success ? ['1.5'] : []) : ['1.5', '1.3'];
  const take = () => input.current?.click();
  const give = (version: DmnVersion) => {
    if (of === undefined || !config.success) return;
    const bytes = dmnOf(config.data, of.name, scope, version);
    download(`${plainName(of.name)}.dmn`, new Blob([new Uint8Array(bytes)], { type: 'application/xml' }));
  };
  useOffer({
    'table.take-dmn': readOnly ? null : take,
    'table.give-dmn': versions.includes('1.5') ? () => give('1.5') : null,
    'table.give-dmn-1-3': versions.includes('1.3') ? () => give('1.3') : null,
  });
  return {
    readOnly,
    versions,
    take,
    give,
    parts: (
      <>
        <input
          ref={input}
          type="file"
          accept=".dmn,.xml"
          multiple
          hidden
          aria-label={words().dmn.file}
          onChange={(event) => {
            void read([...(event.currentTarget.files ?? [])]);
            // The same file may be chosen again, once it was mended.
            event.currentTarget.value = '';
          }}
        />
        {chosen === null || of === undefined ? null : (
          <DecisionDialog node={node} of={of} scope={scope} chosen={chosen} onClose={() => setChosen(null)} />
        )}
      </>
    ),
  };
}
