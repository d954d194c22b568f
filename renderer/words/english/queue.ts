import { plainNumber } from '../../ui/numbers.ts';

/** How many tasks waited over time. */
export const queue = {
  title: 'How many tasks were open',
  real: 'Of real cases; hours and days in which no task was open are left out. Tasks of the sandbox are answered there.',
  period: 'Over',
  periods: { day: '24 hours', week: '7 days' },
  open: (count: number) => `${plainNumber(count)} open`,
  overdue: (count: number) => `${plainNumber(count)} overdue`,
  none: { day: 'No task was open in the last 24 hours.', week: 'No task was open in the last 7 days.' },
  most: (time: string, count: number) => `Most at ${time}: ${plainNumber(count)}`,
  /** What the drawing shows, read out. */
  said: (period: 'day' | 'week', most: string, open: number) =>
    `Open tasks over the last ${period === 'day' ? '24 hours' : '7 days'}. ${most}. Now: ${plainNumber(open)}.`,
  now: 'now',
  cut: 'More may have been open: so many were settled that counting them all would take too long.',
  asTable: 'As a table',
  caption: { day: 'Open tasks by the hour, over the last 24 hours', week: 'Open tasks by day, over the last 7 days' },
  slot: { day: 'Hour from', week: 'Day' },
  highest: 'Most open',
  asked: 'Came up',
  settled: 'Settled',
};
