#!/usr/bin/env node
/*
 * Verifies an evidence file of Countersign: the events of one case, that they are in a signed log, and the release that
 * the case ran on. One file that uses Node's own modules and nothing of Countersign, opens no connection and writes
 * nothing. README.md beside it describes the format, so that anyone can write another one.
 */
import { createDecipheriv, createHash, createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const [HOLDS, DOES_NOT_HOLD, WRONG_USE, RESTS_ON_THE_FILE] = [0, 1, 2, 3];
const USE = `Use: countersign-verify.mjs EVIDENCE --key FILE.pub.json --key … [--checkpoint NOTE] [--full] [--trust-file-keys]
Keys are those of the log, of who signed the release, and of the people who decided, from a source of your own.
Exit codes: 0 it holds, 1 it does not, 2 wrong use, 3 nothing contradicts but it rests on keys you did not give.`;

/** What does not hold. */
class Fault extends Error {}
const refuse = (message) => {
  throw new Fault(message);
};
const demand = (holds, message) => holds || refuse(message);

// --- bytes
function sha256(...parts) {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
const hex = (bytes) => bytes.toString('hex');

/** Bytes of canonical base64: a text that they do not encode back to is refused. */
function base64(text, what, length) {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'base64') : refuse(`${what} is not a text.`);
  demand(bytes.toString('base64') === text, `${what} is not base64.`);
  demand(length === undefined || bytes.length === length, `${what} does not have ${length} bytes.`);
  return bytes;
}

/** RFC 8785: members sorted by name, no blanks. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(',')}}`;
}

/** JSON in its canonical form. */
function canonicalJson(text, what) {
  const value = typeof text === 'string' ? JSON.parse(text) : refuse(`${what} is not a text.`);
  demand(canonical(value) === text, `${what} is not canonical JSON.`);
  return value;
}

/** Demands an object with exactly these members. */
function members(value, names, what) {
  const found = Object.keys(value ?? {});
  const form = names.every((name) => found.includes(name)) && found.length === names.length;
  demand(form, `${what} has the members “${found.join(', ')}”.`);
  return value;
}

// --- keys and signatures
const PURPOSES = ['author', 'release', 'approver', 'log', 'policy'];
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 key for one purpose; `given` by who verifies, or vouched for by the file alone. */
function keyOf({ purpose, publicKey }, given) {
  demand(PURPOSES.includes(purpose), `“${purpose}” is no purpose of a key.`);
  const spki = base64(publicKey, 'A public key', SPKI.length + 32);
  const raw = spki.subarray(SPKI.length);
  demand(spki.subarray(0, SPKI.length).equals(SPKI), 'A public key is not an Ed25519 key.');
  const key = createPublicKey({ key: spki, format: 'der', type: 'spki' });
  return { purpose, raw, key, id: hex(sha256(raw)).slice(0, 16), given, used: false };
}

/** Which key of these purposes made the signature over the bytes, if any. */
function signerOf(keys, purposes, bytes, signature, what) {
  const value = base64(signature, `The signature of ${what}`, 64);
  const signer = keys.find((one) => purposes.includes(one.purpose) && verify(null, bytes, one.key, value));
  if (signer !== undefined) signer.used = true;
  return signer;
}

/** DSSE's pre-authentication encoding: what its signatures are over. */
const preAuth = (type, payload) =>
  Buffer.concat([Buffer.from(`DSSEv1 ${type.length} ${type} ${payload.length} `), payload]);

// --- the checkpoint: a C2SP signed note
function readNote(text) {
  const end = text.lastIndexOf('\n\n');
  const body = text.slice(0, end + 1);
  const [origin, size, root, ...more] = body.slice(0, -1).split('\n');
  demand(end > 0 && text.endsWith('\n') && more.length === 0, 'The checkpoint is not a note of three lines.');
  demand(/^[1-9][0-9]{0,15}$/.test(size), 'The checkpoint does not say its size.');
  const lines = text.slice(end + 2, -1).split('\n');
  return { body, lines, origin, size: Number(size), root: base64(root, 'The root of the checkpoint', 32) };
}

/** Every line must be a signature by a log key that is known here: `— name base64(key hash ‖ signature)`. */
function checkNote(note, keys, report) {
  for (const line of note.lines) {
    const [dash, name, value, ...more] = line.split(' ');
    demand(dash === '—' && name && more.length === 0, 'A signature of the checkpoint is not in its form.');
    const bytes = base64(value, 'A signature of the checkpoint', 68);
    const named = (one) => sha256(`${name}\n\x01`, one.raw).subarray(0, 4).equals(bytes.subarray(0, 4));
    const signature = bytes.subarray(4).toString('base64');
    const signer = signerOf(keys.filter(named), ['log'], Buffer.from(note.body), signature, 'the checkpoint');
    if (signer === undefined) refuse('The checkpoint is not signed by a log key that is known here, or was changed.');
    report.signed('the checkpoint', signer, name);
  }
}

// --- the tree: RFC 9162, section 2.1
/** The root of a tree of `size` leaves with `leaf` at `index`, by an inclusion proof (2.1.3.1, read backwards). */
function rootBy(leaf, index, size, proof) {
  demand(size > 1 === proof.length > 0, 'An inclusion proof does not have its length.');
  if (size === 1) return leaf;
  let left = 1;
  while (left * 2 < size) left *= 2;
  const [rest, sibling] = [proof.slice(0, -1), proof.at(-1)];
  return index < left
    ? sha256(Buffer.of(1), rootBy(leaf, index, left, rest), sibling)
    : sha256(Buffer.of(1), sibling, rootBy(leaf, index - left, size - left, rest));
}

// --- events
/** Checks an event against the checkpoint and gives what it says. `open` is null where its payload was pruned. */
function readEvent(entry, note, seals) {
  const pruned = 'inner' in entry;
  members(entry, pruned ? ['header', 'inner', 'proof'] : ['header', 'open', 'proof', 'salt', 'sealed'], 'An event');
  const header = canonicalJson(entry.header, 'The header of an event');
  const where = `Event ${header.seq}`;
  demand(header.seq >= 1 && header.seq <= note.size, `${where} is not among the ${note.size} of the checkpoint.`);
  const sealed = pruned || entry.sealed === null ? Buffer.alloc(0) : base64(entry.sealed, `${where}: its sealed part`);
  const inner = pruned ? base64(entry.inner, `${where}: its inner hash`, 32) : innerOf(entry, sealed, where);
  const leaf = sha256(Buffer.of(0), entry.header, inner);
  const proof = entry.proof.map((part) => base64(part, `${where}: a part of its proof`, 32));
  const root = rootBy(leaf, header.seq - 1, note.size, proof);
  demand(root.equals(note.root), `${where} is not in the log of the checkpoint, or something of it was changed.`);
  if (pruned) return { ...header, open: null, sealed: null, state: 'pruned' };
  const open = canonicalJson(entry.open, `${where}: its open part`);
  return { ...header, open, ...unseal(sealed, header, entry.header, seals) };
}

/** The hash that stays when a payload is pruned: over salt, length of the open part, open part, sealed part. */
function innerOf(entry, sealed, where) {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(Buffer.byteLength(entry.open));
  return sha256(base64(entry.salt, `${where}: its salt`, 16), length, entry.open, sealed);
}

/** Opens a sealed part where the file has its key: AES-256-GCM, with the header as additional data. */
function unseal(sealed, header, headerText, seals) {
  if (sealed.length === 0) return { sealed: null, state: 'open' };
  const at = 1 + sealed[0];
  const of = at === 1 ? header.subject : sealed.subarray(1, at).toString();
  const seal = seals.find((one) => one.of === of && one.id.equals(sealed.subarray(at, at + 4)));
  if (seal === undefined) return { sealed: null, state: 'sealed' };
  const decipher = createDecipheriv('aes-256-gcm', seal.key, sealed.subarray(at + 4, at + 16), { authTagLength: 16 });
  decipher.setAAD(Buffer.from(headerText)).setAuthTag(sealed.subarray(-16));
  seal.used = true;
  const text = Buffer.concat([decipher.update(sealed.subarray(at + 16, -16)), decipher.final()]).toString();
  return { sealed: JSON.parse(text), state: 'opened' };
}

// --- what the events must be to each other
function checkOrder(events, run) {
  demand(events[0]?.type === 'run.started', 'The first event does not begin the case.');
  events.forEach((event, i) => {
    demand(event.subject === `run:${run}`, `Event ${event.seq} is about ${event.subject}, not about this case.`);
    if (i === 0) return;
    demand(events[i - 1].seq < event.seq, `Event ${event.seq} is out of order.`);
    demand(events[i - 1].epoch <= event.epoch, `Event ${event.seq} is of an earlier epoch than the one before.`);
    demand(event.type !== 'run.started', `Event ${event.seq} begins the case a second time.`);
  });
}

/** With every other event between the first and the last at hand, none of this case can be missing there. */
function checkBetween(events, between, run, report) {
  const [first, last] = [events[0].seq, events.at(-1).seq];
  if (between === null) {
    report.say(`Not shown: that no event of this case was left out between ${first} and ${last} of the log.`);
    report.say('  Ask for a file made with --between, or for the journal to be verified as a whole.');
  } else {
    for (const { subject, seq } of between)
      demand(subject !== `run:${run}`, `Event ${seq} is of this case and stands among the others.`);
    const all = [...events, ...between].map(({ seq }) => seq).sort((a, b) => a - b);
    demand(all.at(-1) === last && all.every((seq, i) => seq === first + i), 'Events in between are missing.');
    report.say(`Complete from event ${first} to ${last}: all others in between are here, none is of this case.`);
  }
  if (events.some(({ type }) => type === 'run.ended')) report.say('The case has ended.');
  else report.say('The case has not ended in this file.');
  report.say(`What came after event ${last} cannot be seen from this file.`);
}

// --- people
/** What was shown must have the digest that people signed, and their signatures must fit. */
function checkPeople(events, run, keys, report) {
  const tasks = new Map();
  const digests = new Map();
  const effects = new Map();
  for (const event of events) {
    const body = { ...event.open, ...event.sealed };
    const at = `${event.node} ${event.path ?? ''}`;
    if (event.type === 'task.created') {
      const digest = body.shown ? `sha256-${hex(sha256(canonical(body.shown)))}` : body.digest;
      demand(digest === body.digest, `Event ${event.seq}: what was shown is not what its digest says.`);
      tasks.set(at, body.task);
      digests.set(body.task, digest);
    }
    if (event.type === 'call.doubted') effects.set(body.task, body.key);
    const task = body.task ?? tasks.get(at);
    const decisions = body.record?.by === 'person' ? body.record.decisions : [];
    for (const said of body.vote ? [{ ...body.vote, comment: body.comment ?? body.vote.comment }] : decisions) {
      const other = digests.has(task) && said.shown !== digests.get(task);
      demand(!other, `Event ${event.seq}: ${said.person} decided on something else than the task showed.`);
      checkPerson(event, 'decision', said, { task, run }, keys, report);
    }
    const word = body.settlement;
    if (!word) continue;
    const about = { task, run, key: effects.get(task) };
    checkPerson(event, 'settlement', { ...word, comment: body.comment ?? word.comment }, about, keys, report);
  }
}

function checkPerson(event, type, { signature, ...said }, about, keys, report) {
  const what = `${said.person}’s word at event ${event.seq}`;
  const bytes = preAuth(`application/vnd.countersign.${type}+json`, Buffer.from(canonical({ ...said, ...about })));
  const signer = signerOf(keys, ['approver'], bytes, signature.signature, what);
  if (signer !== undefined) return report.signed(what, signer, said.person);
  const known = keys.find((one) => one.purpose === 'approver' && one.id === signature.keyId);
  if (known === undefined) return report.rest(`Not checked: ${what}: its key ${signature.keyId} is not known here.`);
  demand(event.state === 'sealed', `The signature of ${what} does not fit.`);
  known.used = true;
  report.rest(`Not checked: ${what}: part of what was signed is sealed.`);
}

// --- releases
const IN_TOTO = 'application/vnd.in-toto+json';

/** A manifest must be the one that the log says was accepted, with signatures and pinned files that fit. */
function checkRelease(entry, started, note, keys, report) {
  const { accepted, manifest, files } = members(entry, ['accepted', 'files', 'manifest'], 'A release');
  const { seq, type, open } = readEvent(accepted, note, []);
  demand(type === 'release.accepted' && open !== null, 'A release lacks the event that accepted it.');
  demand(seq < started.seq, 'A release was accepted after the case had begun.');
  members(manifest, ['payload', 'payloadType', 'signatures'], 'A manifest');
  const payload = base64(manifest.payload, 'The payload of the manifest');
  demand(`sha256-${hex(sha256(payload))}` === open.digest, `The manifest is not the one that event ${seq} accepted.`);
  demand(manifest.payloadType === IN_TOTO, 'The manifest is not an in-toto statement.');
  for (const one of manifest.signatures) {
    const { keyid, sig } = members(one, ['keyid', 'sig'], 'A signature of the manifest');
    const signer = signerOf(keys, ['author', 'release'], preAuth(IN_TOTO, payload), sig, 'the manifest');
    if (signer === undefined) refuse('A signature of the manifest is by no key that is known here, or was changed.');
    demand(keyid === signer.id, 'A signature of the manifest names another key.');
    report.signed('the manifest', signer, signer.purpose);
  }
  if (manifest.signatures.length === 0) report.rest('Not checked: the manifest has no signature in the file.');
  const { subject, predicate } = JSON.parse(payload.toString());
  demand(`sha256-${subject[0].digest.sha256}` === open.program, 'The manifest is of another program than accepted.');
  demand(predicate.release === open.release, 'The manifest is of another release than was accepted.');
  report.say(`Release ${predicate.release} of “${predicate.flow.title}”, manifest ${open.digest}.`);
  checkFiles(files, predicate.pins, report);
  return { program: open.program, manifest: open.digest, release: String(predicate.release), pins: predicate.pins };
}

function checkFiles(files, pins, report) {
  for (const [name, content] of Object.entries(files)) {
    const pin = pins.find((one) => one.sha256 === name) ?? refuse(`The file ${name} is not pinned by the manifest.`);
    demand(hex(sha256(base64(content, pin.path))) === name, `The file ${pin.path} is not the one that was signed.`);
  }
  const absent = pins.filter((pin) => !Object.hasOwn(files, pin.sha256)).map((pin) => pin.path);
  report.say(`  It pins ${pins.length} files by digest; not in the evidence: ${absent.join(', ') || 'none'}.`);
}

/** The case must name a release in the file, and every model that answered must be pinned by one. */
function checkNamed(events, releases, report) {
  const [{ open }] = events;
  if (open === null) return report.rest('Not checked: which release the case ran on; its first event was pruned.');
  const release = releases.find((one) => one.program === open.program);
  if (release === undefined) return report.rest(`Not checked: no manifest of program ${open.program} is in the file.`);
  demand((open.release ?? release.release) === release.release, 'The case names another release than its program’s.');
  demand((open.manifest ?? release.manifest) === release.manifest, 'The case names another manifest.');
  report.say(`The case ran on release ${release.release}, program ${open.program}.`);
  const pinned = new Set(releases.flatMap((one) => one.pins.map((pin) => `sha256-${pin.sha256}`)));
  for (const { seq, open: shown, sealed } of events) {
    const model = (sealed?.record ?? shown?.record)?.answer?.model;
    demand(!model || pinned.has(model.digest), `Event ${seq}: the model that answered is not pinned by the release.`);
  }
}

// --- all of it
const FORM = ['between', 'checkpoint', 'events', 'format', 'keys', 'releases', 'run', 'sealKeys', 'version'];

/**
 * Verifies the text of an evidence file. `given` are the public key files of who verifies; `trustFileKeys` takes those in
 * the file for theirs; `checkpoint` is the text of a note that they hold themselves, or null.
 */
export function verifyEvidence(text, { given = [], trustFileKeys = false, checkpoint = null } = {}) {
  const report = new Report();
  try {
    const file = members(JSON.parse(text), FORM, 'The file');
    demand(`${JSON.stringify(file, null, 2)}\n` === text, 'The file is not in its one form: it was changed by hand.');
    demand(file.format === 'countersign.evidence' && file.version === 1, 'The file is not evidence of version 1.');
    const theirs = given.map((one) => keyOf(one, true));
    const listed = file.keys.map((one) => keyOf(members(one, ['publicKey', 'purpose'], 'A key'), trustFileKeys));
    const added = listed.filter((one) => !theirs.some(({ raw }) => raw.equals(one.raw)));
    checkAll(file, [...theirs, ...added], checkpoint, report);
    for (const { raw, id, purpose } of listed) {
      const used = [...theirs, ...added].some((key) => key.used && key.purpose === purpose && key.raw.equals(raw));
      demand(used, `The key ${id} in the file signed nothing in it as ${purpose}, or was changed.`);
    }
  } catch (error) {
    if (error instanceof Fault) report.problems.push(error.message);
    else report.problems.push(`The file is not in its form: ${error instanceof Error ? error.message : String(error)}`);
  }
  return report;
}

function checkAll(file, keys, checkpoint, report) {
  const note = readNote(file.checkpoint);
  checkNote(note, keys, report);
  report.say(`Checkpoint of ${note.size} events of the log ${note.origin}, root ${hex(note.root)}.`);
  const held = checkpoint !== null && readNote(checkpoint).body === note.body;
  demand(held || checkpoint === null, 'The checkpoint in the file is not the one that you hold.');
  if (held) report.say('  It is the checkpoint that you hold yourself.');
  else report.say('  Compare it with one that you hold: otherwise a second history of the same log would pass.');
  const seals = file.sealKeys.map((one) => {
    const { of, id, key } = members(one, ['id', 'key', 'of'], 'A key of sealed parts');
    return { of, id: base64(id, 'An id', 4), key: base64(key, 'A key of sealed parts', 32), used: false };
  });
  report.events = file.events.map((entry) => readEvent(entry, note, seals));
  for (const one of seals) demand(one.used, `The key of the sealed parts of ${one.of} opens nothing in the file.`);
  checkOrder(report.events, file.run);
  checkBetween(report.events, file.between?.map((entry) => readEvent(entry, note, [])) ?? null, file.run, report);
  const releases = file.releases.map((entry) => checkRelease(entry, report.events[0], note, keys, report));
  checkNamed(report.events, releases, report);
  checkPeople(report.events, file.run, keys, report);
  const shut = report.events.filter(({ state }) => state === 'sealed' || state === 'pruned').map(({ seq }) => seq);
  if (shut.length === 0) return;
  report.say(`Sealed, erased or pruned content in events ${shut.join(', ')}:`);
  report.say('  that it was not changed is shown; not what it says, nor are signatures of people in it checked.');
}

/** `problems` contradict, `rests` are not covered by the keys given, `lines` tell the rest. */
class Report {
  problems = [];
  rests = [];
  lines = [];
  events = [];
  say(line) {
    this.lines.push(line);
  }
  rest(line) {
    this.rests.push(line);
  }
  signed(what, key, name) {
    const by = `Signed: ${what}, by ${name} with ${key.purpose} key ${key.id}`;
    if (key.given) this.say(`${by}.`);
    else this.rest(`${by}, for which only the file vouches.`);
  }
  get exitCode() {
    return this.problems.length > 0 ? DOES_NOT_HOLD : this.rests.length > 0 ? RESTS_ON_THE_FILE : HOLDS;
  }
}

// --- the command
const LOUD = '*** KEYS WERE TAKEN FROM THE FILE: it agrees with itself; who made it is not shown. ***';

function eventLine({ seq, at, type, node, actor, open, sealed }, full) {
  const said = [new Date(at).toISOString(), type, node, open?.port ?? open?.result, actor === 'engine' ? null : actor];
  const content = full ? `\n${JSON.stringify({ ...open, ...sealed }, null, 2)}` : '';
  return `${String(seq).padStart(9)}  ${said.filter(Boolean).join('  ')}${content}`;
}

function told({ exitCode, problems, rests, lines, events }, { full, 'trust-file-keys': trustFileKeys }) {
  const loud = trustFileKeys ? [LOUD] : [];
  const verdict = { [HOLDS]: 'It holds.', [DOES_NOT_HOLD]: 'IT DOES NOT HOLD.' }[exitCode];
  const first = verdict ?? 'Nothing contradicts, but it does not rest on keys that you gave alone.';
  return [...loud, first, ...problems, ...rests, ...lines, '', ...events.map((one) => eventLine(one, full)), ...loud];
}

/** The text of a file. */
function textOf(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT') return refuse(`There is no file “${file}”.`);
    return refuse(`The file “${file}” cannot be read: check that it is a file and that you may read it.`);
  }
}

/** What a public key file says. */
function keyFile(file) {
  const text = textOf(file);
  try {
    const said = JSON.parse(text);
    keyOf(said, true);
    return said;
  } catch {
    return refuse(`“${file}” is no public key file of Countersign: give one that ends in .pub.json.`);
  }
}

function main(args) {
  const flag = { type: 'boolean', default: false };
  const key = { type: 'string', multiple: true, default: [] };
  const options = { key, checkpoint: { type: 'string' }, 'trust-file-keys': flag, full: flag };
  try {
    const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
    demand(positionals.length === 1, 'Name one evidence file.');
    const given = values.key.map(keyFile);
    const checkpoint = values.checkpoint === undefined ? null : textOf(values.checkpoint);
    const text = textOf(positionals[0]);
    const report = verifyEvidence(text, { given, trustFileKeys: values['trust-file-keys'], checkpoint });
    process.stdout.write(`${told(report, values).join('\n')}\n`);
    return report.exitCode;
  } catch (error) {
    process.stderr.write(`${error.message}\n${USE}\n`);
    return WRONG_USE;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href)
  process.exitCode = main(process.argv.slice(2));
