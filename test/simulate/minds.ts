import { problem } from '../../engine/core/testing/play.ts';
import type { AskOutcome, AskRequest, Models } from '../../engine/runtime/environment.ts';
import type { ModelAnswer } from '../../nodes/kind.ts';
import type { Chance } from './chance.ts';
import type { World } from './world.ts';

const CHOICES = ['refund', 'fraud', 'other', 'refund not received', 'cash withdrawal', 'charged wrong amount'];

/** Models that answer at once or over a wire, and fail, dawdle and fall silent. */
export class Minds {
  private readonly world: World;
  private readonly chance: Chance;
  private readonly inProcess: boolean;

  constructor(world: World) {
    this.world = world;
    this.chance = world.chance.branch();
    this.inProcess = this.chance.hits(0.5);
  }

  answerNow(request: AskRequest): AskOutcome | null {
    return this.inProcess ? this.answer(request) : null;
  }

  /** What a model that is reached over a wire says; never rejects, and answers in time, as those who ask see to. */
  ask(request: AskRequest): Promise<AskOutcome> {
    const { storm } = this.world;
    const silent = storm.hits('model silent');
    const slow = storm.hits('model slow') ? this.chance.between(1, 2 * request.timeoutMs) : this.chance.between(1, 200);
    const late = silent || slow >= request.timeoutMs;
    const outcome: AskOutcome = late ? { outcome: 'failed', error: problem(true, 'late') } : this.answer(request);
    return new Promise((resolve) => this.world.after(late ? request.timeoutMs : slow, () => resolve(outcome)));
  }

  private answer(request: AskRequest): AskOutcome {
    if (this.world.storm.hits('model failed')) return { outcome: 'failed', error: problem(true, 'down') };
    const guess = this.chance.pick(CHOICES);
    const sure = this.chance.hits(0.7);
    const answer: ModelAnswer = {
      status: sure ? 'answered' : 'uncertain',
      why: sure ? null : 'below the bar',
      choice: sure ? guess : null,
      guess,
      confidence: sure ? 0.9 : 0.4,
      alternatives: [],
      reasons: [],
      model: { name: request.model, version: '1', digest: 'sha256-x', owner: 'Bea', bar: 0.8 },
      latencyMs: 0,
    };
    return { outcome: 'answered', answer };
  }
}

export const modelsOf = (minds: Minds, later: Models['ask']): Models => ({
  answerNow: (request) => minds.answerNow(request),
  ask: later,
});
