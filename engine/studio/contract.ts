import { connectionSchema, policySchema } from '../connections/contract.ts';
import { aboutSchema, fieldsSchema, flowSchema, idSchema } from '../flow/document.ts';
import { errorShapeSchema } from '../flow/error-schema.ts';
import { PROBLEM_CODES } from '../flow/problem.ts';
import { FACTS, SEALS } from '../flow/story-fact.ts';
import { z } from '../flow/zod.ts';
import { modelCardSchema } from '../models/card.ts';
import { mockSchema, mocksSchema } from '../sandbox/mock-document.ts';
import { scenarioSchema } from '../sandbox/scenario.ts';
import { AGAIN_METHODS, againSchema } from './contract-again.ts';
import { CASE_METHODS, runSchema, taskSchema } from './contract-cases.ts';
import { POLICY_METHODS } from './contract-policy.ts';
import { QUEUE_METHODS } from './contract-queue.ts';
import { carriedSchema, draftRenames, RENAME_METHODS, savedRenames } from './contract-renames.ts';
import { RELEASE_METHODS } from './contract-releases.ts';
import { RECORD_METHODS, verifyingEventSchema } from './contract-record.ts';
import { SCENARIO_METHODS } from './contract-scenarios.ts';
import { TRAFFIC_METHODS, trafficSchema } from './contract-traffic.ts';
import { TEMPLATE_METHODS } from './contract-templates.ts';
import { VERSION_METHODS } from './contract-versions.ts';

export { errorShapeSchema, runSchema, taskSchema };

/** Any JSON; what the renderer shows as it is. */
const json = z.json();

export const problemSchema = z.strictObject({
  code: z.enum(PROBLEM_CODES),
  severity: z.enum(['error', 'warning']),
  path: z.array(z.union([z.string(), z.number()])).readonly(),
  message: z.string(),
  hint: z.string(),
  node: z.string().optional(),
  edge: z.string().optional(),
  at: z.strictObject({ from: z.number(), to: z.number() }).optional(),
  instead: z.string().optional(),
  port: z.string().optional(),
});

const flowEntry = z.strictObject({
  /** Path in the workspace, with forward slashes. */
  path: z.string(),
  title: z.string(),
  scenarios: z.array(z.strictObject({ path: z.string(), name: z.string() })),
  /** The newest release that was signed of it; null where there is none. */
  signed: z.number().nullable(),
  /** Made-up outcomes of its steps, by id of the step. */
  mocks: mocksSchema.shape.mocks,
});

/** A value in a story: what it is, which of its sort, and whether it is personal content that is sealed or was erased. */
export const storyFactSchema = z.strictObject({
  what: z.enum(FACTS),
  name: z.string(),
  value: json,
  seal: z.enum(SEALS),
});
export type StoryFact = z.infer<typeof storyFactSchema>;

/** One event of the record in plain words. */
const storyMomentSchema = z.strictObject({
  type: z.string(),
  /** Its place among the events of the case, from 1. */
  place: z.number(),
  atMs: z.number(),
  sentence: z.string(),
  facts: z.array(storyFactSchema),
});
export type StoryMoment = z.infer<typeof storyMomentSchema>;

/** One step of a run as it is drawn on the canvas and told as a story. */
export const traceStepSchema = z.strictObject({
  /** Empty for what is about the case as a whole. */
  node: z.string(),
  /** The branch in which it ran; empty outside of branches. */
  path: z.string(),
  visit: z.number(),
  /** `left` when the case went on or ended without it. */
  state: z.enum(['under way', 'done', 'set aside', 'failed', 'left']),
  /** The place of the event by which it came to that state; null while it is under way. */
  settledAt: z.number().nullable(),
  /** The exit taken; null while it is under way, and where none is taken. */
  port: z.string().nullable(),
  /** The wire taken from it. */
  edge: z.string().nullable(),
  value: json,
  /** The basis: answer, rows, effect, person. */
  record: json,
  /** When its turn began, and when it was settled or last heard of: milliseconds of (virtual) time since the run began. */
  fromMs: z.number(),
  atMs: z.number(),
  /** How long it took; null where it is not over. */
  tookMs: z.number().nullable(),
  /** How it came out, or where it stands, in plain words. */
  sentence: z.string(),
  /** What it read when its turn began. */
  read: z.array(storyFactSchema),
  /** All events of it, in order. */
  moments: z.array(storyMomentSchema),
});

