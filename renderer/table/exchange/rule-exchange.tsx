import { Menu } from '@mantine/core';
import { FileDown, FileUp } from 'lucide-react';
import type { DecisionTable } from '../../../engine/dmn/table.ts';
import type { TableUse } from '../table-use.ts';
import { words } from '../../words/index.ts';
import { TableExchange } from './table-exchange.tsx';
import { useDmn } from './use-dmn.tsx';

interface RuleExchangeProps {
  /** The step. */
  node: string;
  name: string;
  use: TableUse;
  table: DecisionTable;
}

/** All ways into a rule's table and out of it: spreadsheets, and DMN. */
export function RuleExchange({ node, name, use, table }: RuleExchangeProps) {
  const dmn = useDmn(node);
  return (
    <>
      {dmn.parts}
      <TableExchange
        table={table}
        scope={use.scope}
        readOnly={use.readOnly}
        onChange={(next) => use.change(next)}
        nodeName={name}
      >
        <Menu.Divider />
        <Menu.Item leftSection={<FileUp size={14} aria-hidden />} disabled={dmn.readOnly} onClick={dmn.take}>
          {words().dmn.take}
        </Menu.Item>
        {dmn.versions.map((version) => (
          <Menu.Item key={version} leftSection={<FileDown size={14} aria-hidden />} onClick={() => dmn.give(version)}>
            {words().dmn.give[version]}
            <span className="small quiet exchange-help">{words().dmn.giveHelp[version]}</span>
          </Menu.Item>
        ))}
      </TableExchange>
    </>
  );
}
