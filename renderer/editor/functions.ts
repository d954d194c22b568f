import { builtInNames, builtInOf, type Overload } from '../../engine/feel/builtins/index.ts';
import { shortType } from '../inspector/offers.ts';
import { words } from '../words/index.ts';

/** A function that formulas can call, as it is offered. */
export interface OfferedFunction {
  name: string;
  /** `substring(string: text, start position: number, length?: number)`, one for each way to call it. */
  signatures: readonly string[];
  /** The type of what it gives. */
  gives: string;
  help: string;
}

const signatureOf = (name: string, { params }: Overload): string =>
  `${name}(${params
    .map((param) => `${param.rest ? '…' : ''}${param.name}${param.optional ? '?' : ''}: ${shortType(param.type)}`)
    .join(', ')})`;

/** Every built-in function, in the order of its name. */
export const FUNCTIONS: readonly OfferedFunction[] = [...builtInNames].sort().map((name) => {
  const overloads = builtInOf(name)?.overloads ?? [];
  return {
    name,
    signatures: overloads.map((overload) => signatureOf(name, overload)),
    gives: [...new Set(overloads.map((overload) => shortType(overload.result)))].join(' | '),
    help: words().editor.functions[name] ?? '',
  };
});
