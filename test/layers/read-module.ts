import { parseSync } from 'vite';

/** How a module names another: as a value, as a type only, at run time, or by a pattern that the bundler expands. */
export type ImportForm = 'static' | 'type' | 'dynamic' | 'glob';

/** One place where a module reaches for another. `specifier` is undefined where it is computed and cannot be known. */
export interface ModuleImport {
  readonly form: ImportForm;
  readonly specifier: string | undefined;
  readonly line: number;
}

/** One use of a global that a pure module may not touch, such as `Date.now`. */
export interface ImpureUse {
  readonly name: string;
  readonly line: number;
}

/** What the layer rules need to know of a module's source. */
export interface ModuleFacts {
  readonly imports: readonly ModuleImport[];
  readonly impureUses: readonly ImpureUse[];
}

interface AstNode {
  readonly type: string;
  readonly start: number;
  readonly [key: string]: unknown;
}

type Visit = (node: AstNode, parent: AstNode | undefined, key: string) => void;

/** Globals that reach for the clock, chance, the network or the process. A file that declares the name itself may use it. */
const ambientGlobals = new Set([
  'Buffer',
  'XMLHttpRequest',
  'crypto',
  'document',
  'eval',
  'fetch',
  'global',
  'globalThis',
  'localStorage',
  'navigator',
  'performance',
  'process',
  'queueMicrotask',
  'self',
  'setImmediate',
  'setInterval',
  'setTimeout',
  'window',
]);

/**
 * Reads one TypeScript or TSX source and lists what it imports, in whatever way, and which impure globals it uses.
 * Throws when the source does not parse: a module that cannot be read cannot be called clean.
 */
export function readModule(path: string, source: string): ModuleFacts {
  const parsed = parseSync(path, source, { lang: path.endsWith('x') ? 'tsx' : 'ts', sourceType: 'module' });
  const firstError = parsed.errors[0];
  if (firstError !== undefined) throw new Error(`${path} does not parse: ${firstError.message}`);
  const lineOf = lineCounter(source);
  const imports: ModuleImport[] = [];
  const uses: ImpureUse[] = [];
  const declared = new Set<string>();
  walk(parsed.program, undefined, '', (node, parent, key) => {
    const found = importIn(node);
    if (found !== undefined) {
      for (const specifier of found.specifiers) imports.push({ form: found.form, specifier, line: lineOf(node.start) });
    }
    if (isBinding(node, parent, key)) declared.add(String(node['name']));
    const name = impureUse(node, parent, key);
    if (name !== undefined) uses.push({ name, line: lineOf(node.start) });
  });
  return { imports, impureUses: uses.filter((use) => !declared.has(use.name)) };
}

function importIn(node: AstNode): { form: ImportForm; specifiers: (string | undefined)[] } | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
      return { form: node['importKind'] === 'type' ? 'type' : 'static', specifiers: [literal(node['source'])] };
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      if (!isNode(node['source'])) return undefined;
      return { form: node['exportKind'] === 'type' ? 'type' : 'static', specifiers: [literal(node['source'])] };
    case 'ImportExpression':
      return { form: 'dynamic', specifiers: [literal(node['source'])] };
    case 'TSImportType':
      return { form: 'type', specifiers: [literal(node['source'])] };
    case 'TSExternalModuleReference':
      return { form: 'static', specifiers: [literal(node['expression'])] };
    case 'TSModuleDeclaration':
      return isNode(node['id']) && node['id'].type === 'Literal'
        ? { form: 'type', specifiers: [literal(node['id'])] }
        : undefined;
    case 'CallExpression':
    case 'NewExpression':
      return importInCall(node);
    default:
      return undefined;
  }
}

/** `require(x)`, `require.resolve(x)`, `import.meta.resolve(x)`, `import.meta.glob(x)` and `new URL(x, import.meta.url)`. */
function importInCall(node: AstNode): { form: ImportForm; specifiers: (string | undefined)[] } | undefined {
  const callee = node['callee'];
  const args = Array.isArray(node['arguments']) ? node['arguments'] : [];
  const name = dotted(callee);
  if (node.type === 'NewExpression') {
    if (name !== 'URL' || dotted(args[1]) !== 'import.meta.url') return undefined;
    return { form: 'dynamic', specifiers: [literal(args[0])] };
  }
  if (name === 'require' || name === 'require.resolve' || name === 'import.meta.resolve') {
    return { form: 'dynamic', specifiers: [literal(args[0])] };
  }
  if (name !== 'import.meta.glob') return undefined;
  const patterns = isNode(args[0]) && Array.isArray(args[0]['elements']) ? args[0]['elements'] : [args[0]];
  return { form: 'glob', specifiers: patterns.map(literal) };
}

