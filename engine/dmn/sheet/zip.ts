/**
 * ZIP archives (PKWARE APPNOTE 6.3), as far as office documents use them: stored or deflated entries, no encryption, no
 * zip64. The platform's own streams inflate; every entry is bounded while it is inflated, whatever its header claims.
 */
import { SheetRefused } from './refused.ts';

export interface ZipEntry {
  readonly name: string;
  readonly method: number;
  readonly compressedBytes: number;
  readonly offset: number;
}

const LOCAL = 0x04034b50;
const CENTRAL = 0x02014b50;
const END = 0x06054b50;
const MAX_ENTRIES = 2000;
const ENCRYPTED = 1;
const DEFLATED = 8;

const damaged = (what: string): SheetRefused =>
  new SheetRefused(
    `The file is no sound Excel workbook: ${what}.`,
    'Open it in a spreadsheet and save it again as .xlsx.',
  );

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** The entries of an archive by name, from its central directory. Throws {@link SheetRefused}. */
export function readZipDirectory(bytes: Uint8Array): ReadonlyMap<string, ZipEntry> {
  const view = viewOf(bytes);
  const end = endOf(view);
  const count = view.getUint16(end + 10, true);
  let at = view.getUint32(end + 16, true);
  if (count > MAX_ENTRIES) throw damaged(`it holds more than ${MAX_ENTRIES.toLocaleString('en')} files`);
  const entries = new Map<string, ZipEntry>();
  for (let i = 0; i < count; i += 1) {
    if (at + 46 > bytes.length || view.getUint32(at, true) !== CENTRAL) throw damaged('its directory is torn');
    const lengths = [28, 30, 32].map((field) => view.getUint16(at + field, true));
    const [nameLength = 0, extra = 0, comment = 0] = lengths;
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength));
    if ((view.getUint16(at + 8, true) & ENCRYPTED) !== 0)
      throw new SheetRefused('The workbook is encrypted.', 'Save it without a password and choose that file.');
    if (entries.has(name)) throw damaged(`it holds ${name} twice`);
    entries.set(name, {
      name,
      method: view.getUint16(at + 10, true),
      compressedBytes: view.getUint32(at + 20, true),
      offset: view.getUint32(at + 42, true),
    });
    at += 46 + nameLength + extra + comment;
  }
  return entries;
}

/** Where the end record begins; a comment of up to 64 KB may follow it. */
function endOf(view: DataView): number {
  for (let at = view.byteLength - 22; at >= Math.max(0, view.byteLength - 65_557); at -= 1)
    if (view.getUint32(at, true) === END) return at;
  throw damaged('it has no directory');
}

/** The bytes of an entry. Throws {@link SheetRefused} as soon as they are more than `maxBytes`. */
export async function inflateEntry(bytes: Uint8Array, entry: ZipEntry, maxBytes: number): Promise<Uint8Array> {
  const view = viewOf(bytes);
  if (entry.offset + 30 > bytes.length || view.getUint32(entry.offset, true) !== LOCAL)
    throw damaged(`${entry.name} is not where its directory says`);
  const from = entry.offset + 30 + view.getUint16(entry.offset + 26, true) + view.getUint16(entry.offset + 28, true);
  const data = bytes.subarray(from, from + entry.compressedBytes);
  if (data.length < entry.compressedBytes) throw damaged(`${entry.name} is cut off`);
  if (entry.method === 0) {
    if (data.length > maxBytes) throw tooLarge(entry.name, maxBytes);
    return data;
  }
  if (entry.method !== DEFLATED) throw damaged(`${entry.name} is packed in a way that workbooks do not use`);
  return inflate(data, entry.name, maxBytes);
}

const tooLarge = (name: string, maxBytes: number): SheetRefused =>
  new SheetRefused(
    `The workbook unpacks to more than ${maxBytes / 1_000_000} MB (${name}).`,
    'A decision table of 20,000 rows is far smaller: keep only its sheet in the file.',
  );

/** Small pieces go in, so that what comes out of each is small as well and a bomb ends where the bound is. */
const PIECE = 16_384;

async function inflate(data: Uint8Array, name: string, maxBytes: number): Promise<Uint8Array> {
  const stream = new DecompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const reader = stream.readable.getReader();
  const written = writeAll(writer, data);
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      length += value.length;
      if (length > maxBytes) throw tooLarge(name, maxBytes);
      chunks.push(value);
    }
    await written;
  } catch (error) {
    await reader.cancel().catch(() => undefined);
    await written.catch(() => undefined);
    throw error instanceof SheetRefused ? error : damaged(`${name} cannot be unpacked`);
  }
  return joined(chunks, length);
}

async function writeAll(writer: WritableStreamDefaultWriter<BufferSource>, data: Uint8Array): Promise<void> {
  try {
    for (let at = 0; at < data.length; at += PIECE) await writer.write(data.slice(at, at + PIECE));
    await writer.close();
  } catch {
    // What went wrong is seen where the other end reads.
  }
}

function joined(chunks: readonly Uint8Array[], length: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

/** Packs files into an archive. The same files give the same archive: it holds no time. */
export async function writeZip(files: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const [name, content] of files) {
    const packed = await deflate(content);
    const head = {
      name: new TextEncoder().encode(name),
      crc: crc32(content),
      packed: packed.length,
      size: content.length,
    };
    const local = record(LOCAL, head, null);
    directory.push(record(CENTRAL, head, offset));
    parts.push(local, packed);
    offset += local.length + packed.length;
  }
  const size = directory.reduce((sum, { length }) => sum + length, 0);
  const end = new Uint8Array(22);
  const view = viewOf(end);
  view.setUint32(0, END, true);
  view.setUint16(8, files.size, true);
  view.setUint16(10, files.size, true);
  view.setUint32(12, size, true);
  view.setUint32(16, offset, true);
  return joined([...parts, ...directory, end], offset + size + end.length);
}

interface Head {
  readonly name: Uint8Array;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
}

/** 1 January 1980, the first day that the format knows. */
const NO_DATE = 0x21;
const UTF8_NAMES = 0x800;

/** A local header, or with an offset its entry in the directory: the fields are the same but for where they begin. */
function record(signature: number, { name, crc, packed, size }: Head, offset: number | null): Uint8Array {
  const isLocal = offset === null;
  const bytes = new Uint8Array((isLocal ? 30 : 46) + name.length);
  const view = viewOf(bytes);
  view.setUint32(0, signature, true);
  let at = 4;
  if (!isLocal) {
    view.setUint16(at, 20, true);
    at += 2;
  }
  for (const field of [20, UTF8_NAMES, DEFLATED, 0, NO_DATE]) {
    view.setUint16(at, field, true);
    at += 2;
  }
  for (const field of [crc, packed, size]) {
    view.setUint32(at, field, true);
    at += 4;
  }
  view.setUint16(at, name.length, true);
  if (!isLocal) view.setUint32(42, offset, true);
  bytes.set(name, isLocal ? 30 : 46);
  return bytes;
}

async function deflate(data: Uint8Array): Promise<Uint8Array> {
  const stream = new CompressionStream('deflate-raw');
  const writer = stream.writable.getWriter();
  const written = writeAll(writer, data);
  const packed = new Uint8Array(await new Response(stream.readable).arrayBuffer());
  await written;
  return packed;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = (crc & 1) === 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}
