import { expect, test } from 'vitest';
import { classifyAddress } from './address.ts';

test.each([
  ['8.8.8.8', 'public'],
  ['172.32.0.1', 'public'],
  ['2606:4700::1111', 'public'],
  ['127.0.0.1', 'private'],
  ['127.255.255.254', 'private'],
  ['10.1.2.3', 'private'],
  ['172.16.0.1', 'private'],
  ['172.31.255.255', 'private'],
  ['192.168.1.1', 'private'],
  ['100.64.0.1', 'private'],
  ['::1', 'private'],
  ['0:0:0:0:0:0:0:1', 'private'],
  ['fd12::1', 'private'],
  ['::ffff:127.0.0.1', 'private'],
  ['::ffff:7f00:1', 'private'],
  ['0:0:0:0:0:ffff:10.0.0.1', 'private'],
  ['169.254.169.254', 'link-local or metadata'],
  ['::ffff:169.254.169.254', 'link-local or metadata'],
  ['::ffff:a9fe:a9fe', 'link-local or metadata'],
  ['fe80::1', 'link-local or metadata'],
  ['fe80::1%eth0', 'link-local or metadata'],
  ['fd00:ec2::254', 'link-local or metadata'],
  ['100.100.100.200', 'link-local or metadata'],
  ['0.0.0.0', 'reserved'],
  ['255.255.255.255', 'reserved'],
  ['224.0.0.1', 'reserved'],
  ['::', 'reserved'],
  ['::127.0.0.1', 'reserved'],
  ['64:ff9b::7f00:1', 'reserved'],
  ['2002:7f00:1::', 'reserved'],
  ['2001:0:7f00:1::', 'reserved'],
  ['ff02::1', 'reserved'],
  ['not an address', 'reserved'],
  ['', 'reserved'],
])('P36 %s is %s', (address, kind) => {
  expect(classifyAddress(address)).toBe(kind);
});

test('P36 an IPv4 address stays what it is inside an IPv4-mapped one, in every spelling', () => {
  for (const v4 of ['8.8.8.8', '127.0.0.1', '10.0.0.1', '169.254.169.254', '0.0.0.0']) {
    const [a = 0, b = 0, c = 0, d = 0] = v4.split('.').map(Number);
    const hex = `${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
    for (const spelled of [`::ffff:${v4}`, `::FFFF:${v4}`, `0:0:0:0:0:ffff:${hex}`, `::ffff:${hex}`])
      expect([spelled, classifyAddress(spelled)]).toEqual([spelled, classifyAddress(v4)]);
  }
});
