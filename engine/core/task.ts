import { encodeValue, type FeelContext } from '../feel/value.ts';
import type { ErrorShape } from '../flow/error.ts';
import { asJson, digestOf } from '../flow/json.ts';
import type { ProgramNode } from '../program/program.ts';
import type { PersonDecision, Step, TaskDraft } from '../../nodes/kind.ts';
import { turnOf, type Deciding } from './deciding.ts';
import { digestOfValue, taskId } from './digest.ts';
import { dryRun } from './dry-run.ts';
import type { Settlement, Shown, ShownEffect } from './event.ts';
import { stepFor } from './calling.ts';
import { agreedFor, lastApprovalAt, nodeAt, taskFrame } from './frames.ts';
import { notSent } from './not-sent.ts';
import type { Position } from './state.ts';

type Tasked = Extract<Position, { phase: 'tasked' }>;

/** Makes an approval's task. What is shown holds the effects that will follow, resolved by a dry run. */
export function createTask(deciding: Deciding, node: ProgramNode, visit: number, draft: TaskDraft): void {
  emitTask(deciding, node, visit, draft, dryRun(deciding.program, turnOf(deciding), node), false);
}

/** Shows a request again that was not known, or is no longer the same, since it was approved. */
export function askAgain(deciding: Deciding, node: ProgramNode, visit: number, request: FeelContext): void {
  const { frame, program } = deciding;
  const approval = agreedFor(frame, node.id)?.agreed.approval ?? lastApprovalAt(frame);
  const draft = approval === null ? null : approvalDraft(deciding, nodeAt(program, approval));
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
  emitTask(deciding, node, visit, draft, [effect], true);
}

function approvalDraft(deciding: Deciding, node: ProgramNode): TaskDraft | null {
  const step: Step = node.behaviour.start(turnOf(deciding));
  return step.step === 'task' ? step.task : null;
}

function emitTask(
  deciding: Deciding,
  node: ProgramNode,
  visit: number,
  draft: TaskDraft,
  effects: ShownEffect[],
  again: boolean,
): void {
  const { state, program } = deciding;
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
    facts: draft.facts.map((fact) => ({ label: fact.label, value: encodeValue(fact.value) })),
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
      due: draft.due,
      title: draft.title,
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
  if (enough && decision.decision !== 'approved') refuseAgain(own, node, decision.decision);
}

/** A due date has passed: the run leaves by “timed out”. Nothing else than a person approves. */
export function taskDue(deciding: Deciding): void {
  const { position } = deciding.frame;
  if (position?.phase !== 'tasked' || position.task.due === null || position.task.due > deciding.now) return;
  const node = nodeAt(deciding.program, position.node);
  if (askedAgain(position)) return refuseAgain(deciding, node, 'timed out');
  deciding.resume(node, { signal: 'timed out', due: position.task.due });
}

/** A person says whether an effect in doubt happened. */
export function receiveSettlement(deciding: Deciding, task: string, settlement: Settlement): void {
  const found = taskFrame(deciding.state, task);
  if (found?.position.phase !== 'doubted') {
    deciding.decision.refused = closed(task);
    return;
  }
  const { position } = found;
  const own = deciding.within(found.frame);
  const node = nodeAt(deciding.program, position.node);
  const { intent } = position;
  own.emit({ type: 'doubt.settled', node: node.id, body: { visit: position.visit, task, settlement } });
  if (settlement.happened)
    return own.resume(node, {
      signal: 'done',
      key: intent.key,
      status: 0,
      response: new Map(),
      attempts: position.attempt,
    });
  if (found.frame.settling) return own.resume(node, notSent(node, position));
  // Sent once it may go on.
  if (deciding.held) return;
  const step = stepFor(own, node);
  deciding.decision.commands.push({
    command: 'perform',
    path: found.frame.path,
    node: node.id,
    visit: position.visit,
    attempt: 1,
    connection: step.connection,
    action: step.action,
    request: intent.request,
    key: intent.key,
    timeoutMs: step.timeoutMs,
  });
}

const askedAgain = (position: Tasked): boolean => position.task.again;

function refuseAgain(deciding: Deciding, node: ProgramNode, how: string): void {
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

const closed = (task: string): ErrorShape => ({
  code: 'TASK_CLOSED',
  message: `The task ${task} is no longer open.`,
  hint: 'Look at the case to see what was decided, and by whom.',
  retryable: false,
  fault: 'user',
});
