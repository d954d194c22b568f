import { connectionSchema, type Action, type Connection } from './contract.ts';

/** A contract with one action of each kind, for tests of this room and of the sandbox. */
export const shop: Connection = connectionSchema.parse({
  format: 'countersign.connection',
  version: 1,
  name: 'shop',
  title: 'Shop',
  owner: 'Tests',
  actions: {
    'read order': {
      title: 'Read an order',
      class: 'read',
      idempotency: { by: 'natural' },
      request: { order: { type: 'string' }, lines: { type: 'boolean', optional: true } },
      response: {
        order: { type: 'string' },
        total: { type: 'number' },
        placed: { type: 'date' },
        note: { type: 'string', optional: true },
      },
      http: { method: 'GET', path: '/orders/{order}' },
    },
    refund: {
      title: 'Refund',
      class: 'irreversible',
      idempotency: { by: 'key', header: 'Idempotency-Key' },
      request: {
        order: { type: 'string' },
        amount: { type: 'number' },
        speed: { type: 'string', values: ['fast', 'slow'], optional: true },
      },
      response: { refund: { type: 'string' }, total: { type: 'number' } },
      http: { method: 'POST', path: '/orders/{order}/refunds', query: ['speed'] },
    },
    'set state': {
      title: 'Set the state',
      class: 'reversible',
      undo: { action: 'set state', within: 'P1D', arguments: { order: 'request.order', state: '"open"' } },
      idempotency: { by: 'natural' },
      request: { order: { type: 'string' }, state: { type: 'string' } },
      response: { state: { type: 'string' } },
      http: { method: 'PUT', path: '/orders/{order}/state' },
    },
    'post letter': {
      title: 'Post a letter',
      class: 'irreversible',
      idempotency: { by: 'none' },
      request: { order: { type: 'string' } },
      response: { letter: { type: 'string' } },
      http: { method: 'POST', path: '/letters' },
    },
    'send parcel': {
      title: 'Send a parcel',
      class: 'irreversible',
      idempotency: { by: 'askable', ask: 'find parcel', argument: 'reference', found: 'response.found' },
      request: { order: { type: 'string' }, reference: { type: 'string', optional: true } },
      response: { parcel: { type: 'string' } },
      http: { method: 'POST', path: '/parcels' },
    },
    'find parcel': {
      title: 'Find a parcel',
      class: 'read',
      idempotency: { by: 'natural' },
      request: { reference: { type: 'string' } },
      response: { found: { type: 'boolean' }, parcel: { type: 'string', optional: true } },
      http: { method: 'GET', path: '/parcels', query: ['reference'] },
    },
    'delete note': {
      title: 'Delete a note',
      class: 'irreversible',
      idempotency: { by: 'natural' },
      request: { order: { type: 'string' }, why: { type: 'string', optional: true } },
      response: {},
      http: { method: 'DELETE', path: '/orders/{order}/note' },
    },
  },
});

export function shopAction(name: string): Action {
  const action = shop.actions[name];
  if (action === undefined) throw new Error(`the fixture has no action ${name}`);
  return action;
}
