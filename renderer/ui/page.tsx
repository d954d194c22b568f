import type { ReactNode } from 'react';

/** A place of the studio other than the desk. It takes the keyboard, so that it can be scrolled with it. */
export const Page = ({ children, className = '' }: { children: ReactNode; className?: string }) => (
  <div className={`page scroll ${className}`} tabIndex={0}>
    {children}
  </div>
);
