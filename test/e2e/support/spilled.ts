import type { Page } from '@playwright/test';

/**
 * Texts that are drawn outside of the box that holds them, where nothing cuts them off or scrolls: what a place of the
 * window that has no answer to long words looks like.
 */
export const spilled = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = texts.nextNode(); node !== null; node = texts.nextNode()) {
      const holder = node.parentElement;
      // Editors scroll by themselves, and pictures have no lines.
      if (holder === null || holder.closest('.monaco-editor, svg, script, style, .sr') !== null) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const { right, width } = range.getBoundingClientRect();
      if (width === 0) continue;
      for (let box: Element | null = holder; box !== null; box = box.parentElement) {
        const { display, overflowX } = getComputedStyle(box);
        if (display === 'inline' || display === 'contents') continue;
        if (overflowX !== 'visible') break;
        if (box.matches('.react-flow__nodes, .react-flow__edgelabel-renderer')) break;
        if (right > box.getBoundingClientRect().right + 1) {
          found.push(`${box.tagName}.${box.className}: ${node.textContent?.slice(0, 40) ?? ''}`);
          break;
        }
      }
    }
    for (const label of document.querySelectorAll('.mantine-Button-label'))
      if (label.scrollWidth > label.clientWidth + 1) found.push(`a button without room: ${label.textContent}`);
    if (document.documentElement.scrollWidth > window.innerWidth) found.push('the window scrolls sideways');
    return [...new Set(found)];
  });
