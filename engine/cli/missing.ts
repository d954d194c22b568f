import type { CountersignError } from '../flow/error.ts';
import { usage } from './usage.ts';

/** What an option that has to be given may look like. A test holds that each such option is here. */
export const EXAMPLES: Readonly<Record<string, string>> = {
  '--runner': '--runner .countersign/demo/runner',
  '--as': '--as lea',
  '--reason': '--reason "the customer withdrew"',
  '--basis': '--basis "request 2026-17"',
  '--key': '--key keys/lea.key.json',
  '--name': '--name "Lea Example"',
  '--author': '--author "Ada Example"',
  '--owner': '--owner "Bea Example"',
  '--purpose': '--purpose "sorts messages by topic"',
  '--question': '--question "What is this message about?"',
  '--release': '--release 1',
  '--not-after': '--not-after 2027-12-31T23:59:59Z',
  '--until': '--until 2027-12-31T23:59:59Z',
  '--older-than': '--older-than 200d',
  '--out': '--out out/result.json',
  '--state': '--state /var/lib/watch/desk.json, where whoever runs the engine cannot write',
  '--trust': '--trust keys/ada.pub.json keys/rae.pub.json',
  '--data': '--data data/new-messages.csv',
  '--text': '--text message',
  '--label': '--label topic',
  '--column': '--column amount',
  '--input': '--input amount',
  '--node': '--node "Route"',
  '--flow': '--flow flows/support-desk.flow.json',
  '--with': '--with other.dmn',
  '--model-version': '--model-version 1.0.0',
  '--decision': '--decision "Route"',
  '--bindings': '--bindings .countersign/demo/runner/bindings',
};

/** The same where options of one name take different things, by the whole of their flags. */
const EXAMPLES_OF: Readonly<Record<string, string>> = {
  '--trust <file>': '--trust .countersign/demo/runner/trust.json',
};

/** Where the names of things stand that a command is about. */
const LISTED: Readonly<Record<string, string>> = {
  case: 'List the cases with “countersign runs --runner FOLDER”, and put one of them behind the command.',
  task: 'List the open tasks with “countersign approvals --runner FOLDER”, and put one of them behind the command.',
  manifest: 'Put the file behind the command, such as releases/support-desk-1.manifest.json.',
  flow: 'Put a flow behind the command, such as flows/support-desk.flow.json.',
  node: 'Put the name of a step behind the command, such as "Route".',
};

/** What is missing, by its name and with an example; null where the message says nothing of the sort. */
export function missing(message: string): CountersignError | null {
  const option = /^required option '(.+)' not specified$/.exec(message)?.[1];
  if (option !== undefined) return usage(`The option ${option} is missing.`, hintOf(option));
  const value = /^option '(.+)' argument missing$/.exec(message)?.[1];
  if (value !== undefined) return usage(`The option ${value} lacks its value.`, hintOf(value));
  const argument = /^missing required argument '(.+)'$/.exec(message)?.[1];
  if (argument === undefined) return null;
  return usage(
    `It is not said which ${argument}.`,
    LISTED[argument] ?? `Put the ${argument} behind the command; --help shows where.`,
  );
}

/** The long form of an option as it is declared, such as `-o, --out <file>`. */
export const longOf = (flags: string): string => /--[a-z-]+/.exec(flags)?.[0] ?? flags;

function hintOf(flags: string): string {
  const example = EXAMPLES_OF[flags] ?? EXAMPLES[longOf(flags)];
  return example === undefined ? 'Run the command with --help.' : `Add it, such as ${example}.`;
}
