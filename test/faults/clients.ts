import { setTimeout as sleep } from 'node:timers/promises';
import { errorShapeSchema } from '../../engine/flow/error-schema.ts';
import type { ErrorShape } from '../../engine/flow/error.ts';
import { z } from '../../engine/flow/zod.ts';
import { openJournalReader } from '../../engine/journal/reader.ts';
import { signDecision } from '../../engine/manifest/sign-approval.ts';
import { join } from 'node:path';
import { WAYS } from '../support/shop-workspace.ts';
import { orderOf } from './order-of.ts';
import type { Serving } from './serving.ts';
import type { Fresh, World } from './world.ts';

const startedSchema = z.object({ run: z.string(), again: z.boolean() });
const tasksSchema = z.object({
  tasks: z.array(z.object({ id: z.string(), run: z.string(), type: z.string(), shown: z.string() })),
});
const refusalSchema = z.object({ error: errorShapeSchema });

/** An answer that is not an acknowledgement. */
export interface Refusal {
  status: number;
  retryAfter: string | null;
  error: ErrorShape;
}

/** A case that was asked for under a key; `run` once somebody was told. */
interface Asked {
  key: string;
  input: { order: string; way: string };
  run: string | null;
}

/**
 * Whoever uses an engine over HTTP, and remembers everything that was acknowledged to them: cases by their keys, and
 * decisions by their tasks. What was not answered is asked for again under the same key.
 */
export class Clients {
  readonly refusals: Refusal[] = [];
  /** Answers that contradict an earlier one. */
  readonly contradictions: string[] = [];
  readonly #world: World;
  readonly #at: Fresh;
  readonly #asked: Asked[] = [];
  readonly #decided = new Set<string>();

  constructor(world: World, at: Fresh) {
    this.#world = world;
    this.#at = at;
    at.rows.count = 0;
  }

  /** Acknowledgements so far. */
  get acknowledged(): number {
    return this.#asked.filter(({ run }) => run !== null).length + this.#decided.size;
  }

  /** Starts cases, so many at once, until `until` says so or the engine is gone. */
  async load(engine: Serving, atOnce: number, until: () => boolean): Promise<void> {
    const one = async (): Promise<void> => {
      while (!until()) if (!(await this.startNext(engine))) return;
    };
    const deciding = async (): Promise<void> => {
      while (!until() && (await this.decideSome(engine, 4))) await sleep(20);
    };
    await Promise.all([...Array.from({ length: atOnce }, one), deciding()]);
  }

