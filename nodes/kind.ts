import type { Connection } from '../engine/connections/contract.ts';
import type { FeelScopeTypes } from '../engine/feel/index.ts';
import type { FeelType } from '../engine/feel/type.ts';
import type { FeelContext, FeelValue, JsonValue } from '../engine/feel/value.ts';
import type { Fields, Flow } from '../engine/flow/document.ts';
import type { ErrorShape } from '../engine/flow/error.ts';
import type { ProblemCode } from '../engine/flow/problem.ts';
import type { z } from '../engine/flow/zod.ts';
import type { ModelCard } from '../engine/models/card.ts';

/** What a flow may lean on: the connections and models of its workspace by name, and its flows by their paths. */
export interface Surroundings {
  connections: Readonly<Record<string, Connection>>;
  models: Readonly<Record<string, ModelCard>>;
  flows?: Readonly<Record<string, Flow>>;
  /** The connections behind which something stands on this machine, a simulated system; absent where nobody knows. */
  simulated?: readonly string[];
  /** The path of the flow that is looked at, where it is known: what is drawn may be newer than what `flows` has there. */
  self?: string;
}

/** A named way out of a node. An `optional` port may stay unwired; `failed` then fails the run. */
export interface Port {
  id: string;
  label: string;
  optional?: boolean;
  /** The screen's colour for it: green, amber, red or none. */
  tone?: 'good' | 'wait' | 'bad';
}

/** A finding of a kind about its own config; `path` begins at the config. */
export interface ConfigProblem {
  code: ProblemCode;
  severity: 'error' | 'warning';
  path: readonly (string | number)[];
  message: string;
  hint: string;
  at?: { from: number; to: number };
  /** What was most likely meant by the text at `at`. */
  instead?: string;
}

/** What a kind's config reads, writes and lacks, given the types in scope at the node. */
export interface Analysis {
  /** Every path read from the scope, such as ['ticket', 'amount']. */
  reads: readonly (readonly string[])[];
  /** By field of the value, what of `reads` it is worked out from; where absent, every field comes from all of them. */
  fieldReads?: Readonly<Record<string, readonly (readonly string[])[]>>;
  /** The type of the value that the node leaves in scope; null when it leaves none. */
  writes: FeelType | null;
  /** The type of what each branch sees under the name of {@link KindConfig.opens}. */
  itemType?: FeelType;
  /** Sharper types for those who come by a certain exit, such as a response that is there only after “done”. */
  writesAt?: Readonly<Record<string, FeelType>>;
  problems: readonly ConfigProblem[];
}

/** What a node that stands for another flow hands to it, and what it takes back. */
export interface SubflowUse {
  /** Path of the flow in the workspace. */
  flow: string;
  /** By field of that flow's input, the formula that gives it. */
  arguments: Readonly<Record<string, string>>;
  /** The results of that flow's ends; each is an exit of the node. */
  results: readonly string[];
}

/** Config of the node where a sub-flow begins once it stands in the program. */
export interface EntryConfig {
  arguments: Record<string, string>;
  /** The input that the sub-flow declares. */
  input: Fields;
}

/** Config of a node where a sub-flow comes back; `value` is null where it comes back because a step of it failed. */
export interface ReturnConfig {
  result: string;
  value: Record<string, string> | null;
}

export type Hue = 'violet' | 'gold' | 'teal' | 'plum' | 'slate';

