/** What the window says of itself: open flows, and what is done with them. */
export const words = {
  tabs: 'Open flows',
  close: (title: string) => `Close “${title}”`,
  draft: 'changes that are not saved',
  closeDraft: {
    title: 'There are changes that are not saved',
    text: (title: string) => `“${title}” has changes that are only here.`,
    save: 'Save and close',
    drop: 'Close without saving',
    cancel: 'Keep it open',
  },
  nothingOpenTitle: 'No flow is open',
  nothingOpen: 'Choose one on the left, or search for it by its title.',
  openFlow: 'Open a flow…',
};