export const expectationResultSchema = z.strictObject({
  what: z.string(),
  holds: z.boolean(),
  expected: z.string(),
  actual: z.string(),
});

export const scenarioResultSchema = z.strictObject({
  scenario: z.string(),
  holds: z.boolean(),
  status: z.enum(['completed', 'failed', 'cancelled', 'waiting', 'in doubt']),
  result: z.string().nullable(),
  expectations: z.array(expectationResultSchema),
  trace: z.array(traceStepSchema),
  effects: z.array(
    z.strictObject({ node: z.string(), connection: z.string(), action: z.string(), status: z.string(), request: json }),
  ),
  error: errorShapeSchema.nullable(),
  /** The virtual clock when the run began, and when it came to rest. */
  started: z.number(),
  clock: z.number(),
  /** What the case began with. */
  input: json,
  /** Mocks that stood in the place of steps. */
  mocks: z.array(z.strictObject({ node: z.string(), name: z.string() })).readonly(),
  /** The step that the case was to run to, and whether it came there. */
  until: z.strictObject({ node: z.string(), reached: z.boolean() }).nullable(),
});
export type ScenarioResult = z.infer<typeof scenarioResultSchema>;
export { wordsOfEffect, type Scenario } from '../sandbox/scenario.ts';
export type Mock = z.infer<typeof mockSchema>;
export type TraceStep = z.infer<typeof traceStepSchema>;

export const coverageSchema = z.strictObject({
  nodes: z.strictObject({ covered: z.array(z.string()), missed: z.array(z.string()) }),
  edges: z.strictObject({ covered: z.array(z.string()), missed: z.array(z.string()) }),
  /** Who is asked in the place of an AI answer: `<node> rule`, `<node> person` or `<node> <model>`. */
  fallbacks: z.strictObject({ covered: z.array(z.string()), missed: z.array(z.string()) }),
});

const shownEffect = z.strictObject({
  node: z.string(),
  name: z.string(),
  connection: z.string(),
  action: z.string(),
  class: z.enum(['read', 'reversible', 'irreversible']),
  /** The contract's sentence with the request filled in. */
  sentence: z.string(),
  /** The same in pieces: texts of the contract, and values of the request, which are written as where the person lives. */
  said: z.array(z.union([z.string(), z.strictObject({ value: json })])),
  request: json,
});

const askedSchema = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('choose'),
    question: z.string(),
    choices: z.array(z.strictObject({ value: z.string(), label: z.string() })),
    /** What a model would choose, that was asked first and was not sure. */
    guess: z
      .strictObject({ choice: z.string(), confidence: z.number(), reasons: z.array(z.string()), model: z.string() })
      .nullable(),
  }),
  z.strictObject({ type: z.literal('fill in'), question: z.string(), fields: fieldsSchema }),
]);

export const taskDetailSchema = taskSchema.extend({
  digest: z.string(),
  sendBack: z.boolean(),
  /** In doubt, and the other side can be asked, or sent the same again. */
  lookAgain: z.boolean(),
  facts: z.array(z.strictObject({ label: z.string(), value: json })),
  /** What the person is to choose or fill in; null where they approve or settle. */
  asks: askedSchema.nullable(),
  effects: z.array(shownEffect),
  /** What led here, in order. */
  story: z.array(traceStepSchema),
});

/** A path from an AI decision to an effect that nobody and no rule limits, to be drawn. */
export const unsafePathSchema = z.strictObject({
  effect: z.strictObject({ node: z.string(), connection: z.string(), action: z.string() }),
  ai: z.string(),
  nodes: z.array(z.string()),
  edges: z.array(z.string()),
  reason: z.string(),
});

