import { systemSchema, type SystemDocument } from './system-document.ts';

/** A simulated system for the contract of `connections/shop.fixture.ts`. */
export const shopSystem: SystemDocument = systemSchema.parse({
  format: 'countersign.system',
  version: 1,
  connection: 'shop',
  title: 'Simulated shop',
  collections: {
    orders: {
      rows: { special: { order: 'special', total: 1000, placed: '2026-01-01', state: 'open' } },
      generate: {
        order: { copy: 'id' },
        total: { decimal: { from: 1, to: 100, places: 2 } },
        placed: { date: { from: '2026-01-01', to: '2026-12-31' } },
        state: { value: 'open' },
      },
      ids: { from: 1, to: 10_000 },
    },
    refunds: {},
    letters: {},
    parcels: {},
  },
  actions: {
    'read order': { do: 'read', from: 'orders', by: 'order' },
    refund: {
      do: 'create',
      in: 'refunds',
      prefix: 'R-',
      idAs: 'refund',
      needs: [{ in: 'orders', by: 'order', is: { state: ['open'] } }],
      changes: [{ in: 'orders', by: 'order', add: { total: { request: 'amount', times: -1 } } }],
    },
    'set state': { do: 'set', in: 'orders', by: 'order', to: { state: { request: 'state' } } },
    'post letter': { do: 'create', in: 'letters', prefix: 'L-', idAs: 'letter' },
    'send parcel': { do: 'create', in: 'parcels', prefix: 'P-', idAs: 'parcel' },
    'find parcel': { do: 'find', from: 'parcels', where: { reference: 'reference' } },
  },
});
