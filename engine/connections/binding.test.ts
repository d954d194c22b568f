import { expect, test } from 'vitest';
import { bindingSchema } from './binding.ts';

const binding = (more: object) => ({
  format: 'countersign.binding',
  version: 1,
  connection: 'shop',
  baseUrl: 'https://shop.example/api',
  grants: ['refund'],
  ...more,
});
const placesOf = (more: object) =>
  bindingSchema.safeParse(binding(more)).error?.issues.map((issue) => issue.path.join('.')) ?? [];

test('a binding names one system, its secret by place and what is granted', () => {
  expect(placesOf({})).toEqual([]);
  expect(
    placesOf({
      secret: { header: 'Authorization', from: 'env:SHOP_TOKEN', prefix: 'Bearer ' },
      timeoutMs: 5000,
      maxConcurrent: 4,
    }),
  ).toEqual([]);
  expect(placesOf({ allow: { hosts: ['SHOP.example'] } })).toEqual([]);
  expect(placesOf({ baseUrl: 'http://127.0.0.1:8080', allow: { private: true } })).toEqual([]);
  expect(placesOf({ baseUrl: 'http://169.254.169.254', allow: { hosts: ['169.254.169.254'] } })).toEqual([]);
});

test.each([
  ['a secret in the document', { secret: { header: 'authorization', from: 'hunter2' } }, 'secret.from'],
  ['a secret in a header of ours', { secret: { header: 'Host', from: 'env:X' } }, 'secret.header'],
  ['a name and password in the address', { baseUrl: 'https://me:pw@shop.example' }, 'baseUrl'],
  ['another protocol', { baseUrl: 'file:///etc/passwd' }, 'baseUrl'],
  ['plain http to the world', { baseUrl: 'http://shop.example' }, 'baseUrl'],
  ['a host that is not among those allowed', { allow: { hosts: ['other.example'] } }, 'allow.hosts'],
  ['a host that is an address with a path', { allow: { hosts: ['shop.example/x'] } }, 'allow.hosts.0'],
])('refuses %s', (_what, more, place) => {
  expect(placesOf(more)).toContain(place);
});