/**
 * Names the impure global that this node is a use of. `Date` passes only where its value is an argument
 * (`new Date(ms)`, `Date.UTC`, `Date.parse`, `instanceof Date`) and `Math` only as `Math.<something but random>`,
 * so that neither `const { now } = Date` nor `Math['random']` slips through.
 */
function impureUse(node: AstNode, parent: AstNode | undefined, key: string): string | undefined {
  if (node.type !== 'Identifier' || parent === undefined || !isReference(parent, key)) return undefined;
  const name = String(node['name']);
  const member =
    parent.type === 'MemberExpression' && key === 'object' && parent['computed'] === false ? memberName(parent) : '';
  if (name === 'Math') return member !== '' && member !== 'random' ? undefined : 'Math.random';
  if (name === 'Date') {
    if (member === 'UTC' || member === 'parse') return undefined;
    if (parent.type === 'BinaryExpression' && parent['operator'] === 'instanceof') return undefined;
    const args = parent.type === 'NewExpression' && key === 'callee' ? parent['arguments'] : [];
    return Array.isArray(args) && args.length > 0 ? undefined : 'Date.now';
  }
  return ambientGlobals.has(name) ? name : undefined;
}

/** False for names that only look like a use: a property's key, a member's name, a label, a type, an import's name. */
function isReference(parent: AstNode, key: string): boolean {
  if (
    parent.type.startsWith('TS') &&
    !['TSAsExpression', 'TSSatisfiesExpression', 'TSNonNullExpression'].includes(parent.type)
  )
    return false;
  if (key === 'property' || key === 'key') return parent['computed'] === true;
  return ![
    'ImportSpecifier',
    'ImportDefaultSpecifier',
    'ImportNamespaceSpecifier',
    'ExportSpecifier',
    'LabeledStatement',
    'MetaProperty',
  ].includes(parent.type);
}

function isBinding(node: AstNode, parent: AstNode | undefined, key: string): boolean {
  if (node.type !== 'Identifier' || parent === undefined) return false;
  if (key === 'local') return parent.type.startsWith('Import');
  if (key === 'id' || key === 'params' || key === 'param') return true;
  if (parent.type === 'Property') return key === 'value' && parent['kind'] === 'init' && parent['inPattern'] === true;
  if (parent.type === 'ArrayPattern' || parent.type === 'RestElement') return true;
  return parent.type === 'AssignmentPattern' && key === 'left';
}

function walk(value: unknown, parent: AstNode | undefined, key: string, visit: Visit): void {
  if (Array.isArray(value)) {
    for (const item of value) walk(item, parent, key, visit);
    return;
  }
  if (!isNode(value)) return;
  const node = parent?.type === 'ObjectPattern' && value.type === 'Property' ? { ...value, inPattern: true } : value;
  visit(node, parent, key);
  for (const [childKey, child] of Object.entries(node)) walk(child, node, childKey, visit);
}

function isNode(value: unknown): value is AstNode {
  return (
    typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string' && 'start' in value
  );
}

function literal(value: unknown): string | undefined {
  if (!isNode(value)) return undefined;
  if (value.type === 'Literal' && typeof value['value'] === 'string') return value['value'];
  if (value.type === 'TSLiteralType') return literal(value['literal']);
  const parts = value.type === 'TemplateLiteral' ? value['quasis'] : undefined;
  if (!Array.isArray(parts) || parts.length !== 1) return undefined;
  const part: unknown = parts[0];
  const text = isNode(part) ? part['value'] : undefined;
  return typeof text === 'object' && text !== null && 'cooked' in text && typeof text.cooked === 'string'
    ? text.cooked
    : undefined;
}

function dotted(value: unknown): string {
  if (!isNode(value)) return '';
  if (value.type === 'Identifier') return String(value['name']);
  if (value.type === 'MetaProperty') return 'import.meta';
  if (value.type !== 'MemberExpression' || value['computed'] === true) return '';
  return `${dotted(value['object'])}.${memberName(value)}`;
}

function memberName(member: AstNode): string {
  return isNode(member['property']) ? String(member['property']['name']) : '';
}

function lineCounter(source: string): (offset: number) => number {
  return (offset) => source.slice(0, offset).split('\n').length;
}
