import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatValue, fromJson, isFeelContext } from '../feel/value.ts';
import { compileModel } from './compile-model.ts';
import type { CompiledModel } from './compile-model.ts';
import type { DmnModel } from './model.ts';
import { readModel } from './read-model.ts';

const MODEL = 'https://www.omg.org/spec/DMN/20230324/MODEL/';

function definitions(body: string, namespace = 'urn:test'): string {
  return `<?xml version="1.0"?><definitions xmlns="${MODEL}" namespace="${namespace}" name="m">${body}</definitions>`;
}

function read(body: string, namespace?: string): DmnModel {
  const reading = readModel(definitions(body, namespace));
  if (!reading.ok) throw new TypeError(reading.problem.message);
  return reading.model;
}

const literal = (text: string): string =>
  `<literalExpression><text>${text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')}</text></literalExpression>`;

function decision(name: string, expression: string, requires: readonly string[] = [], typeRef = ''): string {
  const type = typeRef === '' ? '' : ` typeRef="${typeRef}"`;
  const requirements = requires.map((of) => {
    const [kind, href] = of.split('>');
    return `<${kind === 'Knowledge' ? 'knowledge' : 'information'}Requirement><required${kind} href="${href}"/></${kind === 'Knowledge' ? 'knowledge' : 'information'}Requirement>`;
  });
  return `<decision id="${name}" name="${name}"><variable name="${name}"${type}/>${requirements.join('')}${expression}</decision>`;
}

const input = (name: string, typeRef = 'number'): string =>
  `<inputData id="${name}" name="${name}"><variable name="${name}" typeRef="${typeRef}"/></inputData>`;

function evaluate(model: CompiledModel, name: string, inputs: unknown = {}): string {
  const values = fromJson(inputs);
  if (!isFeelContext(values)) throw new TypeError('Inputs are a context.');
  return formatValue(model.evaluateDecision(name, values).value);
}

describe('requirements', () => {
  const body = [
    input('a'),
    decision('twice', literal('a * 2'), ['Input>#a'], 'number'),
    decision('sum', literal('twice + a'), ['Input>#a', 'Decision>#twice']),
    decision('blind', literal('a'), []),
  ].join('');

  test('a decision sees what it requires and nothing else', () => {
    const model = compileModel(read(body));
    expect(evaluate(model, 'sum', { a: 4 })).toBe('12');
    expect(evaluate(model, 'blind', { a: 4 })).toBe('null');
    expect(model.problems.map(({ code, element }) => [code, element])).toEqual([['DMN_EXPRESSION', 'blind']]);
  });

  test('a given decision is not evaluated; a value of the wrong type is null with a warning', () => {
    const model = compileModel(read(body));
    expect(evaluate(model, 'sum', { a: 4, twice: 1 })).toBe('5');
    const outcome = model.evaluateDecision('twice', new Map([['a', 'four']]));
    expect(outcome.value).toBe(null);
    expect(outcome.warnings[0]?.code).toBe('FEEL_TYPE');
  });

  test('a cycle is named, and evaluates to null', () => {
    const model = compileModel(
      read(decision('p', literal('q'), ['Decision>#q']) + decision('q', literal('p'), ['Decision>#p'])),
    );
    expect(model.problems.map(({ code }) => code)).toContain('DMN_CYCLE');
    expect(evaluate(model, 'p')).toBe('null');
  });

  test('a cycle by way of knowledge models or of a service is named', () => {
    const known = (name: string, of: string): string =>
      `<businessKnowledgeModel id="${name}" name="${name}"><variable name="${name}"/><encapsulatedLogic><formalParameter name="n"/>${literal(`${of}(n)`)}</encapsulatedLogic><knowledgeRequirement><requiredKnowledge href="#${of}"/></knowledgeRequirement></businessKnowledgeModel>`;
    const knowledge = compileModel(read(known('f', 'g') + known('g', 'f')));
    expect(knowledge.problems.map(({ code, element }) => [code, element])).toEqual([['DMN_CYCLE', 'f']]);
    const service = `<decisionService id="s" name="s"><outputDecision href="#d"/></decisionService>`;
    const { problems } = compileModel(read(decision('d', literal('s()'), ['Knowledge>#s']) + service));
    expect(problems.map(({ code, element }) => [code, element])).toEqual([['DMN_CYCLE', 'd']]);
    expect(compileModel(read(known('f', 'f'))).problems).toEqual([]);
  });

  test('a missing reference is named', () => {
    const { problems } = compileModel(read(decision('p', literal('1'), ['Decision>#gone'])));
    expect(problems.map(({ code, element }) => [code, element])).toEqual([['DMN_REFERENCE', 'p']]);
  });
});