/** A flow document's node config as its kind sees it: pure, used by checks, proof, renderer and engine alike. */
export interface KindConfig<C> {
  kind: string;
  /** The screen's word, in sentence case. */
  label: string;
  /** One sentence for the palette. */
  summary: string;
  hue: Hue;
  /** Name of the lucide icon. */
  icon: string;
  /** The zod schema of the config. Forms are built from it: `.meta({label, help, example, widget})` on each field. */
  schema: z.ZodType<C>;
  /** Config of a freshly drawn node. */
  initial(): C;
  /** `false` for nodes that edges cannot enter. */
  hasInput: boolean;
  /** Notes take no part in the program. */
  inProgram: boolean;
  ports(config: C): readonly Port[];
  analyse(config: C, scope: FeelScopeTypes, surroundings: Surroundings): Analysis;
  /** The config with a name in all its expressions replaced, by syntax tree. */
  rename(config: C, scope: FeelScopeTypes, from: string, to: string): C;
  /** One line for the card that says what the node does. */
  sentence(config: C, surroundings: Surroundings): string;
  /** Whether the node's value comes from an AI answer, or a person's decision. */
  influence: 'ai' | 'person' | 'none';
  /** The exit behind which a person has approved what follows, as it was shown to them. */
  approves?: string;
  /** The roles that it may ask, for whoever has to fill them. */
  roles?(config: C): readonly string[];
  /** The models that it may ask. */
  models?(config: C): readonly string[];
  /** The action that the node does to an outside system. */
  effect?(config: C): {
    connection: string;
    action: string;
    arguments: Readonly<Record<string, string>>;
    /** It is taken back when the case fails later. */
    undo?: boolean;
  } | null;
  /** The fields of a message that it waits for; null when it waits for none. Their marks are marks of its value. */
  receives?(config: C): Fields | null;
  /** For the kind that runs begin at: the duration after which a run that is not over fails. */
  deadline?(config: C): string | null;
  /** For the kind that runs begin at: the formula over the input by whose value cases run one at a time. */
  orders?(config: C): string | null;
  /** The node opens branches: one for each exit, or one for each item of a list, which it sees under this name. */
  opens?(config: C): { item: string | null };
  /** Branches come together at the node: all of them, or any. */
  closes?(config: C): { any: boolean };
  /** A case ends at the node: the name of its result, and what it gives back. */
  ends?(config: C): { result: string; value: Readonly<Record<string, string>> };
  /**
   * The node stands for another flow, whose nodes take its place before the program is made (engine/flow/inline.ts). In
   * place of that flow's start and ends stand nodes of the kinds `entry` and `back`, which no document may draw.
   */
  inlines?: {
    use(config: C): SubflowUse;
    /** The config with other formulas for the input of that flow. */
    given(config: C, formulas: Record<string, string>): C;
    entry: KindConfig<EntryConfig>;
    back: KindConfig<ReturnConfig>;
  };
  /** A node of this kind stands where a sub-flow begins or comes back. */
  seam?: 'entry' | 'return';
  /** What its value is declared to hold, field by field, with the marks of each. */
  declares?(config: C): Fields;
  /**
   * The exit by which a case goes on where the node is disabled; null, or no such function, for a node that cannot be:
   * which of its exits would be taken, nobody could say.
   */
  passes?(config: C): string | null;
  /** Older config shapes to today's, in order; index i takes version i+1 to i+2. Each is run by a test. */
  migrations: readonly ((config: Record<string, unknown>) => Record<string, unknown>)[];
}

/** Retry policy of a call: attempts in all, and the delays between them (milliseconds, exponential with `factor`). */
export interface RetryPolicy {
  attempts: number;
  firstDelayMs: number;
  factor: number;
  maxDelayMs: number;
  /** The errors after which it is tried again; all that may pass by themselves when null. */
  on: readonly RetriedError[] | null;
}

/** What can be wrong with the other side for a while, as a retry policy tells it apart. */
export type RetriedError = 'not reached' | 'timed out' | 'busy' | 'server error';

/** What a person is asked for besides a yes or no: one of several choices, or the fields of a form. */
export type Asked =
  | {
      type: 'choose';
      question: string;
      choices: readonly { value: string; label: string }[];
      /** What a model would choose, where one was asked first and was not sure. */
      guess?: Guess;
    }
  | { type: 'fill in'; question: string; fields: Fields };

/** A model's answer that did not count, shown to the person who is asked in its place. */
export interface Guess {
  choice: string;
  confidence: number;
  reasons: readonly string[];
  model: string;
}

/** What a person is asked. For an approval (`asks` is null) core fills in the effects from a dry run of what follows. */
export interface TaskDraft {
  asks: Asked | null;
  title: string;
  role: string;
  count: number;
  fourEyes: boolean;
  sendBack: boolean;
  /** Milliseconds since 1970, or null when it may wait for ever. */
  due: number | null;
  facts: readonly { label: string; value: FeelValue }[];
}

/**
 * The branches that a node opens, by key and in order. With an `item` all of them begin at the exit “each”, and each sees
 * its own of `items` under that name; without one each begins at the exit of its key.
 */
export interface Branches {
  keys: readonly string[];
  item: string | null;
  items: readonly FeelValue[] | null;
  /** How many run at once, at most. */
  atOnce: number;
}

/** What a node asks of core. */
export type Step =
  | { step: 'complete'; port: string; value: FeelValue; record: NodeRecord | null }
  | {
      step: 'ask';
      model: string;
      text: string | null;
      columns: FeelContext;
      bar: number | null;
      timeoutMs: number;
      retry: RetryPolicy;
    }
  /** What came does not settle it: it goes on record, and the node has its turn again, which sees it. */
  | { step: 'set aside'; record: NodeRecord; next: Fallback }
  | { step: 'perform'; connection: string; action: string; request: FeelContext; timeoutMs: number; retry: RetryPolicy }
  | { step: 'task'; task: TaskDraft }
  | { step: 'open'; branches: Branches }
  /** Waits until a time, for a message, or for whichever comes first. */
  | { step: 'wait'; until: number | null; message: { name: string; key: string } | null }
  /** What came is not what was waited for: nothing is put on record, and it is told why. */
  | { step: 'refuse'; error: ErrorShape }
  | { step: 'end'; result: string; value: FeelValue }
  | { step: 'fail'; error: ErrorShape };

