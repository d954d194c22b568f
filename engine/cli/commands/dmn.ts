import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Command } from 'commander';
import { decodeDmn, MAX_BYTES } from '../../dmn/exchange/bytes.ts';
import { DMN_VERSIONS, type DmnVersion } from '../../dmn/exchange/export-dmn.ts';
import { importDmn, type DecisionDescription, type ModelDescription } from '../../dmn/exchange/import-dmn.ts';
import type { FeelScopeTypes } from '../../feel/problem.ts';
import type { Flow } from '../../flow/document.ts';
import { CountersignError } from '../../flow/error.ts';
import { writeFlow } from '../../flow/read.ts';
import { scopeAt } from '../../flow/scope.ts';
import { fileError, readBytes, writeFileAtomic } from '../../manifest/atomic.ts';
import { openFlowFile, saveFlowFile } from '../../studio/flow-files.ts';
import { readFlowFile } from '../../studio/workspace.ts';
import { KINDS } from '../../../nodes/index.ts';
import { rule, ruleSchema, type RuleConfig } from '../../../nodes/rule/config.ts';
import {
  dmnOf,
  mainDecision,
  ruleFromDmn,
  tooLarge,
  withOwnTable,
  type DmnSource,
} from '../../../nodes/rule/exchange.ts';
import { body, usage, type Answer, type Wiring } from '../command.ts';
import { flowAt } from '../place.ts';

interface ImportOptions {
  flow: string;
  node: string;
  decision?: string;
  with?: string[];
  asTable?: true;
}

interface ExportOptions {
  out: string;
  dmn: string;
}

export function addDmn(program: Command, wiring: Wiring): void {
  const dmn = program.command('dmn').description('Take rules over from DMN models, and give them out as such.');
  dmn
    .command('import')
    .description('Make a rule of a flow a decision of a DMN model, which is kept as it is.')
    .argument('<file>', 'the DMN file, of version 1.1 to 1.5')
    .requiredOption('--flow <flow>', 'the flow')
    .requiredOption('--node <name>', 'the rule: its name or id')
    .option('--decision <name>', 'the decision: its name or id; needed where the model is there for several')
    .option('--with <file...>', 'the models that it imports')
    .option('--as-table', 'take the decision’s table out of the model, as a table of the rule’s own')
    .action(body(wiring, (_talk, file: string, options: ImportOptions) => importRule(file, options)));
  dmn
    .command('export')
    .description('Write a rule as a DMN model. One that came from a DMN file is written as that, byte for byte.')
    .argument('<flow>', 'the flow')
    .argument('<node>', 'the rule: its name or id')
    .requiredOption('-o, --out <file>', 'the file to write; it must not be there yet')
    .option('--dmn <version>', `version of DMN for a table of the rule’s own: ${DMN_VERSIONS.join(' or ')}`, '1.5')
    .action(
      body(wiring, (_talk, flow: string, node: string, options: ExportOptions) => exportRule(flow, node, options)),
    );
}

/** A rule of a flow that a command speaks of, and where it stands. */
export interface RulePlace {
  root: string;
  path: string;
  flow: Flow;
  id: string;
  name: string;
  /** Null when it is none that a rule can have. */
  config: RuleConfig | null;
  scope: FeelScopeTypes;
}

/** The rule of a flow by its name or id. Throws USAGE when there is none. */
export function ruleAt(flowPath: string, wanted: string): RulePlace {
  const { workspace, flow: path } = flowAt(flowPath);
  const { flow, newer, problems } = readFlowFile(workspace.root, path);
  if (flow === null || newer)
    throw new CountersignError({
      code: newer ? 'DOCUMENT_NEWER' : 'DOCUMENT_INVALID',
      message: `${path} cannot be changed: ${problems[0]?.message ?? 'it is no flow of this version.'}`,
      where: { file: path },
      hint: problems[0]?.hint ?? 'Check the flow with “countersign validate”.',
    });
  const nodes = Object.entries(flow.nodes);
  const [id, node] = nodes.find(([key, one]) => one.name === wanted || key === wanted) ?? [];
  const rules = nodes.filter(([, one]) => one.kind === rule.kind).map(([, one]) => one.name);
  if (id === undefined || node === undefined || node.kind !== rule.kind)
    throw usage(
      id === undefined ? `${path} has no step “${wanted}”.` : `“${wanted}” is no rule.`,
      rules.length === 0 ? 'Draw a rule first.' : `Its rules are: ${rules.join(', ')}.`,
    );
  const config = ruleSchema.safeParse(node.config);
  const scope = scopeAt(flow, id, KINDS, workspace.surroundings);
  return { root: workspace.root, path, flow, id, name: node.name, config: config.data ?? null, scope };
}