  /** Starts a case that nobody has asked for. Gives whether the engine answered at all. */
  async startNext(engine: Serving): Promise<boolean> {
    const number = (this.#at.rows.count += 1);
    const way = WAYS[number % WAYS.length] ?? 'refund';
    const input = { order: String(this.#at.rows.first + number - 1), way };
    const asked: Asked = { key: String(number), input, run: null };
    this.#asked.push(asked);
    return this.#ask(engine, asked);
  }

  /** Sends again what was never answered, and some of what was: the same key is the same case. */
  async askAgain(engine: Serving, again = 5): Promise<void> {
    const open = this.#asked.filter(({ run }) => run === null);
    const known = this.#asked.filter(({ run }) => run !== null);
    const some = Array.from({ length: Math.min(again, known.length) }, () => {
      return known[Math.floor(this.#world.random() * known.length)];
    });
    await Promise.all(
      [...open, ...some.filter((asked) => asked !== undefined)].map((asked) => this.#ask(engine, asked)),
    );
    const [other] = some;
    if (other === undefined) return;
    const answer = await post(engine, '/cases', { input: { ...other.input, order: '1' } }, other.key);
    if (answer !== null && answer.status !== 422)
      this.contradictions.push(`another input under the key ${other.key} was answered ${answer.status} and not 422`);
  }

  /** Approves some of what waits for a person. Gives whether the engine answered. */
  async decideSome(engine: Serving, most: number): Promise<boolean> {
    const answer = await call(engine, '/tasks?limit=50', {});
    if (answer === null) return false;
    const open = tasksSchema.safeParse(answer.body).data?.tasks ?? [];
    const tasks = open.filter(({ id, type }) => type === 'approve' && !this.#decided.has(id)).slice(0, most);
    const all = await Promise.all(
      tasks.map(async (task) => {
        const said = { decision: 'approved', person: 'lea', role: 'team lead', comment: '', at: Date.now() } as const;
        const decision = signDecision(this.#world.lead, task, { ...said, shown: task.shown });
        const taken = await post(engine, `/tasks/${task.id}/decision`, decision);
        if (taken?.status === 200) this.#decided.add(task.id);
        else this.#refused(taken);
        return taken !== null;
      }),
    );
    return all.every(Boolean);
  }

  /** Waits until no case is under way. Gives those that still are when it has taken too long. */
  async settle(withinMs = 15_000): Promise<string[]> {
    const until = performance.now() + withinMs;
    let moving = this.#moving();
    while (moving.length > 0 && performance.now() < until) {
      await sleep(25);
      moving = this.#moving();
    }
    return moving;
  }

  /** What was acknowledged and is not in the journal, or not as it was acknowledged. Reads beside the engine. */
  missing(): string[] {
    const journal = openJournalReader(join(this.#at.runner, 'journal.sqlite'));
    try {
      const cases = this.#asked.flatMap(({ input, run }) => {
        if (run === null) return [];
        const there = journal.run(run);
        if (there === null) return [`case ${run} was acknowledged and is not there`];
        const order = orderOf(journal, run);
        return order === input.order ? [] : [`case ${run} is of the order ${order}, not ${input.order}`];
      });
      const decisions = [...this.#decided].flatMap((id) => {
        const task = journal.task(id);
        return task?.decision === 'approved' ? [] : [`the decision of ${id} was acknowledged and is not there`];
      });
      return [...cases, ...decisions];
    } finally {
      journal.close();
    }
  }

  async #ask(engine: Serving, asked: Asked): Promise<boolean> {
    const answer = await post(engine, '/cases', { input: asked.input }, asked.key);
    if (answer?.status === 202) {
      const { run } = startedSchema.parse(answer.body);
      if (asked.run !== null && asked.run !== run)
        this.contradictions.push(`the key ${asked.key} was ${asked.run}, and is ${run} now`);
      asked.run = run;
    } else this.#refused(answer);
    return answer !== null;
  }

  #refused(answer: Answer | null): void {
    if (answer === null) return;
    const { error } = refusalSchema.parse(answer.body);
    this.refusals.push({ status: answer.status, retryAfter: answer.retryAfter, error });
  }

  #moving(): string[] {
    const journal = openJournalReader(join(this.#at.runner, 'journal.sqlite'));
    try {
      return journal.runCounts().flatMap(({ status, runs }) => (MOVING.has(status) ? [`${runs} ${status}`] : []));
    } finally {
      journal.close();
    }
  }
}

const MOVING: ReadonlySet<string> = new Set(['running', 'calling', 'retrying']);

interface Answer {
  status: number;
  retryAfter: string | null;
  body: unknown;
}

const post = (engine: Serving, path: string, body: unknown, key?: string): Promise<Answer | null> =>
  call(engine, path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) },
  });

/** Null when there was no answer, or not a whole one. */
async function call(
  { url, token }: Pick<Serving, 'url' | 'token'>,
  path: string,
  init: { method?: string; body?: string; headers?: Record<string, string> },
): Promise<Answer | null> {
  try {
    const headers = { authorization: `Bearer ${token}`, ...init.headers };
    const answer = await fetch(`${url}${path}`, { ...init, headers, signal: AbortSignal.timeout(20_000) });
    return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: await answer.json() };
  } catch {
    return null;
  }
}
