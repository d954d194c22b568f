import { BlockList, isIP } from 'node:net';

/** What kind of place an address is in, from the IANA special-purpose registries (RFC 6890, 5735, 4193, 6598, 7526, 8215). */
export type AddressClass = 'public' | 'private' | 'link-local or metadata' | 'reserved';

type Range = readonly [network: string, prefix: number];

const LINK_LOCAL: readonly Range[] = [
  ['169.254.0.0', 16],
  ['fe80::', 10],
];
/** Addresses at which clouds hand out credentials, beyond 169.254.169.254: Alibaba, Oracle, Amazon over IPv6. */
const METADATA: readonly Range[] = [
  ['100.100.100.200', 32],
  ['192.0.0.192', 32],
  ['168.63.129.16', 32],
  ['fd00:ec2::254', 128],
  ['fd20:ce::254', 128],
];
const PRIVATE: readonly Range[] = [
  ['127.0.0.0', 8],
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['::1', 128],
  ['fc00::', 7],
];
const RESERVED: readonly Range[] = [
  ['0.0.0.0', 8],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** IPv6 that is ordinary: global unicast; everything outside it is reserved. */
const GLOBAL: readonly Range[] = [['2000::', 3]];
/** Parts of global unicast that are documentation or carry an IPv4 address inside (Teredo, 6to4). */
const RESERVED_WITHIN_GLOBAL: readonly Range[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

function listOf(ranges: readonly Range[]): BlockList {
  const list = new BlockList();
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, isIP(network) === 6 ? 'ipv6' : 'ipv4');
  return list;
}

const linkLocal = listOf([...LINK_LOCAL, ...METADATA]);
const privates = listOf(PRIVATE);
const reserved = listOf([...RESERVED, ...RESERVED_WITHIN_GLOBAL]);
const global = listOf(GLOBAL);

const groupsIn = (text: string | undefined): number[] =>
  text === undefined || text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

/** An IPv6 address in its eight groups, or null. The URL parser knows every spelling (RFC 4291, 2.2). */
function groupsOf(address: string): number[] | null {
  const text = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1);
  if (text === undefined) return null;
  const [head = '', tail] = text.split('::');
  const before = groupsIn(head);
  const after = groupsIn(tail);
  return tail === undefined
    ? before
    : [...before, ...Array<number>(8 - before.length - after.length).fill(0), ...after];
}

/** The IPv4 address inside an IPv4-mapped one (`::ffff:7f00:1`), else null. */
function mappedIpv4(address: string): string | null {
  const groups = groupsOf(address);
  if (groups === null || groups.length !== 8 || !groups.slice(0, 5).every((g) => g === 0) || groups[5] !== 0xffff)
    return null;
  const [high = 0, low = 0] = groups.slice(6);
  return `${high >> 8}.${high & 255}.${low >> 8}.${low & 255}`;
}

/**
 * Classifies a resolved address (dotted IPv4, or IPv6 in any spelling, with or without zone). What is no address at all,
 * and every IPv6 range through which an IPv4 address could be reached by another name, counts as reserved.
 */
export function classifyAddress(address: string): AddressClass {
  const bare = address.replace(/%.*$/, '');
  const family = isIP(bare);
  if (family === 0) return 'reserved';
  if (family === 6) {
    const inner = mappedIpv4(bare);
    if (inner !== null) return classifyAddress(inner);
  }
  const type = family === 6 ? 'ipv6' : 'ipv4';
  if (linkLocal.check(bare, type)) return 'link-local or metadata';
  if (privates.check(bare, type)) return 'private';
  if (reserved.check(bare, type)) return 'reserved';
  return family === 6 && !global.check(bare, 'ipv6') ? 'reserved' : 'public';
}
