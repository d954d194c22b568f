import { MessageSquare } from 'lucide-react';
import { transit } from '../state/store.ts';
import { present } from '../state/transitions.ts';
import { words } from '../words/index.ts';

/** How many comments on a step are open; opens them. */
export function CommentBadge({ id, count }: { id: string; count: number }) {
  if (count === 0) return null;
  return (
    <button
      type="button"
      className="plain comment-badge nodrag"
      tabIndex={-1}
      aria-label={words().canvas.comments.open(count)}
      title={words().canvas.comments.open(count)}
      onClick={() => transit((state) => present(state, { dialog: { dialog: 'comments', node: id } }))}
    >
      <MessageSquare size={12} aria-hidden />
      {count}
    </button>
  );
}

/** That there are open comments, as it is seen from afar. */
export function CommentMark({ count }: { count: number }) {
  if (count === 0) return null;
  return (
    <span
      className="comment-mark"
      role="img"
      aria-label={words().canvas.comments.open(count)}
      title={words().canvas.comments.open(count)}
    />
  );
}
