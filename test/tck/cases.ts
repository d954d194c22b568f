/** Test cases of the DMN TCK: what goes in, what is to come out (testCases.xsd of the kit). */
import { parseNumber } from '../../engine/feel/number.ts';
import { parseDate, parseDateTime, parseDuration, parseTime } from '../../engine/feel/temporal-text.ts';
import type { FeelValue } from '../../engine/feel/value.ts';
import { childNamed, childrenNamed, readXml, textOf } from '../../engine/dmn/xml.ts';
import type { XmlElement } from '../../engine/dmn/xml.ts';

export interface TckCase {
  readonly id: string;
  readonly invocable: string | null;
  readonly inputs: ReadonlyMap<string, FeelValue>;
  readonly results: readonly TckResult[];
}

export interface TckResult {
  readonly name: string;
  /** The kit expects an error, which in FEEL is null with a warning. */
  readonly isError: boolean;
  readonly expected: FeelValue;
}

export interface TckSuite {
  readonly modelFile: string;
  readonly cases: readonly TckCase[];
}

/** Reads a test file; throws an Error that names what is wrong with it. */
export function readSuite(source: string): TckSuite {
  const reading = readXml(source);
  if (!reading.ok) throw new Error(`line ${reading.failure.line}: ${reading.failure.message}`);
  const { root } = reading;
  const model = childNamed(root, 'modelName');
  return {
    modelFile: model === null ? '' : textOf(model).trim(),
    cases: childrenNamed(root, 'testCase').map(caseOf),
  };
}

function caseOf(element: XmlElement): TckCase {
  const inputs = new Map<string, FeelValue>();
  for (const input of childrenNamed(element, 'inputNode')) {
    inputs.set(input.attributes.get('name') ?? '', valueIn(input));
  }
  const type = element.attributes.get('type');
  return {
    id: element.attributes.get('id') ?? '',
    invocable: type === 'decisionService' || type === 'bkm' ? (element.attributes.get('invocableName') ?? null) : null,
    inputs,
    results: childrenNamed(element, 'resultNode').map((node) => {
      const expected = childNamed(node, 'expected');
      return {
        name: node.attributes.get('name') ?? '',
        isError: node.attributes.get('errorResult') === 'true',
        expected: expected === null ? null : valueIn(expected),
      };
    }),
  };
}

function isNil(element: XmlElement): boolean {
  return [...element.attributes].some(([name, value]) => name.endsWith(':nil') && value === 'true');
}

/** The value among the children: one `value`, a `list`, or `component`s. */
function valueIn(element: XmlElement): FeelValue {
  const value = childNamed(element, 'value');
  if (value !== null) return simpleValue(value);
  const list = childNamed(element, 'list');
  if (list !== null) return isNil(list) ? null : childrenNamed(list, 'item').map(valueIn);
  const components = childrenNamed(element, 'component');
  if (components.length === 0) return null;
  return new Map(
    components.map((component) => [
      component.attributes.get('name') ?? '',
      isNil(component) ? null : valueIn(component),
    ]),
  );
}

function simpleValue(element: XmlElement): FeelValue {
  if (isNil(element)) return null;
  const text = textOf(element);
  const declared = [...element.attributes].find(([name]) => name.endsWith(':type'))?.[1] ?? '';
  const read = READERS[declared.slice(declared.indexOf(':') + 1)];
  if (read === undefined) return text;
  const value = read(text.trim());
  if (value === null) throw new Error(`“${text}” is no ${declared}`);
  return value;
}

const READERS: Readonly<Record<string, (text: string) => FeelValue>> = {
  decimal: parseNumber,
  double: parseNumber,
  float: parseNumber,
  integer: parseNumber,
  int: parseNumber,
  long: parseNumber,
  boolean: (text) => text === 'true' || text === '1',
  date: parseDate,
  time: parseTime,
  dateTime: parseDateTime,
  duration: parseDuration,
  dayTimeDuration: parseDuration,
  yearMonthDuration: parseDuration,
};
