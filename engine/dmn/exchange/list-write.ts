/** Rewriting a run of sibling elements: what stays keeps its text, comments and white space, wherever it moves to. */
import { childNamed } from '../xml.ts';
import type { XmlElement } from '../xml.ts';
import { applyEdits, insertInto, spaceBefore } from './xml-edit.ts';
import type { Edit } from './xml-edit.ts';
import { gap, indentOf, renderElement, styleOf } from './xml-write.ts';
import type { NewElement, Style } from './xml-write.ts';

/** One element of the run as it is to be: an old one by its place, with changes inside of it, or a new one. */
export type Sibling =
  | { readonly kept: number; readonly edits: readonly Edit[] }
  | { readonly kept: null; readonly fresh: () => NewElement };

export const kept = (at: number, edits: readonly Edit[] = []): Sibling => ({ kept: at, edits });
export const fresh = (make: () => NewElement): Sibling => ({ kept: null, fresh: make });

/**
 * What makes the elements `olds` of `parent` into `wanted`. Where the run is empty so far, it is put behind `behind`, or
 * first into the parent. Elements that stay in their places are not touched beyond the edits inside of them.
 */
export function rewriteRun(
  source: string,
  parent: XmlElement,
  olds: readonly XmlElement[],
  wanted: readonly Sibling[],
  behind: XmlElement | null,
): readonly Edit[] {
  const same = wanted.length === olds.length && wanted.every((one, i) => one.kept === i);
  if (same) return wanted.flatMap((one) => (one.kept === null ? [] : one.edits));
  const [first, last] = [olds[0], olds.at(-1)];
  if (first === undefined || last === undefined) {
    if (wanted.length === 0) return [];
    const style = styleOf(source, parent);
    const indent = indentOf(source, parent) + style.unit;
    const text = newText(wanted, style, indent);
    // An element without children closes on a line of its own.
    const end = behind === null && parent.children.length === 0 ? gap(style, indentOf(source, parent)) : '';
    return [insertInto(source, parent, behind ?? childNamed(parent, 'description'), text + end)];
  }
  const style = runStyle(source, parent, first);
  const indent = indentOf(source, first);
  const from = spaceBefore(source, first.at);
  const leads = olds.map((old, i) => source.slice(i === 0 ? from : (olds[i - 1]?.end ?? from), old.at));
  const space = source.slice(from, first.at);
  const stays = new Set(wanted.map((one) => one.kept));
  // A comment before an element that goes is not ours to drop.
  const orphans = leads.filter((lead, i) => !stays.has(i) && lead.trim() !== '').map((lead) => lead.trimEnd());
  const parts = wanted.map((one) => {
    if (one.kept === null) return (style.newline === '' ? '' : space) + renderElement(one.fresh(), style, indent);
    const old = olds[one.kept];
    return old === undefined ? '' : (leads[one.kept] ?? '') + applyEdits(source, one.edits, old.at, old.end);
  });
  return [{ from, to: last.end, text: [...orphans, ...parts].join('') }];
}

function newText(wanted: readonly Sibling[], style: Style, indent: string): string {
  return wanted
    .flatMap((one) => (one.kept === null ? [gap(style, indent) + renderElement(one.fresh(), style, indent)] : []))
    .join('');
}

/** The style of a run: that of the inside of its first element, on lines where its elements are. */
function runStyle(source: string, parent: XmlElement, first: XmlElement): Style {
  const outer = styleOf(source, parent);
  const inner = styleOf(source, first);
  return first.children.length > 0 && inner.newline === '' ? { ...outer, newline: '', unit: '' } : outer;
}
