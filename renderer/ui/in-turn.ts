/**
 * Answers may overtake each other, and take longer than it takes to ask again. Of the question that was asked last every
 * answer counts that is newer than what is shown, so that who asks often and is answered slowly sees something; of an
 * earlier question none does.
 */
export function answersInTurn(): {
  /** To be called when a question is asked; what it gives is called with its answer, and says whether that counts. */
  asked: (question: unknown) => () => boolean;
} {
  let current: unknown;
  let asked = 0;
  let shown = 0;
  return {
    asked: (question) => {
      current = question;
      const mine = ++asked;
      return () => {
        if (question !== current || mine < shown) return false;
        shown = mine;
        return true;
      };
    },
  };
}
