import { taskFrame } from '../core/frames.ts';
import type { RunState } from '../core/state.ts';
import { CountersignError, type ErrorShape } from '../flow/error.ts';
import type { TaskRow } from '../journal/journal.ts';
import { SETTLING_ROLE } from '../manifest/decision.ts';
import { signDecision, signSettlement } from '../manifest/sign-approval.ts';
import type { Engine } from '../runtime/engine.ts';
import { durationMs } from '../../nodes/duration.ts';
import type { PersonDecision } from '../../nodes/kind.ts';
import type { PersonAct } from './scenario.ts';
import type { World } from './world.ts';

/** The simulated people: each act of the scenario meets the next open task of its node that it can be done with. */
export class Cast {
  refused: ErrorShape | null = null;
  private readonly engine: () => Engine;
  private readonly world: World;
  private readonly run: string;
  private readonly acts: PersonAct[];
  private readonly met = new Set<string>();

  constructor(engine: () => Engine, world: World, run: string, acts: readonly PersonAct[]) {
    this.engine = engine;
    this.world = world;
    this.run = run;
    this.acts = [...acts];
  }

  look(): void {
    const open = this.engine().reader().tasks({ status: 'open' });
    for (const task of open) if (task.run === this.run) this.meet(task);
  }

  private meet(task: TaskRow): void {
    const position = taskFrame(this.stateNow(), task.id)?.position;
    if (position === undefined) return;
    const votes = position.phase === 'tasked' ? position.votes.length : 0;
    const turn = `${task.id} ${votes}`;
    if (this.met.has(turn)) return;
    const name = this.engine().look(this.run).program.nodes.get(position.node)?.name;
    const index = this.acts.findIndex(
      (act) => act.at === name && isWord(act.decide) === (position.phase === 'doubted'),
    );
    const act = this.acts[index];
    if (act === undefined) return;
    this.met.add(turn);
    this.acts.splice(index, 1);
    const { clock } = this.world;
    clock.wakeAt(clock.now() + (act.after === undefined ? 0 : durationMs(act.after)), () => this.perform(task, act));
  }

  private perform(task: TaskRow, act: PersonAct): void {
    const position = taskFrame(this.stateNow(), task.id)?.position;
    const at = this.world.clock.now();
    const comment = act.comment ?? '';
    const id = { id: task.id, run: task.run };
    const failed = (error: unknown) => {
      this.refused = error instanceof CountersignError ? error.toShape() : null;
    };
    if (position?.phase === 'doubted' && isWord(act.decide)) {
      const person = this.world.personOf(SETTLING_ROLE, act.person);
      const happened = act.decide === 'look again' ? null : act.decide === 'happened';
      const word = { happened, person: person.id, role: SETTLING_ROLE, comment, at };
      const signed = signSettlement(person.key, { ...id, key: position.intent.key }, word);
      this.engine().settle(task.run, task.id, signed).catch(failed);
    } else if (position?.phase === 'tasked' && !isWord(act.decide)) {
      const person = this.world.personOf(position.task.role, act.person);
      const said = {
        decision: act.decide,
        ...(act.answer === undefined ? {} : { answer: act.answer }),
        person: person.id,
        role: position.task.role,
        comment,
        shown: position.task.digest,
        at,
      };
      this.engine()
        .decide(task.run, task.id, signDecision(person.key, id, said))
        .catch(failed);
    }
  }

  private stateNow(): RunState {
    return this.engine().look(this.run).state;
  }
}

/** What is said of an action in doubt; all else is a decision on a task. */
const isWord = (said: PersonAct['decide']): said is Exclude<PersonAct['decide'], PersonDecision['decision']> =>
  said === 'happened' || said === 'did not happen' || said === 'look again';
