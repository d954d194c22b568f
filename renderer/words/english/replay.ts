import { plainNumber } from '../../ui/numbers.ts';

/** A case that is drawn, moment by moment. */
export const replay = {
  title: 'Replay of the case that is drawn',
  moment: 'Moment of the case',
  play: 'Replay',
  pause: 'Stop the replay',
  count: (at: number, all: number) => `${plainNumber(at)} of ${plainNumber(all)}`,
  /** Read out for the moment that the slider stands at. */
  said: (count: string, time: string, step: string, sentence: string) =>
    `Event ${count}, ${time}, ${step}: ${sentence}`,
  here: 'here',
  hereHint: 'The case stands here at the moment that is shown.',
  command: 'Replay the case that is drawn',
  also: 'slider time moments events step through trace history',
};
