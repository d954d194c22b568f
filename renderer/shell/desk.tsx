import { Loader } from '@mantine/core';
import { ReactFlowProvider } from '@xyflow/react';
import { Canvas } from '../canvas/canvas.tsx';
import { useClipboard } from '../canvas/clipboard.ts';
import { CommentsDialog } from '../canvas/comments-dialog.tsx';
import { ConnectDialog } from '../canvas/connect-dialog.tsx';
import { ExtractDialog } from '../canvas/extract-dialog.tsx';
import { QuickAdd } from '../canvas/quick-add.tsx';
import { Fold } from '../fold/fold.tsx';
import { Inspector } from '../inspector/inspector.tsx';
import { RealStrip } from '../real/strip.tsx';
import { ReplayBar } from '../replay/replay-bar.tsx';
import { TableDialog } from '../table/table-dialog.tsx';
import { useFlow, useStudio } from '../state/store.ts';
import { Empty } from '../ui/empty.tsx';
import { ErrorNote } from '../ui/error-note.tsx';
import { Resizer } from '../ui/resizer.tsx';
import { words } from '../words/index.ts';
import { StartPage } from '../start/start-page.tsx';
import { LeftPanel } from './left-panel.tsx';
import { usePanels } from './panels.ts';
import { TabStrip } from './tab-strip.tsx';

/** The analyst's desk: flows and steps, the canvas with its fold, the inspector. */
export function Desk() {
  const flow = useFlow();
  useClipboard();
  const path = useStudio((state) => state.document?.path);
  const { left, right } = usePanels();
  const { leftWidth, rightWidth, foldOpen, foldHeight } = useStudio((state) => state.session);
  return (
    <div className="desk">
      {left ? (
        <>
          <div className="desk-left" style={{ width: leftWidth }}>
            <LeftPanel />
          </div>
          <Resizer extent="leftWidth" label={words().shell.resizeLeft} grows="right" />
        </>
      ) : null}
      <div className="desk-middle">
        <TabStrip />
        <RealStrip />
        {flow === null ? <NothingOpen /> : null}
        {flow === null ? null : (
          <>
            <ReactFlowProvider key={path}>
              <Canvas flow={flow} />
            </ReactFlowProvider>
            {Object.keys(flow.nodes).length === 0 ? (
              <div className="canvas-hint">
                <Empty title={words().canvas.emptyTitle} text={words().canvas.empty} />
              </div>
            ) : null}
            <ReplayBar />
            {foldOpen ? <Resizer extent="foldHeight" label={words().shell.resizeFold} grows="up" /> : null}
            <div className="desk-fold" style={foldOpen ? { height: foldHeight } : undefined}>
              <Fold flow={flow} />
            </div>
          </>
        )}
      </div>
      {right && flow !== null ? (
        <>
          <Resizer extent="rightWidth" label={words().shell.resizeRight} grows="left" />
          <div className="desk-right" style={{ width: rightWidth }}>
            <Inspector flow={flow} />
          </div>
        </>
      ) : null}
      <QuickAdd />
      <ConnectDialog />
      <CommentsDialog />
      <ExtractDialog />
      <TableDialog />
    </div>
  );
}

function NothingOpen() {
  const error = useStudio((state) => state.service.error);
  const workspace = useStudio((state) => state.service.workspace);
  if (error !== null)
    return (
      <div className="centre">
        <ErrorNote error={error} />
      </div>
    );
  if (workspace === null)
    return (
      <div className="centre">
        <Loader size="sm" role="status" aria-label={words().shell.opening} />
      </div>
    );
  return <StartPage />;
}