/** Who is asked next, in the place of an answer that does not count. */
export type Fallback = 'model' | 'rule' | 'person';

/** What was set aside in this turn of a node, in order; the record is null once it was erased. */
export interface SetAside {
  record: NodeRecord | null;
  next: Fallback;
}

/** The final outcome of what a node asked for, after core's retries. */
export type Signal =
  | { signal: 'answered'; answer: ModelAnswer }
  | { signal: 'not answered'; error: ErrorShape }
  | { signal: 'done'; key: string; status: number; response: FeelContext; attempts: number }
  | { signal: 'refused'; key: string; status: number; error: ErrorShape; attempts: number }
  | { signal: 'failed'; key: string; error: ErrorShape; attempts: number }
  | { signal: 'decided'; decisions: readonly PersonDecision[] }
  | { signal: 'timed out'; due: number }
  | { signal: 'due'; at: number }
  | { signal: 'message'; id: string; from: string; known: string; body: Readonly<Record<string, JsonValue>> };

/** An AI model's validated answer with what the decision record needs. */
export interface ModelAnswer {
  status: 'answered' | 'uncertain';
  why: 'below the bar' | 'unlike anything seen' | null;
  choice: string | null;
  guess: string;
  confidence: number;
  alternatives: readonly { choice: string; confidence: number }[];
  reasons: readonly { word: string; contribution: number }[];
  model: { name: string; version: string; digest: string; owner: string; bar: number };
  latencyMs: number;
}

/**
 * A person's decision on a task, with the signature over the digest of what was shown and all that they said. `answer`
 * is there when they were asked to choose (`{choice}`) or to fill in (the fields), and then only.
 */
export interface PersonDecision {
  decision: 'approved' | 'rejected' | 'sent back' | 'answered';
  answer?: Readonly<Record<string, JsonValue>>;
  person: string;
  role: string;
  comment: string;
  shown: string;
  at: number;
  signature: { by: 'ed25519'; keyId: string; signature: string };
}

/** What a model was asked, beside its input. Records of the first versions lack it. */
export interface Prompt {
  /** Digest of the question and the choices, as the model was given them. */
  prompt: string;
  /** What its answer depends on besides: such as the bar and how its confidence is calibrated. */
  parameters: Readonly<Record<string, JsonValue>>;
}

/** Why a node came out as it did: the basis that is kept on record. */
export type NodeRecord =
  | ({ by: 'model'; answer: ModelAnswer; input: string } & Partial<Prompt>)
  | ({ by: 'model'; error: ErrorShape; input?: string } & Partial<Prompt>)
  | { by: 'rule'; rows: readonly string[]; warnings: readonly string[] }
  | { by: 'formula'; warnings: readonly string[]; error?: ErrorShape }
  | {
      by: 'system';
      connection: string;
      action: string;
      key: string;
      status: number | null;
      attempts: number;
      error?: ErrorShape;
    }
  | { by: 'person'; decisions: readonly PersonDecision[] }
  | { by: 'timer'; due: number }
  /** Made up: no step of a kind writes it, only what a sandbox puts in the place of a step (engine/sandbox/mocks.ts). */
  | { by: 'mock'; name: string }
  /** `known` stands for its sender, id and content; absent in journals of the first versions. */
  | { by: 'message'; name: string; id: string; from: string; known?: string };

/** What a node may know when it is its turn. Expressions see `scope` and nothing else. */
export interface Turn {
  scope: ReadonlyMap<string, FeelValue>;
  /** Milliseconds since 1970, as the journal will say. */
  now: number;
  visit: number;
  /** What was set aside since the node was entered: whoever is asked next depends on it. */
  aside: readonly SetAside[];
  /** SHA-256 of canonical bytes of a value, for the record. */
  digest(value: FeelValue): string;
}

/** A node compiled for running: expressions are closures already. Pure: same turn, same step. */
export interface Behaviour {
  start(turn: Turn): Step;
  resume(turn: Turn, signal: Signal): Step;
}

export interface KindRun<C> {
  kind: string;
  compile(config: C, scope: FeelScopeTypes, surroundings: Surroundings): Behaviour;
}
