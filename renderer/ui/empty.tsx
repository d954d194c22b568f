import type { ReactNode } from 'react';

/** A place without content yet: what it is for, and the first step. */
export function Empty({ title, text, children, centred = false }: EmptyProps) {
  return (
    <div className={centred ? 'empty centred' : 'empty'}>
      <h2>{title}</h2>
      <p>{text}</p>
      {children}
    </div>
  );
}

interface EmptyProps {
  title: string;
  text: string;
  children?: ReactNode;
  centred?: boolean;
}
