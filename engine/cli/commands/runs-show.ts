import type { JsonValue } from '../../feel/value.ts';
import type { CaseView } from '../../runner/views.ts';
import { lasting, momentWords } from '../../runtime/lasting.ts';
import { actorWords, type StoryFact, type StoryMoment, type StoryStep } from '../../runtime/story.ts';
import { wrapped } from '../wrap.ts';

type Named = CaseView['story'][number];

/** What is read and given may be long and stands in `--json` whole; what was sent is never cut. */
const CUT = 240;
const WHOLE: ReadonlySet<StoryFact['what']> = new Set(['key', 'sent', 'would send', 'task', 'row']);
/** Each on a line of its own. */
const APART: ReadonlySet<StoryFact['what']> = new Set(['shown', 'would send', 'row', 'branch']);
/** Ids and cells, which need no quotes. */
const PLAIN: ReadonlySet<StoryFact['what']> = new Set(['key', 'task', 'row']);

/** A case as its story: dates once, then how long after the start each thing was, and how long each step took. */
export function storyLines(view: Pick<CaseView, 'story' | 'started' | 'ended' | 'suspended'>): string[] {
  const { started, ended, suspended } = view;
  const over = ended === null ? 'under way' : `ended ${momentWords(ended)}, took ${lasting(ended - started)}`;
  return [
    `  started ${momentWords(started)}; ${over}`,
    ...(suspended === null
      ? []
      : wrapped(
          `suspended since ${momentWords(suspended.at)} by ${actorWords(suspended.by)}: ${suspended.reason}`,
          '  ',
        )),
    '',
    ...view.story.flatMap((step, i) => stepLines(step, i + 1)),
    ...(hasPersonal(view.story)
      ? [
          '',
          ...wrapped(
            'personal: sealed in the record with a key of its own, and gone with that key once it is erased',
            '  ',
          ),
        ]
      : []),
  ];
}

const hasPersonal = (story: readonly StoryStep[]): boolean =>
  story.some(({ read, moments }) =>
    [...read, ...moments.flatMap(({ facts }) => facts)].some(({ seal }) => seal !== 'open'),
  );

function stepLines(step: Named, number: number): string[] {
  const single = step.moments.length === 1;
  return [
    ...wrapped(`${String(number).padStart(3)}  ${headOf(step)}`, '', '     '),
    ...factLines(step.read),
    ...step.moments.flatMap((moment) => momentLines(moment, single)),
    ...(step.state === 'left' ? ['     not finished: the case went on or ended without it'] : []),
  ];
}

/** Which step, by which exit it was left, when it began and how long it took. */
function headOf(step: StoryStep & { name: string }): string {
  const { name, visit, path, state, port, fromMs, tookMs } = step;
  const way = port === null || port === 'next' || port === '' ? '' : ` → ${port}`;
  const took = tookMs === null ? (state === 'under way' ? ', under way' : '') : `, took ${lasting(tookMs)}`;
  const where = [...(visit > 1 ? [`visit ${visit}`] : []), ...(path === '' ? [] : [`branch ${path}`])];
  return `${name}${where.length === 0 ? '' : ` (${where.join(', ')})`}${way}   +${lasting(fromMs)}${took}`;
}

function momentLines({ atMs, sentence, facts }: StoryMoment, single: boolean): string[] {
  const at = single ? '' : `+${lasting(atMs)}  `;
  return [...wrapped(`${at}${sentence}`, '     ', '       '), ...factLines(facts)];
}

/** Values of one sort stand together, those that are personal apart from those that are not. */
function factLines(facts: readonly StoryFact[]): string[] {
  const groups = Map.groupBy(facts, ({ what, seal, name }, i) =>
    APART.has(what) || name === '' ? String(i) : `${what} ${seal}`,
  );
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const said = group.map(({ name, value, seal, what }) => {
      const text = valueWords(value, seal, what);
      return name === '' ? text : `${name}: ${text}`;
    });
    return wrapped(`${first.what} ${SEALS[first.seal]}${said.join('; ')}`, '       ', '         ');
  });
}

const SEALS: Readonly<Record<StoryFact['seal'], string>> = { open: '', sealed: '(personal) ', erased: '(personal) ' };

function valueWords(value: JsonValue, seal: StoryFact['seal'], what: StoryFact['what']): string {
  if (seal === 'erased') return 'erased';
  if (typeof value === 'string' && PLAIN.has(what)) return value;
  const text = JSON.stringify(value);
  return WHOLE.has(what) || text.length <= CUT
    ? text
    : `${text.slice(0, CUT)}… (${text.length} characters; all of it with --json)`;
}