function readDmnFile(file: string): { text: string; encoding: DmnSource['encoding'] } {
  const size = sizeOf(file);
  const limit = MAX_BYTES / 1_000_000;
  // Refused unread: memory is not for strangers to fill.
  if (size > MAX_BYTES)
    throw invalid(file, `it is larger than ${limit} million bytes.`, 'Export a smaller part of it.');
  const decoded = decodeDmn(readBytes(file));
  if (!decoded.ok) throw invalid(file, decoded.problem.message, decoded.problem.hint);
  return decoded;
}

function sizeOf(file: string): number {
  try {
    return statSync(file).size;
  } catch (cause) {
    throw fileError(file, cause, 'read');
  }
}

function invalid(file: string, why: string, hint: string): CountersignError {
  const message = `${basename(file)} cannot be taken over: ${why}`;
  return new CountersignError({ code: 'DOCUMENT_INVALID', message, where: { file }, hint });
}

function importRule(file: string, options: ImportOptions): Answer {
  const place = ruleAt(options.flow, options.node);
  const source: DmnSource = { ...readDmnFile(file), imports: (options.with ?? []).map((one) => readDmnFile(one).text) };
  const large = tooLarge(source);
  if (large !== null) throw invalid(file, large.message, large.hint);
  const read = importDmn(source.text, source.imports);
  if (!read.ok) {
    const [problem] = read.problems;
    throw invalid(file, problem?.message ?? 'it is no DMN.', problem?.hint ?? 'Choose another file.');
  }
  const decision = decisionFor(read.model, options.decision);
  const taken = ruleFromDmn(source, decision.id, place.scope, place.config ?? rule.initial());
  const change = taken.ok && options.asTable === true ? withOwnTable(taken.config) : taken;
  if (!change.ok) throw invalid(file, change.message, change.hint);
  const nodes = { ...place.flow.nodes, [place.id]: { kind: rule.kind, name: place.name, config: change.config } };
  const text = writeFlow({ ...place.flow, nodes });
  const { digest } = openFlowFile(place.root, place.path);
  saveFlowFile(place.root, { path: place.path, text, base: digest, overwrite: false });
  const { problems } = rule.analyse(change.config, place.scope, { connections: {}, models: {} });
  return {
    holds: true,
    json: { flow: place.path, node: place.id, decision, asTable: options.asTable === true, problems },
    lines: [
      `${place.name} is now ${options.asTable === true ? 'the table of' : 'the decision'} “${decision.name}” of ${basename(file)}`,
      ...problems.flatMap((problem) => [`  ${problem.severity}  ${problem.message}`, `         ${problem.hint}`]),
    ],
  };
}

function decisionFor({ decisions }: ModelDescription, wanted: string | undefined): DecisionDescription {
  const found =
    wanted === undefined ? mainDecision(decisions) : decisions.find(({ id, name }) => id === wanted || name === wanted);
  if (found !== null && found !== undefined) return found;
  throw usage(
    wanted === undefined
      ? 'The model has more than one decision that could be meant.'
      : `The model has no decision “${wanted}”.`,
    decisions.length === 0
      ? 'Choose a model with decisions.'
      : `Name one with --decision: ${decisions.map(({ name }) => `“${name}”`).join(', ')}.`,
  );
}

function exportRule(flowPath: string, node: string, options: ExportOptions): Answer {
  const version = DMN_VERSIONS.find((one): one is DmnVersion => one === options.dmn);
  if (version === undefined) throw usage(`--dmn is ${DMN_VERSIONS.join(' or ')}, and is ${options.dmn}.`);
  const { config, name, scope, path, id } = ruleAt(flowPath, node);
  if (config === null)
    throw new CountersignError({
      code: 'DOCUMENT_INVALID',
      message: `The rule ${name} of ${path} is not whole.`,
      where: { file: path, node: id },
      hint: 'Check the flow with “countersign validate”.',
    });
  const bytes = dmnOf(config, name, scope, version);
  writeFileAtomic(options.out, bytes, { exclusive: true });
  return {
    holds: true,
    json: { file: options.out, bytes: bytes.length, decision: config.model?.decision ?? null },
    lines: [
      `${options.out} is ${config.model === undefined ? `the rule ${name} as DMN ${version}` : 'the model as it came'}`,
    ],
  };
}