const none = z.strictObject({});

/**
 * An id that a window makes up for one thing that it asks to be tested. By it that window knows what it is told of it, and
 * stops it: others may be testing the same flow.
 */
const askingId = z.string().min(1).max(64);
const asking = askingId.optional();

/**
 * Everything that the renderer may ask of the studio service: a schema for each request and each answer.
 * Both doors (MessagePort and WebSocket) check requests against it before anything else.
 */
export const STUDIO_METHODS = {
  hello: {
    request: none,
    answer: z.strictObject({
      version: z.string(),
      workspace: z.string(),
      host: z.enum(['browser', 'desktop']),
      engine: z.enum(['ready', 'stopped']),
      person: z.string(),
    }),
  },
  workspace: {
    request: none,
    answer: z.strictObject({
      flows: z.array(flowEntry),
      connections: z.record(z.string(), connectionSchema),
      models: z.record(z.string(), modelCardSchema),
      /** Every flow that can be read as it is on disk, by path: what a step can stand for. */
      documents: z.record(z.string(), flowSchema),
      /** The connections for which the workspace has a simulated system. */
      simulated: z.array(z.string()).optional(),
      policy: policySchema,
      /** Documents of the workspace that could not be read. */
      errors: z.array(errorShapeSchema),
    }),
  },
  openFlow: {
    request: z.strictObject({ path: z.string() }),
    answer: z.strictObject({ path: z.string(), text: z.string(), digest: z.string() }),
  },
  createFlow: {
    request: z.strictObject({ title: aboutSchema.shape.title, about: aboutSchema.omit({ title: true }).optional() }),
    answer: z.strictObject({ path: z.string(), text: z.string(), digest: z.string() }),
  },
  /**
   * Saves a flow, and with it what follows its renames. Refused with FILE_CHANGED when the file on disk is no longer the one
   * with digest `base`; nothing is written then.
   */
  saveFlow: {
    request: z.strictObject({
      path: z.string(),
      text: z.string(),
      base: z.string(),
      overwrite: z.boolean().optional(),
      ...savedRenames,
    }),
    answer: z.strictObject({ digest: z.string(), savedAt: z.number(), carried: carriedSchema }),
  },
  ...VERSION_METHODS,
  ...RENAME_METHODS,
  ...SCENARIO_METHODS,
  ...TEMPLATE_METHODS,
  ...POLICY_METHODS,
  ...AGAIN_METHODS,
  ...RECORD_METHODS,
  ...RELEASE_METHODS,
  /** Who sits here, and what time it is, for what is written into a document: milliseconds since 1970. */
  stamp: { request: none, answer: z.strictObject({ person: z.string(), at: z.number() }) },
  /** Runs a draft as it is on the canvas, saved or not. Refused with STOPPED, by fault of the user, when it is stopped. */
  runScenario: {
    request: z.strictObject({
      path: z.string(),
      text: z.string(),
      /** Where it lies, or a case that lies nowhere yet, under the names of the draft. */
      scenario: z.union([z.string(), scenarioSchema]),
      /** Names of mocks to put in the place of steps, by id of the step. */
      mocks: z.record(z.string(), z.string()).optional(),
      /** The step to run to. */
      until: z.string().optional(),
      asking,
      ...draftRenames,
    }),
    answer: scenarioResultSchema,
  },
  /** Keeps a mock of a step, in the place of `before` if that is named; without a mock `before` is taken away. */
  saveMock: {
    request: z.strictObject({
      path: z.string(),
      node: idSchema,
      before: z.string().nullable(),
      mock: mockSchema.nullable(),
    }),
    answer: z.strictObject({ mocks: mocksSchema.shape.mocks }),
  },
  /** Runs every scenario on a draft, and tells after each how far it is by the event `testing`, where `asking` is given. */
  runSuite: {
    request: z.strictObject({ path: z.string(), text: z.string(), asking, ...draftRenames }),
    answer: z.strictObject({
      results: z.array(scenarioResultSchema),
      coverage: coverageSchema,
      traffic: trafficSchema,
      /** It was stopped before all had run; what is told is of those that had. */
      stopped: z.boolean(),
    }),
  },
  /** Stops what is tested now under that id: a case, a suite, or the suite of an export. */
  stopTesting: { request: z.strictObject({ asking: askingId }), answer: none },
  tasks: { request: none, answer: z.strictObject({ tasks: z.array(taskSchema) }) },
  task: { request: z.strictObject({ id: z.string() }), answer: taskDetailSchema },
  /** `digest` is that of what the person was shown; the service signs with the person's key and the runner checks. */
  decide: {
    request: z.strictObject({
      task: z.string(),
      /** Of an action in doubt: it happened, it did not, or *look again*. */
      decision: z.enum(['approved', 'rejected', 'sent back', 'look again', 'answered']),
      /** With *answered*: `{choice}`, or the fields of the form. */
      answer: z.record(z.string(), json).optional(),
      comment: z.string().max(2000),
      digest: z.string(),
    }),
    answer: z.strictObject({ run: z.string(), status: z.string() }),
  },
  ...CASE_METHODS,
  ...TRAFFIC_METHODS,
  ...QUEUE_METHODS,
  run: {
    request: z.strictObject({ id: z.string() }),
    answer: runSchema.extend({
      /** Who holds it, why and since when. */
      suspended: z.strictObject({ by: z.string(), reason: z.string(), at: z.number() }).nullable(),
      /** What of it is no longer there, in a sentence. */
      gone: z.string().nullable(),
      story: z.array(traceStepSchema),
      error: errorShapeSchema.nullable(),
      again: againSchema,
    }),
  },
  /**
   * Tests, telling by `testing` how far it is where `asking` is given, proves, builds and signs. Refused with PROOF_UNSAFE, TESTS_FAILED or
   * FLOW_INVALID, and with STOPPED when the tests are stopped; nothing is exported then.
   */
  exportFlow: {
    request: z.strictObject({
      path: z.string(),
      release: z.number().int().min(1),
      notAfter: z.string().nullable(),
      note: z.string().max(500),
      asking,
    }),
    answer: z.strictObject({
      manifest: z.string(),
      release: z.number(),
      program: z.string(),
      keys: z.array(z.string()),
      tests: z.number(),
    }),
  },
  releases: {
    request: none,
    answer: z.strictObject({
      releases: z.array(
        z.strictObject({ path: z.string(), flow: z.string(), release: z.number(), program: z.string() }),
      ),
    }),
  },
} as const;

