/**
 * Trains the built-in model on real data that is not part of the project and prints what its cards then say.
 * Not a unit test: `npm exec -- node test/models/shared-data.ts [SEED …]`. Says so plainly where the data is absent.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { loadBuiltInModel } from '../../engine/models/answer.ts';
import { trainBuiltInModel } from '../../engine/models/build.ts';
import { readLabelledCsv, type CsvRoles } from '../../engine/models/train-csv.ts';

const DATA = path.resolve(import.meta.dirname, '../../../shared/data');

const autoColumns = (names: string): CsvRoles['columns'] =>
  Object.fromEntries(names.split(' ').map((name) => [name, 'auto'] as const));

const SETS: readonly { file: string; roles: CsvRoles }[] = [
  { file: 'banking77/train.csv', roles: { text: 'text', label: 'category' } },
  {
    file: 'german-credit/applications.csv',
    roles: {
      label: 'class',
      columns: autoColumns(
        'checking_status duration credit_history purpose credit_amount savings_status employment ' +
          'installment_commitment personal_status other_parties residence_since property_magnitude age ' +
          'other_payment_plans housing existing_credits job num_dependents own_telephone foreign_worker',
      ),
    },
  },
  {
    file: 'telco-churn/customers.csv',
    roles: {
      label: 'Churn',
      columns: autoColumns(
        'gender SeniorCitizen Partner Dependents tenure PhoneService MultipleLines InternetService OnlineSecurity ' +
          'OnlineBackup DeviceProtection TechSupport StreamingTV StreamingMovies Contract PaperlessBilling ' +
          'PaymentMethod MonthlyCharges TotalCharges',
      ),
    },
  },
];

const STRANGERS = [
  'Wo ist meine Karte? Ich warte seit zwei Wochen darauf.',
  "Où est ma carte bancaire? Je l'attends depuis deux semaines",
  'asdf qwer zxcv uiop',
  'How do I train my puppy to sit?',
  '',
];

const asked = process.argv.slice(2).map(Number);
const seeds = asked.length > 0 ? asked : [1, 2, 3];

for (const { file, roles } of SETS) {
  const full = path.join(DATA, file);
  if (!existsSync(full)) {
    console.log(`skipped: ${full} is not there`);
    continue;
  }
  const { rows, columns, digest } = await readLabelledCsv(full, roles);
  const usable = { text: roles.text !== undefined, columns };
  for (const seed of seeds) {
    const began = performance.now();
    const { card, bytes } = trainBuiltInModel(rows, {
      statement: {
        name: 'check',
        modelVersion: '1.0.0',
        purpose: 'Check on real data.',
        owner: 'Nobody',
        question: 'Which label?',
        limits: '',
        bar: 0.7,
      },
      inputs: usable,
      seed,
      data: [{ name: path.basename(file), digest, rows: rows.length }],
      trainedWith: 'check',
    });
    const seconds = (performance.now() - began) / 1000;
    const { metrics } = card;
    const [low, high] = metrics.accuracyInterval;
    console.log(
      `${file} seed ${seed}: accuracy ${metrics.accuracy} (${low}–${high}, ${metrics.rows} rows), ECE ${metrics.ece}, ` +
        `log loss ${metrics.logLoss}, Brier ${metrics.brier}, at ${card.bar}: ${metrics.atBar.coverage} answered, ` +
        `${metrics.atBar.accuracy} right, ${metrics.atBar.unlike} unlike; ${seconds.toFixed(1)} s, ${bytes.length} bytes`,
    );
    if (seed !== seeds[0]) continue;
    const model = loadBuiltInModel(card, bytes);
    const start = performance.now();
    for (const row of rows) model.answer({ text: row.text, columns: row.columns });
    console.log(`  ${((performance.now() - start) / rows.length).toFixed(3)} ms an answer`);
    if (!usable.text) continue;
    for (const text of STRANGERS) {
      const { status, why, novelty } = model.answer({ text });
      console.log(`  ${status} ${why ?? ''} ${novelty.familiarity} «${text}»`);
    }
  }
}
