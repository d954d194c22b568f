/** Whose turn it is to act on an error. `us` means a defect of Countersign. */
export type Fault = 'user' | 'operator' | 'other system' | 'us';

/** Where an error sits: a file, a path in a document, a record of a data file, a node of a flow. */
export interface Where {
  file?: string | undefined;
  path?: readonly (string | number)[] | undefined;
  record?: number | undefined;
  node?: string | undefined;
  line?: number | undefined;
  column?: number | undefined;
}

/**
 * Every code that Countersign reports. The set is closed: identity of an error travels by its code,
 * across processes and in documents, never by class or text.
 */
export const ERROR_CODES = [
  // documents and bad input
  'JSON_INVALID',
  'JSON_NOT_CANONICAL',
  'DOCUMENT_INVALID',
  'DOCUMENT_NEWER',
  'FLOW_INVALID',
  'INPUT_INVALID',
  'CSV_COLUMN_MISSING',
  'CSV_FED_BEFORE',
  'CSV_KEY_UNUSABLE',
  'CSV_ROW_TORN',
  'FILE_UNREADABLE',
  'FILE_EXISTS',
  'FILE_CHANGED',
  'USAGE',
  // models
  'MODEL_DATA_COLUMN_MISSING',
  'MODEL_DATA_ROW_TORN',
  'MODEL_DATA_TOO_SMALL',
  'MODEL_ARTEFACT_DAMAGED',
  'MODEL_INPUT_INVALID',
  'MODEL_UNKNOWN',
  'MODEL_UNREACHABLE',
  'MODEL_TIMED_OUT',
  'MODEL_ANSWER_INVALID',
  // running
  'RUN_UNKNOWN',
  'RUN_ENDED',
  'RUN_KEY_REUSED',
  'RETRY_REFUSED',
  'RETRY_EFFECTS',
  'EXPRESSION_FAILED',
  'TABLE_OVERLAP',
  'BACK_EDGE_EXHAUSTED',
  'STEPS_EXHAUSTED',
  'LIST_TOO_LONG',
  'ACTION_UNKNOWN',
  'ACTION_REFUSED',
  'ACTION_UNREACHABLE',
  'ACTION_TIMED_OUT',
  'ACTION_BUSY',
  'ACTION_SERVER_ERROR',
  'ACTION_IN_DOUBT',
  'ACTION_RESPONSE_INVALID',
  'ACTION_EGRESS_REFUSED',
  'ALREADY_DONE',
  'BUSINESS_KEY_MISSING',
  'LIMIT_REACHED',
  'CONNECTION_BUSY',
  'CONNECTION_PAUSED',
  'BRANCH_LEFT',
  'DEADLINE_PASSED',
  'FLOW_STOPPED',
  'MESSAGE_UNAWAITED',
  'BINDING_MISSING',
  'TASK_UNKNOWN',
  'TASK_CLOSED',
  'TASK_NOT_PERMITTED',
  'APPROVAL_CHANGED',
  'APPROVAL_SIGNATURE',
  'APPROVAL_FOUR_EYES',
  // journal and record
  'JOURNAL_SCHEMA',
  'JOURNAL_SETTINGS',
  'JOURNAL_LOCKED',
  'JOURNAL_FENCED',
  'JOURNAL_DAMAGED',
  'JOURNAL_WRITE',
  'DISK_FULL',
  'AUDIT_MISMATCH',
  'RUN_ERASED',
  'RETENTION_FLOOR',
  'BACKUP_INVALID',
  'BACKUP_OLDER',
  'CHECKPOINT_INVALID',
  // manifests, keys, trust
  'KEY_INVALID',
  'KEY_PURPOSE',
  'MANIFEST_INVALID',
  'MANIFEST_UNSIGNED',
  'MANIFEST_TAMPERED',
  'MANIFEST_BLOB',
  'MANIFEST_EXPIRED',
  'MANIFEST_OLDER',
  'MANIFEST_CONFLICT',
  'MANIFEST_GRANTS',
  'TRUST_INVALID',
  'POLICY_INVALID',
  'PROOF_UNSAFE',
  'TESTS_FAILED',
  // the machine and the network
  'PORT_IN_USE',
  'UNAUTHENTICATED',
  'NOT_FOUND',
  'REQUEST_REFUSED',
  'OVERLOADED',
  'STOPPED',
  'ENVIRONMENT',
  'INTERNAL',
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

/** The one shape an error has on every border: command line, REST, studio, journal. */
export interface ErrorShape {
  code: ErrorCode;
  message: string;
  meaning?: string | undefined;
  where?: Where | undefined;
  hint: string;
  retryable: boolean;
  fault: Fault;
  cause?: string | undefined;
}

export interface ErrorInit {
  code: ErrorCode;
  message: string;
  meaning?: string | undefined;
  where?: Where | undefined;
  hint: string;
  retryable?: boolean;
  fault?: Fault;
  cause?: unknown;
}

/** An error of the product. `message` says what happened, `hint` what to do next. */
export class CountersignError extends Error {
  readonly code: ErrorCode;
  readonly meaning: string | undefined;
  readonly where: Where | undefined;
  readonly hint: string;
  readonly retryable: boolean;
  readonly fault: Fault;

  constructor(init: ErrorInit) {
    super(init.message, init.cause === undefined ? undefined : { cause: init.cause });
    this.name = 'CountersignError';
    this.code = init.code;
    this.meaning = init.meaning;
    this.where = init.where;
    this.hint = init.hint;
    this.retryable = init.retryable ?? false;
    this.fault = init.fault ?? 'user';
  }

  /** The error as plain data; a cause is given as its message only, so that no stack leaves the process. */
  toShape(): ErrorShape {
    return {
      code: this.code,
      message: this.message,
      ...(this.meaning === undefined ? {} : { meaning: this.meaning }),
      ...(this.where === undefined ? {} : { where: this.where }),
      hint: this.hint,
      retryable: this.retryable,
      fault: this.fault,
      ...(this.cause === undefined
        ? {}
        : { cause: this.cause instanceof Error ? this.cause.message : describeThrown(this.cause) }),
    };
  }
}

/** What was thrown, as text: whatever it was. */
function describeThrown(thrown: unknown): string {
  return typeof thrown === 'string' ? thrown : Object.prototype.toString.call(thrown);
}

/** Any thrown value as an {@link ErrorShape}; what is not ours is a defect and says so. */
export function toErrorShape(error: unknown): ErrorShape {
  if (error instanceof CountersignError) return error.toShape();
  return {
    code: 'INTERNAL',
    message: error instanceof Error ? error.message : describeThrown(error),
    meaning: 'Countersign met a situation it was not written for.',
    hint: 'Nothing was half written. Run the command again; if it happens again, report it with this code and the text above.',
    retryable: false,
    fault: 'us',
  };
}