describe('knowledge, services, imports', () => {
  const bkm = `<businessKnowledgeModel id="fact" name="fact"><variable name="fact"/>
    <encapsulatedLogic><formalParameter name="n" typeRef="number"/>${literal('if n <= 1 then 1 else n * fact(n - 1)')}</encapsulatedLogic>
    </businessKnowledgeModel>`;

  test('a knowledge model is a function, and may call itself', () => {
    const model = compileModel(read(bkm + decision('d', literal('fact(5)'), ['Knowledge>#fact'])));
    expect(model.problems).toEqual([]);
    expect(evaluate(model, 'd')).toBe('120');
  });

  test('calls without end end with the budget', () => {
    const endless = bkm.replace('if n &lt;= 1 then 1 else n * fact(n - 1)', 'fact(n + 1)');
    const model = compileModel(read(endless + decision('d', literal('fact(5)'), ['Knowledge>#fact'])));
    const { value, warnings } = model.evaluateDecision('d', new Map());
    expect(value).toBe(null);
    expect(warnings.at(-1)?.code).toBe('FEEL_BUDGET');
  });

  test('a decision service takes its input data and input decisions', () => {
    const model = compileModel(
      read(
        input('a') +
          decision('inner', literal('a + 1'), ['Input>#a']) +
          decision('outer', literal('inner * 10'), ['Decision>#inner']) +
          '<decisionService id="s" name="s"><variable name="s"/><outputDecision href="#outer"/><encapsulatedDecision href="#inner"/><inputData href="#a"/></decisionService>',
      ),
    );
    expect(formatValue(model.invoke('s', new Map([['a', 2]])).value)).toBe('30');
  });

  test('an imported model is known by the name of the import, with inputs of its own', () => {
    const base = read(
      input('who', 'string') + decision('greeting', literal('"Hi " + who'), ['Input>#who']),
      'urn:base',
    );
    const main = read(
      '<import namespace="urn:base" name="one" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>' +
        decision('d', literal('one.greeting'), ['Decision>urn:base#greeting']),
    );
    const model = compileModel(main, [base]);
    expect(model.problems).toEqual([]);
    expect(evaluate(model, 'd', { who: 'Ada' })).toBe('Hi Ada');
    expect(evaluate(model, 'd', { one: { who: 'Bob' } })).toBe('Hi Bob');
    expect(compileModel(main).problems.map(({ code }) => code)).toContain('DMN_IMPORT');
  });
});

describe('item definitions', () => {
  const types =
    '<itemDefinition name="tGrade"><typeRef>string</typeRef><allowedValues><text>"A", "B"</text></allowedValues></itemDefinition>' +
    '<itemDefinition name="tGrades" isCollection="true"><typeRef>tGrade</typeRef></itemDefinition>' +
    '<itemDefinition name="tPupil"><itemComponent name="name"><typeRef>string</typeRef></itemComponent><itemComponent name="grades"><typeRef>tGrades</typeRef></itemComponent></itemDefinition>';
  const model = compileModel(
    read(types + input('p', 'tPupil') + decision('d', literal('count(p.grades)'), ['Input>#p'])),
  );

  test('let through what satisfies them, at every depth', () => {
    expect(model.problems).toEqual([]);
    expect(evaluate(model, 'd', { p: { name: 'x', grades: ['A', 'B'] } })).toBe('2');
    expect(evaluate(model, 'd', { p: { name: 'x', grades: ['A', 'C'] } })).toBe('null');
    expect(evaluate(model, 'd', { p: { name: 'x' } })).toBe('null');
  });
});