export type StudioMethod = keyof typeof STUDIO_METHODS;
export type StudioRequest<M extends StudioMethod> = z.input<(typeof STUDIO_METHODS)[M]['request']>;
export type StudioAnswer<M extends StudioMethod> = z.output<(typeof STUDIO_METHODS)[M]['answer']>;

/** What the service tells without being asked. */
export const studioEventSchema = z.discriminatedUnion('event', [
  z.strictObject({ event: z.literal('workspace changed'), paths: z.array(z.string()) }),
  z.strictObject({ event: z.literal('tasks changed'), open: z.number() }),
  /** Other drafts than before are kept by no window that is open. */
  z.strictObject({ event: z.literal('drafts changed') }),
  z.strictObject({ event: z.literal('engine'), state: z.enum(['ready', 'stopped']) }),
  verifyingEventSchema,
  z.strictObject({
    event: z.literal('testing'),
    asking: askingId,
    path: z.string(),
    done: z.number().int(),
    all: z.number().int(),
  }),
]);
export type StudioEvent = z.infer<typeof studioEventSchema>;

/** The envelope on either door. */
export const studioCallSchema = z.strictObject({ id: z.number().int(), method: z.string(), request: z.unknown() });
export const studioReplySchema = z.union([
  z.strictObject({ id: z.number().int(), answer: z.unknown() }),
  z.strictObject({ id: z.number().int(), error: errorShapeSchema }),
]);
