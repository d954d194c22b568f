import { expect, it } from 'vitest';
import { Play, DONE, AT, contextOf } from './testing/play.ts';
import { framesOf } from './frames.ts';
import { programOf, shopFlow, call, approval, ask, end } from './testing/flows.ts';
import { decide } from './core.ts';
const say = (play: any, s: any, held = false) => { const d = decide(play.program, play.state, s, play.now, held); (play as any).take(d); return d; };
const frames = (play: any) => [...framesOf(play.state)].map((f: any) => `${f.path}|${f.position?.node}/${f.position?.phase}${f.settling ? ' settling' : ''}`);
it('T2', () => {
  const flow = shopFlow().node('Every', 'for-each', { list: '[1,2]', item: 'one', atOnce: 2 })
    .node('Topic', 'ai-decision', ask()).node('Agree', 'approval', approval()).node('All', 'join', { wait: 'all', collect: 'Topic.guess' })
    .node('Letter', 'connector', call('post letter', { arguments: { order: 'string join(All, "-")' } })).node('Done', 'end', end('done'))
    .chain('Start', 'Every').edge('Every', 'each', 'Topic').edge('Topic', 'answered', 'Agree').edge('Topic', 'uncertain', 'Agree')
    .edge('Agree', 'approved', 'All').back('Agree', 'rejected', 'Topic', 2).edge('All', 'next', 'Letter').edge('Letter', 'done', 'Done').edge('Letter', 'refused', 'Done').build();
  const p: any = new Play(programOf(flow), { order: 'a' });
  for (const c of p.commands) p.say({ stimulus: 'answered', path: c.path, node: c.node, visit: 1, outcome: { outcome: 'answered', answer: { status: 'answered', why: null, choice: 'refund', guess: 'refund', confidence: .9, alternatives: [], reasons: [], model: { name: 'topic', version: '1', digest: 'x', owner: 'b', bar: .8 }, latencyMs: 1 } } });
  for (const f of [...framesOf(p.state)]) { const pos: any = (f as any).position; if (pos?.phase !== 'tasked') continue;
    console.log('T2 shown', JSON.stringify(pos.task.shown.effects));
    p.say({ stimulus: 'decided', task: pos.task.id, decision: { decision: 'approved', person: 'ada', role: 'lead', comment: '', shown: pos.task.digest, at: AT, signature: { by: 'ed25519', keyId: 'k', signature: 's' } } }); }
  console.log('T2 commands', JSON.stringify(p.commands.map((c: any) => [c.command, c.action])), frames(p));
});
it('T3', () => {
  const flow = shopFlow().node('Outer', 'parallel', { branches: ['a', 'b'] }).node('Inner', 'parallel', { branches: ['c', 'd'] })
    .node('A', 'connector', call('read order')).node('C', 'connector', call('refund')).node('D', 'transform', { fields: { x: '1' } })
    .node('InnerJ', 'join', { wait: 'all', collect: '' }).node('OuterJ', 'join', { wait: 'any', collect: '' }).node('Done', 'end', end('done'))
    .chain('Start', 'Outer').edge('Outer', 'a', 'A').edge('Outer', 'b', 'Inner').edge('Inner', 'c', 'C').edge('Inner', 'd', 'D')
    .edge('C', 'done', 'InnerJ').edge('C', 'refused', 'InnerJ').edge('D', 'next', 'InnerJ').edge('InnerJ', 'next', 'OuterJ')
    .edge('A', 'done', 'OuterJ').edge('A', 'refused', 'OuterJ').edge('OuterJ', 'next', 'Done').build();
  const p: any = new Play(programOf(flow), { order: 'a', amount: 3 });
  const cs = p.commands; const a = cs.find((c: any) => c.action === 'read order'), c = cs.find((c: any) => c.action === 'refund');
  p.say({ stimulus: 'performed', path: a.path, node: a.node, visit: 1, attempt: 1, outcome: { outcome: 'done', status: 200, response: contextOf({}) } });
  console.log('T3 after a', frames(p));
  p.say({ stimulus: 'performed', path: c.path, node: c.node, visit: 1, attempt: 1, outcome: DONE });
  console.log('T3 after c', frames(p), p.state.ended?.result);
});
it('T4', () => {
  const flow: any = shopFlow().node('P', 'connector', call('send parcel')).node('Done', 'end', end('done')).chain('Start', 'P').edge('P', 'done', 'Done').edge('P', 'refused', 'Done').build();
  const by = { issuer: 't', subject: 'x', role: 'operator', method: 'none' };
  for (const action of ['send parcel', 'post letter']) {
  flow.nodes[Object.keys(flow.nodes).find((k) => flow.nodes[k].name === 'P')!].config = call(action);
  const prog: any = { ...programOf(flow), deadlineMs: 1000 };
  const p: any = new Play(prog, { order: 'a', amount: 3 });
  p.say({ stimulus: 'suspended', by, reason: '' });
  p.crash();
  console.log('T4 suspended', frames(p));
  p.now += 5000; p.say({ stimulus: 'due' });
  console.log('T4 deadline', action, frames(p), p.state.ended, p.commands.length, JSON.stringify(p.state.stopping?.error?.code));
  }
});