describe('a hostile document is refused within 2 s, with the reason', () => {
  const laughs = `<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><definitions xmlns="${MODEL}">&b;</definitions>`;
  const deep = '<a>'.repeat(100_000);

  test.each([
    ['an entity bomb', laughs, 'DOCTYPE'],
    ['an unknown entity', definitions('&bomb;'), '&bomb;'],
    ['too deep', deep, 'nested too deeply'],
    ['50 MB', definitions(`<!--${'x'.repeat(50_000_000)}-->`), 'larger'],
    ['not closed', `<definitions xmlns="${MODEL}"><decision>`, '<decision> is not closed'],
    ['crossed', '<a><b></a></b>', '</a>'],
    ['another format', '<html></html>', '<html> is no DMN model'],
    ['nothing', '', 'Expected an element'],
    ['two values', '<a x="1" x="2"/>', 'twice'],
  ])('%s', (_name, source, reason) => {
    const start = performance.now();
    const reading = readModel(source);
    expect(reading.ok ? '' : reading.problem.message).toContain(reason);
    expect(performance.now() - start).toBeLessThan(2000);
  });

  test('types that double at each step, and long chains, take no time', () => {
    const doubling = Array.from(
      { length: 40 },
      (_, i) =>
        `<itemDefinition name="t${i + 1}"><itemComponent name="a"><typeRef>t${i}</typeRef></itemComponent><itemComponent name="b"><typeRef>t${i}</typeRef></itemComponent></itemDefinition>`,
    ).join('');
    const chain = Array.from({ length: 3000 }, (_, i) =>
      decision(`d${i}`, literal(`d${i + 1}`), [`Decision>#d${i + 1}`]),
    ).join('');
    const start = performance.now();
    const model = compileModel(
      read(doubling + chain + input('p', 't40') + decision('d3000', literal('p.a.b + 1'), ['Input>#p'])),
    );
    evaluate(model, 'd0', { p: 1 });
    expect(performance.now() - start).toBeLessThan(2000);
  });
});

describe('a table of a model', () => {
  const table = (attributes: string, row = '<inputEntry><text>1</text></inputEntry>'): string =>
    definitions(
      decision(
        'd',
        `<decisionTable ${attributes}><input><inputExpression><text>1</text></inputExpression></input><output/><rule>${row}<outputEntry><text>1</text></outputEntry></rule></decisionTable>`,
      ),
    );

  test('with a policy that DMN does not have is refused by the name of its decision, never read as another', () => {
    expect(readModel(table('hitPolicy="COLLECT" aggregation="SUM"')).ok).toBe(true);
    for (const attributes of ['hitPolicy="BEST"', 'hitPolicy="COLLECT" aggregation="AVG"'])
      expect(readModel(table(attributes))).toMatchObject({ ok: false, problem: { code: 'DMN_NOT_DMN', element: 'd' } });
  });

  test('with a row that lacks a cell is told', () => {
    const problemsOf = (source: string) => {
      const reading = readModel(source);
      return reading.ok ? compileModel(reading.model).problems.map(({ element }) => element) : null;
    };
    expect(problemsOf(table(''))).toEqual([]);
    expect(problemsOf(table('', ''))).toEqual(['d']);
  });
});

test('more FEEL than a table can have is refused by the element that goes beyond', () => {
  const long = decision('long', literal(`${'('.repeat(190)}1${')'.repeat(190)}`.repeat(3000)));
  const from = performance.now();
  expect(readModel(definitions(long))).toMatchObject({ ok: false, problem: { element: 'long' } });
  expect(performance.now() - from).toBeLessThan(1000);
});

test('a list of contexts without a name in common takes no time', () => {
  const items = Array.from({ length: 8000 }, (_, i) => `{a${i}: 1}`).join(',');
  const from = performance.now();
  const model = compileModel(read(decision('d', literal(`[${items}][1]`))));
  expect(performance.now() - from).toBeLessThan(2000);
  expect(evaluate(model, 'd')).toBe('{a0: 1}');
});

test('a document cut or changed anywhere is read or refused, never worse', () => {
  const whole = definitions(
    `<!-- c --><inputData id="a" name="a"><variable name="a"/></inputData>${decision('d', '<literalExpression><text><![CDATA[a < 1]]></text></literalExpression>', ['Input>#a'])}`,
  );
  fc.assert(
    fc.property(
      fc.nat(whole.length),
      fc.nat(3),
      fc.constantFrom('', '<', '>', '&', '"', '</', '<!', ']]>'),
      (at, cut, put) => {
        const reading = readModel(whole.slice(0, at) + put + whole.slice(at + cut));
        const model = reading.ok ? compileModel(reading.model) : null;
        expect(typeof (model?.evaluateDecision('d', new Map([['a', 0]])).value ?? null)).toMatch(
          /object|boolean|number|string/,
        );
      },
    ),
  );
  for (let at = 0; at < whole.length; at += 1) readModel(whole.slice(0, at));
});
