import { plainValue } from '../ui/format.ts';
import { words } from '../words/index.ts';
import type { Thing } from './expecting.ts';

/** What is expected of a case, as a person reads it. */
export function thingWords(thing: Thing): string {
  const said = words().making;
  switch (thing.part) {
    case 'status':
      return said.ends[thing.value];
    case 'result':
      return said.result(thing.value);
    case 'passes':
      return said.passes(thing.value);
    case 'avoids':
      return said.avoids(thing.value);
    case 'holds':
      return thing.value;
    case 'effects': {
      const { action, times, with: request } = thing.value;
      const facts = Object.entries(request ?? {}).map(
        ([name, value]) => `${name} ${typeof value === 'string' ? said.text(value) : plainValue(value)}`,
      );
      return `${said.effect(action.replace('.', ' · '), times)}${facts.length === 0 ? '' : ` ${said.effectWith(facts.join(', '))}`}`;
    }
  }
}
