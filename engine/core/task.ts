import { encodeValue, type FeelContext } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import { asJson, digestOf } from '../flow/json.ts';
import type { ProgramNode } from '../program/program.ts';
import type { PersonDecision, Step, TaskDraft } from '../../nodes/kind.ts';
import { turnOf, type Deciding } from './deciding.ts';
import { digestOfValue, taskId } from './digest.ts';
import { dryRun } from './dry-run.ts';
import type { Shown, ShownEffect } from './event.ts';
import { answerFault } from './answer.ts';
import { agreedFor, lastApprovalAt, nodeAt, taskFrame } from './frames.ts';
import type { Limit } from '../connections/contract.ts';
import { limitWords, reachedWords } from './limits.ts';
import type { OpenTask, Position } from './state.ts';
import { storable } from './storable.ts';

type Tasked = Extract<Position, { phase: 'tasked' }>;

/** Makes a person's task. What an approver is shown holds the effects that will follow, resolved by a dry run. */
export function createTask(deciding: Deciding, node: ProgramNode, visit: number, draft: TaskDraft): void {
  // Who chooses or fills in agrees to nothing: what follows is decided by what they say.
  const effects = draft.asks === null ? dryRun(deciding.program, turnOf(deciding), node) : [];
  emitTask(deciding, node, visit, draft, { effects });
}

/**
 * Shows a request again that was not known, or is no longer the same, since it was approved, or that would pass limits.
 * Asked is whoever approved it; where nobody did, and it is about limits, an operator.
 */
export function askAgain(
  deciding: Deciding,
  node: ProgramNode,
  visit: number,
  request: FeelContext,
  over: readonly Limit[],
): void {
  const { frame, program } = deciding;
  const approval = agreedFor(frame, node.id)?.agreed.approval ?? lastApprovalAt(frame);
  const approved = approval === null ? null : approvalDraft(deciding, nodeAt(program, approval));
  const draft = over.length === 0 ? approved : { ...(approved ?? OPERATOR), title: overTitle(node) };
  if (draft === null || node.target === null || node.action === null || node.action.class === 'read')
    throw new Error(`the node ${node.id} was agreed to by nobody`);
  const effect: ShownEffect = {
    node: node.id,
    name: node.name,
    connection: node.target.connection,
    action: node.target.action,
    class: node.action.class,
    request: encodeValue(request),
    digest: digestOfValue(request),
  };
  emitTask(deciding, node, visit, draft, { effects: [effect], over });
}

/** Who lets something go past a limit that no approver is asked about. */
const OPERATOR: TaskDraft = {
  asks: null,
  title: '',
  role: 'operator',
  count: 1,
  fourEyes: false,
  sendBack: false,
  due: null,
  facts: [],
};

const overTitle = (node: ProgramNode): string => `May “${node.name}” go past its limit?`;

function approvalDraft(deciding: Deciding, node: ProgramNode): TaskDraft | null {
  const step: Step = node.behaviour.start(turnOf(deciding));
  return step.step === 'task' ? step.task : null;
}

function emitTask(
  deciding: Deciding,
  node: ProgramNode,
  visit: number,
  draft: TaskDraft,
  { effects, over }: { effects: ShownEffect[]; over?: readonly Limit[] },
): void {
  const { state, program } = deciding;
  const again = over !== undefined;
  const held = over !== undefined && over.length > 0;
  const id = taskId(state.run, node.id, visit, `${again ? 'again' : 'first'} ${state.tasks + 1}`);
  const shown: Shown = {
    salt: state.salt,
    task: id,
    run: state.run,
    program: program.digest,
    node: node.id,
    title: draft.title,
    role: draft.role,
    again,
    ...(held ? { reason: reachedWords(over) } : {}),
    facts: draft.facts.map((fact) => ({ label: fact.label, value: encodeValue(storable(fact.value)) })),
    ...(draft.asks === null ? {} : { asks: draft.asks }),
    effects,
  };
  deciding.emit({
    type: 'task.created',
    node: node.id,
    body: {
      visit,
      task: id,
      role: draft.role,
      count: draft.count,
      fourEyes: draft.fourEyes,
      sendBack: draft.sendBack && !again,
      again,
      ...(held ? { over } : {}),
      due: draft.due,
      title: draft.title,
      ...(draft.asks === null ? {} : { type: draft.asks.type }),
      shown,
      digest: digestOfShown(shown),
    },
  });
}

/** What an approver's signature is over. */
export const digestOfShown = (shown: Shown): string => digestOf(asJson(shown));

