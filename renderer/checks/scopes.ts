import type { FeelScopeTypes } from '../../engine/feel/index.ts';
import type { FeelType } from '../../engine/feel/type.ts';

/**
 * What formulas of each node may use is the largest part of what the checks say, and most of it is as it was: only the
 * scopes that changed go back to the window.
 */
export type Scopes = Readonly<Record<string, FeelScopeTypes>>;

export interface ScopesPatch {
  set: Scopes;
  gone: readonly string[];
}

interface Known {
  scope: FeelScopeTypes;
  text: string;
}

/** Compares each time with what it was given before; the very same scope is not looked into. */
export function scopesSince(): (scopes: Scopes) => ScopesPatch {
  let before = new Map<string, Known>();
  return (scopes) => {
    const words = new WeakMap<FeelType, string>();
    const wordOf = (type: FeelType): string => {
      const known = words.get(type) ?? JSON.stringify(type);
      words.set(type, known);
      return known;
    };
    const textOf = (scope: FeelScopeTypes): string =>
      Object.entries(scope)
        .map(([name, type]) => `${name} ${wordOf(type)}`)
        .join('\n');
    const after = new Map(
      Object.entries(scopes).map(([id, scope]): [string, Known] => {
        const known = before.get(id);
        return [id, known?.scope === scope ? known : { scope, text: textOf(scope) }];
      }),
    );
    const set = Object.fromEntries(
      Object.entries(scopes).filter(([id]) => after.get(id)?.text !== before.get(id)?.text),
    );
    const gone = [...before.keys()].filter((id) => !after.has(id));
    before = after;
    return { set, gone };
  };
}

/** The scopes after a patch; those that did not change are the same objects. */
export function patchedScopes(before: Scopes, { set, gone }: ScopesPatch): Scopes {
  if (gone.length === 0 && Object.keys(set).length === 0) return before;
  const away = new Set(gone);
  return Object.fromEntries(Object.entries({ ...before, ...set }).filter(([id]) => !away.has(id)));
}
