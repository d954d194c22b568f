/** Writing new XML elements: in a document of our own, or among those of another in its style. */
import { escapeAttribute, escapeText, prefixOf, spaceBefore } from './xml-edit.ts';
import { elementsOf } from '../xml.ts';
import type { XmlElement } from '../xml.ts';

/** An element to be written. With `text` it has that as its content, otherwise its children. */
export interface NewElement {
  readonly name: string;
  /** Null leaves the attribute out. */
  readonly attributes: Readonly<Record<string, string | null>>;
  readonly children?: readonly NewElement[];
  readonly text?: string;
}

/** How elements are laid out: with `newline` '' all on one line. */
export interface Style {
  /** `dmn:` or ''; names that have a prefix of their own keep it. */
  readonly prefix: string;
  readonly newline: string;
  /** What one level deeper is further in. */
  readonly unit: string;
}

/** An element as text, its lines after the first further in by `indent`. */
export function renderElement(element: NewElement, style: Style, indent: string): string {
  const name = element.name.includes(':') ? element.name : style.prefix + element.name;
  const attributes = Object.entries(element.attributes)
    .map(([key, value]) => (value === null ? '' : ` ${key}="${escapeAttribute(value)}"`))
    .join('');
  if (element.text !== undefined) return `<${name}${attributes}>${escapeText(element.text)}</${name}>`;
  const children = element.children ?? [];
  if (children.length === 0) return `<${name}${attributes}/>`;
  const deeper = indent + style.unit;
  const inner = children.map((child) => gap(style, deeper) + renderElement(child, style, deeper)).join('');
  return `<${name}${attributes}>${inner}${gap(style, indent)}</${name}>`;
}

/** The white space before an element that is `indent` further in. */
export const gap = (style: Style, indent: string): string => (style.newline === '' ? '' : style.newline + indent);

/** How far in an element stands; '' where it is not the first of its line. */
export function indentOf(source: string, element: XmlElement): string {
  const space = source.slice(spaceBefore(source, element.at), element.at);
  const line = space.lastIndexOf('\n');
  return line < 0 ? '' : space.slice(line + 1);
}

/** The style in which the children of an element are written. */
export function styleOf(source: string, element: XmlElement): Style {
  const [child] = elementsOf(element);
  const prefix = prefixOf(element);
  const before = child === undefined ? '' : source.slice(spaceBefore(source, child.at), child.at);
  if (child !== undefined && !before.includes('\n')) return { prefix, newline: '', unit: '' };
  const [outer, inner] = [indentOf(source, element), child === undefined ? '' : indentOf(source, child)];
  const unit = inner.startsWith(outer) && inner !== outer ? inner.slice(outer.length) : '  ';
  return { prefix, newline: before.includes('\r\n') ? '\r\n' : '\n', unit };
}