/** A person's decision. Whether the person may and the signature is theirs was checked before it came here. */
export function receiveDecision(deciding: Deciding, task: string, decision: PersonDecision): void {
  const found = taskFrame(deciding.state, task);
  if (found?.position.phase !== 'tasked') {
    deciding.decision.refused = closed(task);
    return;
  }
  const { position } = found;
  const own = deciding.within(found.frame);
  const refused = refusal(position, decision);
  if (refused !== null) {
    deciding.decision.refused = refused;
    return;
  }
  const votes = [...position.votes, decision];
  const enough = decision.decision !== 'approved' || votes.length >= position.task.count;
  const node = nodeAt(deciding.program, position.node);
  if (enough && !askedAgain(position)) return own.resume(node, { signal: 'decided', decisions: votes });
  const goesOut = enough && decision.decision === 'approved' ? { enough: true as const } : {};
  own.emit({ type: 'task.voted', node: node.id, body: { visit: position.visit, task, vote: decision, ...goesOut } });
  if (enough && decision.decision !== 'approved') refuseAgain(own, node, position.task, decision.decision);
}

/** A due date has passed: the run leaves by “timed out”. Nothing else than a person approves. */
export function taskDue(deciding: Deciding): void {
  const { position } = deciding.frame;
  if (position?.phase !== 'tasked' || position.task.due === null || position.task.due > deciding.now) return;
  const node = nodeAt(deciding.program, position.node);
  if (askedAgain(position)) return refuseAgain(deciding, node, position.task, 'timed out');
  deciding.resume(node, { signal: 'timed out', due: position.task.due });
}

const askedAgain = (position: Tasked): boolean => position.task.again;

function refuseAgain(deciding: Deciding, node: ProgramNode, { over }: OpenTask, how: string): void {
  if (over.length > 0)
    return deciding.resume(node, {
      signal: 'refused',
      key: '',
      status: 0,
      attempts: 0,
      error: {
        code: 'LIMIT_REACHED',
        message: `“${node.name}” would pass a limit of its action (${over.map(limitWords).join('; ')}), and nobody let it: ${how}.`,
        meaning: 'Nothing was sent.',
        where: { node: node.name },
        hint: 'Start the case again later, or ask the owner of the connection for a higher limit.',
        retryable: false,
        fault: 'user',
      },
    });
  deciding.resume(node, {
    signal: 'refused',
    key: '',
    status: 0,
    attempts: 0,
    error: {
      code: 'APPROVAL_CHANGED',
      message: `“${node.name}” was shown again because it had changed since it was approved, and was not approved: ${how}.`,
      meaning: 'Nothing was sent.',
      where: { node: node.name },
      hint: 'Look at the case; start it again if the action is still wanted.',
      retryable: false,
      fault: 'user',
    },
  });
}

function refusal(position: Tasked, decision: PersonDecision): ErrorShape | null {
  const { task, votes } = position;
  if (decision.shown !== task.digest)
    return {
      code: 'APPROVAL_CHANGED',
      message: 'What was decided on is not what the case would do now.',
      meaning: 'The decision is void and nothing was done.',
      hint: 'Open the task again, look at what it shows now, and decide on that.',
      retryable: false,
      fault: 'user',
    };
  if (decision.decision === 'sent back' && !task.sendBack)
    return notPermitted('This task cannot be sent back.', 'Approve or reject it.');
  const answered = decision.decision === 'answered';
  if (answered !== (task.type !== 'approve'))
    return answered
      ? notPermitted('This task asks for an approval, not for an answer.', 'Approve or reject it.')
      : notPermitted('This task asks for an answer, and cannot be approved, rejected or sent back.', 'Answer it.');
  if (answered) {
    const fault = answerFault(task.shown, decision.answer);
    if (fault !== null) return fault;
  }
  if (votes.some((vote) => vote.person === decision.person))
    return notPermitted(`${decision.person} has already decided on this task.`, 'Somebody else has to decide as well.');
  return null;
}

const notPermitted = (message: string, hint: string): ErrorShape => ({
  code: 'TASK_NOT_PERMITTED',
  message,
  hint,
  retryable: false,
  fault: 'user',
});

/** A word on a task that is no longer open. */
export const closed = (task: string): ErrorShape => ({
  code: 'TASK_CLOSED',
  message: `The task ${task} is no longer open.`,
  hint: 'Look at the case to see what was decided, and by whom.',
  retryable: false,
  fault: 'user',
});
