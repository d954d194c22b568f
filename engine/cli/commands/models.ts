import type { Command } from 'commander';
import about from '../../../package.json' with { type: 'json' };
import type { ModelCard } from '../../models/card.ts';
import { trainFromCsv } from '../../models/train-csv.ts';
import { body, table, usage, type Answer, type Wiring } from '../command.ts';
import { workspaceOf } from '../place.ts';

interface TrainOptions {
  data: string;
  text?: string;
  label: string;
  column?: string[];
  name: string;
  modelVersion: string;
  purpose: string;
  owner: string;
  question: string;
  limits: string;
  bar: string;
  seed: string;
  workspace: string;
}

export function addModels(program: Command, wiring: Wiring): void {
  const models = program.command('models').description('Train the built-in model on labelled rows of your own.');
  models
    .command('train')
    .description('Train a model from a labelled CSV file; calibrated and measured on rows it was not trained on.')
    .requiredOption('--data <file>', 'CSV file with a column of labels')
    .option('--text <column>', 'the column with the text')
    .requiredOption('--label <column>', 'the column with the right choice')
    .option('--column <name...>', 'further columns to read')
    .requiredOption('--name <name>', 'what flows call the model')
    .option('--model-version <version>', 'version on its card', '1.0.0')
    .requiredOption('--purpose <text>', 'what it is for')
    .requiredOption('--owner <name>', 'who answers for it')
    .requiredOption('--question <text>', 'what it decides')
    .option('--limits <text>', 'what it is not for', '')
    .option('--bar <share>', 'below this confidence it is uncertain', '0.7')
    .option('--seed <number>', 'same rows and seed give the same bytes', '1')
    .option('--workspace <dir>', 'where it is written', '.')
    .action(body(wiring, (_talk, options: TrainOptions) => train(options)));
}

export async function train(options: TrainOptions): Promise<Answer> {
  const bar = Number(options.bar);
  const seed = Number(options.seed);
  if (!(bar >= 0 && bar <= 1)) throw usage(`--bar is a share from 0 to 1, and is ${options.bar}.`);
  if (!Number.isSafeInteger(seed) || seed < 0) throw usage(`--seed is a whole number, and is ${options.seed}.`);
  const root = workspaceOf(options.workspace);
  const columns = Object.fromEntries((options.column ?? []).map((name) => [name, 'auto' as const]));
  const { card, cardFile, artefactFile } = await trainFromCsv(
    options.data,
    { text: options.text, label: options.label, columns },
    root,
    {
      statement: {
        name: options.name,
        modelVersion: options.modelVersion,
        purpose: options.purpose,
        owner: options.owner,
        question: options.question,
        limits: options.limits,
        bar,
      },
      seed,
      trainedWith: `countersign ${about.version}`,
    },
  );
  return {
    holds: true,
    json: { card: cardFile, artefact: artefactFile, metrics: card.metrics },
    lines: [`wrote ${cardFile}`, ...cardLines(card)],
  };
}

/** The figures of a card as people read them; all are of rows that were neither trained nor calibrated on. */
export function cardLines(card: ModelCard): string[] {
  const { metrics } = card;
  const percent = (value: number | null) => (value === null ? 'none' : `${(100 * value).toFixed(1)} %`);
  return table([
    ['choices', String(card.choices.length)],
    ['held-out rows', String(metrics.rows)],
    ['right', percent(metrics.accuracy)],
    ['calibration error', `${metrics.ece.toFixed(3)} (how far confidence is from being right, on average)`],
    [
      `sure at ${card.bar}`,
      `${percent(metrics.atBar.coverage)} answered, ${percent(metrics.atBar.accuracy)} of them right`,
    ],
  ]);
}
