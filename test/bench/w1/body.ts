import type { Case, Label } from '../w2/workload.ts';

/** Brings the body that W1 posts to 300 bytes, give or take what its numbers differ in length. */
export const PAD = 'x'.repeat(176);

/** What W1 posts for a case, as an engine that writes it by hand does. */
export const bodyOf = (
  one: Case,
  of: { label: Label; confidence: number; outcome: string; branch: 'approve' | 'other' },
): string =>
  JSON.stringify({
    id: one.id,
    label: of.label,
    confidence: of.confidence,
    outcome: of.outcome,
    branch: of.branch,
    amount: one.amount,
    country: one.country,
    pad: PAD,
  });
