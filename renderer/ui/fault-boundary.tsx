import { Component, type ReactNode } from 'react';
import { words } from '../words/index.ts';
import { ErrorNote } from './error-note.tsx';

/** A part of the window that broke says so, and the rest lives on. Coming back to it, under another key, tries again. */
export class FaultBoundary extends Component<{ children: ReactNode }, { cause: string | null }> {
  override state: { cause: string | null } = { cause: null };

  static getDerivedStateFromError(error: unknown): { cause: string } {
    return { cause: error instanceof Error ? error.message : String(error) };
  }

  override render(): ReactNode {
    const { cause } = this.state;
    if (cause === null) return this.props.children;
    return (
      <div className="centre">
        <ErrorNote error={{ code: 'INTERNAL', ...words().errors.broken(cause), retryable: false, fault: 'us' }} />
      </div>
    );
  }
}
