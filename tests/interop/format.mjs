// A third reader and writer of the formats, in JavaScript, written from docs/format.md alone. It uses Node's own
// `node:crypto` for AES-128 in single blocks, SHA-256, HKDF and Ed25519, and nothing else.
//
// Numbers of eight bytes are BigInt: a card may be larger than what a JavaScript number holds exactly.

import { createCipheriv, createHash, createPrivateKey, createPublicKey, hkdfSync, sign, verify } from 'node:crypto';

const TAP_BYTES = 72;
const MACED_BYTES = 64;
const SIGNATURE_BYTES = 64;
const BATCH_HEADER_BYTES = 88;
const BATCH_TAPS_MAX = 256;
const [TRIP, INSPECTION, CASH, LOG_ON, ACTION] = [5, 6, 7, 8, 9];
const WITHOUT_CARD = [TRIP, CASH, LOG_ON];

// Field, width, signed; in the order of the page.
const TAP_FIELDS = [
  ['version', 1], ['kind', 1], ['clock', 1], ['key_version', 1], ['medium', 1], ['category', 1], ['product', 1],
  ['group', 1], ['device', 4], ['epoch', 2], ['tariff', 1], ['state', 1], ['seq', 4], ['counter', 4], ['time_us', 8, true],
  ['card', 8], ['stop', 4], ['pattern', 2], ['stop_seq', 2], ['trip', 4], ['amount', 4, true], ['balance', 8, true],
  ['mac', 8],
];
const BATCH_FIELDS = [
  ['magic', 'bytes', 4], ['version', 4], ['environment', 'bytes', 16], ['device', 4], ['epoch', 4], ['number', 4],
  ['first_seq', 4], ['last_seq', 4], ['tap_count', 2], ['key_version', 2], ['previous', 'bytes', 32],
  ['parameters', 4], ['lists', 4],
];
const RECEIPT_FIELDS = [
  ['magic', 'bytes', 4], ['version', 4], ['environment', 'bytes', 16], ['answer', 4], ['digest', 'bytes', 32],
  ['device', 4], ['epoch', 4], ['through_seq', 4], ['position', 8, true], ['head', 'bytes', 32],
  ['received_us', 8, true],
];
const LIST_FIELDS = [
  ['magic', 'bytes', 4], ['format_version', 4], ['environment', 'bytes', 16], ['version', 4], ['count', 4],
  ['issued_us', 8, true],
];

const ACTION_FIELDS = [
  ['card', 8], ['control', 4], ['until_us', 8, true], ['amount', 4, true], ['action', 1], ['category', 1],
];
const PARAMETER_FIELDS = [
  ['magic', 'bytes', 4], ['format_version', 4], ['environment', 'bytes', 16], ['version', 4], ['count', 4],
  ['issued_us', 8, true], ['valid_from_us', 8, true], ['tariff', 4], ['denylist', 4], ['actions', 4], ['record_key', 4],
  ['repeat_window_s', 4], ['clock_step_s', 4], ['clock_held_s', 4], ['sam_count_max', 4], ['sam_minor_max', 8, true],
  ['tariff_digest', 'bytes', 32], ['denylist_digest', 'bytes', 32], ['actions_digest', 'bytes', 32],
];
const ORDER_FIELDS = [
  ['magic', 'bytes', 4], ['format_version', 4], ['environment', 'bytes', 16], ['device', 4], ['epoch', 4],
  ['closed_seq', 4], ['lost_from', 4], ['issued_us', 8, true],
];

export class Refused extends Error {}

function refuseUnless(holds, reason) {
  if (!holds) throw new Refused(reason);
}

// -- bytes ------------------------------------------------------------------------------------------------------------

function readFields(bytes, fields) {
  const read = {};
  let at = 0;
  for (const [name, width, more] of fields) {
    if (width === 'bytes') {
      read[name] = bytes.subarray(at, at + more);
      at += more;
      continue;
    }
    if (width === 8) read[name] = more ? bytes.readBigInt64LE(at) : bytes.readBigUInt64LE(at);
    else read[name] = more ? bytes.readIntLE(at, width) : bytes.readUIntLE(at, width);
    at += width;
  }
  return read;
}

function writeFields(values, fields) {
  const parts = fields.map(([name, width, more]) => {
    if (width === 'bytes') return values[name];
    const part = Buffer.alloc(width);
    if (width === 8) more ? part.writeBigInt64LE(BigInt(values[name])) : part.writeBigUInt64LE(BigInt(values[name]));
    else more ? part.writeIntLE(Number(values[name]), 0, width) : part.writeUIntLE(Number(values[name]), 0, width);
    return part;
  });
  return Buffer.concat(parts);
}

export const readTap = (bytes) => readFields(bytes, TAP_FIELDS);

function packEnvironment(name) {
  const packed = Buffer.alloc(16);
  packed.write(name, 'ascii');
  return packed;
}

const unpackEnvironment = (packed) => packed.toString('ascii').replace(/\0+$/, '');

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest();

// -- AES-CMAC, RFC 4493 -----------------------------------------------------------------------------------------------

function aesBlock(key, block) {
  const cipher = createCipheriv('aes-128-ecb', key, null).setAutoPadding(false);
  return Buffer.concat([cipher.update(block), cipher.final()]);
}

function doubled(block) {
  const out = Buffer.alloc(16);
  for (let i = 0; i < 16; i += 1) out[i] = ((block[i] << 1) | (i < 15 ? block[i + 1] >> 7 : 0)) & 0xff;
  if (block[0] & 0x80) out[15] ^= 0x87;
  return out;
}

const xor = (a, b) => Buffer.from(a.map((byte, i) => byte ^ b[i]));

export function cmac(key, message) {
  const k1 = doubled(aesBlock(key, Buffer.alloc(16)));
  const blocks = Math.max(1, Math.ceil(message.length / 16));
  const whole = message.length > 0 && message.length % 16 === 0;
  const tail = message.subarray((blocks - 1) * 16);
  const padded = Buffer.concat([tail, Buffer.from([0x80]), Buffer.alloc(16)]).subarray(0, 16);
  let chain = Buffer.alloc(16);
  for (let i = 0; i < blocks - 1; i += 1) chain = aesBlock(key, xor(chain, message.subarray(i * 16, i * 16 + 16)));
  return aesBlock(key, xor(chain, whole ? xor(tail, k1) : xor(padded, doubled(k1))));
}

// -- keys -------------------------------------------------------------------------------------------------------------

// A seed's throw-away keys; the environment has to begin with `sim-`.
export class Ring {
  constructor(seed, environment) {
    refuseUnless(environment.startsWith('sim-'), 'ENVIRONMENT_NOT_SIMULATED');
    this.environment = environment;
    this.seed = Buffer.alloc(8);
    this.seed.writeBigUInt64LE(BigInt(seed));
  }

  derived(name, length) {
    const info = Buffer.from(`afc/1/${name}`);
    return Buffer.from(hkdfSync('sha256', this.seed, packEnvironment(this.environment), info, length));
  }

  // The key of one card (purpose 1) or one reader (purpose 2) for MACs.
  recordKey(purpose, keyVersion, id) {
    const block = Buffer.alloc(16);
    block[0] = purpose;
    block[1] = keyVersion;
    block.writeBigUInt64LE(BigInt(id), 8);
    return aesBlock(this.derived(`record/${keyVersion}`, 16), block);
  }

  // The MAC that the 72 bytes of a tap ought to end with.
  mac(record) {
    const tap = readTap(record);
    const [purpose, id] = tap.card === 0n ? [2, tap.device] : [1, tap.card];
    return cmac(this.recordKey(purpose, tap.key_version, id), record.subarray(0, MACED_BYTES)).subarray(0, 8);
  }

  // Node takes Ed25519 keys in their ASN.1 envelopes only; these are RFC 8410's, around the 32 bytes.
  private(name) {
    const envelope = Buffer.from('302e020100300506032b657004220420', 'hex');
    return createPrivateKey({ key: Buffer.concat([envelope, this.derived(name, 32)]), format: 'der', type: 'pkcs8' });
  }

  public(name) {
    return createPublicKey(this.private(name)).export({ format: 'der', type: 'spki' }).subarray(-32);
  }
}

function checkSignature(message, publicKey, reason) {
  const envelope = Buffer.from('302a300506032b6570032100', 'hex');
  const key = createPublicKey({ key: Buffer.concat([envelope, publicKey]), format: 'der', type: 'spki' });
  const signed = message.subarray(0, -SIGNATURE_BYTES);
  refuseUnless(verify(null, sha256(signed), key, message.subarray(-SIGNATURE_BYTES)), reason);
}

// -- messages ---------------------------------------------------------------------------------------------------------

const least = { number: 1, first_seq: 1 };

// A batch, or Refused with the first reason of the page's list that can be told without a register.
export function openBatch(sealed, ring) {
  refuseUnless(sealed.length <= BATCH_HEADER_BYTES + BATCH_TAPS_MAX * TAP_BYTES + SIGNATURE_BYTES, 'TOO_LARGE');
  refuseUnless(sealed.length >= BATCH_HEADER_BYTES + TAP_BYTES + SIGNATURE_BYTES, 'TOO_SHORT');
  const header = readFields(sealed, BATCH_FIELDS);
  const taps = header.tap_count;
  refuseUnless(header.magic.toString('latin1') === 'AFCB', 'NOT_A_BATCH');
  refuseUnless(header.version === 1, 'FORMAT_UNKNOWN');
  refuseUnless(header.environment.equals(packEnvironment(ring.environment)), 'ENVIRONMENT_FOREIGN');
  refuseUnless(taps >= 1 && taps <= BATCH_TAPS_MAX, 'COUNT_WRONG');
  refuseUnless(sealed.length === BATCH_HEADER_BYTES + taps * TAP_BYTES + SIGNATURE_BYTES, 'LENGTH_WRONG');
  const numbered = header.number >= least.number && header.first_seq >= least.first_seq;
  refuseUnless(numbered && header.last_seq - header.first_seq + 1 === taps, 'NUMBERING_WRONG');
  const first = header.number === 1;
  const alone = first === (header.first_seq === 1) && first === header.previous.equals(Buffer.alloc(32));
  refuseUnless(alone, 'CHAIN_START_WRONG');
  refuseUnless(header.key_version > 0, 'KEY_VERSION_ZERO');
  checkSignature(sealed, ring.public(`device/${header.device}`), 'SIGNATURE_WRONG');
  const records = Array.from({ length: taps }, (_, i) => {
    const at = BATCH_HEADER_BYTES + i * TAP_BYTES;
    return sealed.subarray(at, at + TAP_BYTES);
  });
  const read = records.map(readTap);
  checkRecords(read, header);
  const macs = records.map((record) => ring.mac(record).equals(record.subarray(MACED_BYTES)));
  return { header, digest: sha256(sealed.subarray(0, -SIGNATURE_BYTES)), taps: read, flaws: read.map(flawOf), macs };
}

// What is wrong with the batch: the first reason that fits any of its taps.
function checkRecords(taps, header) {
  const same = (tap) => tap.device === header.device && tap.epoch === header.epoch;
  refuseUnless(taps.every((tap) => tap.version === 1), 'RECORD_FORMAT');
  refuseUnless(taps.every((tap) => tap.key_version === header.key_version), 'RECORD_KEY_VERSION');
  refuseUnless(taps.every(same), 'RECORD_DEVICE');
  refuseUnless(taps.every((tap, place) => tap.seq === header.first_seq + place), 'RECORD_SEQUENCE');
}

// What is wrong with one tap, which stops no other; '' for most.
function flawOf(tap) {
  const alone = WITHOUT_CARD.includes(tap.kind);
  const uncounted = alone || tap.kind === INSPECTION;
  const inTime = tap.time_us >= 946684800000000n && tap.time_us < 4102444800000000n && tap.clock <= 2;
  if (tap.kind < 1 || tap.kind > ACTION) return 'RECORD_KIND';
  if ((tap.card === 0n) !== alone || (tap.counter === 0) !== uncounted) return 'RECORD_CARD';
  if (tap.state > 1 || (tap.state === 1 && uncounted)) return 'RECORD_STATE';
  if (!inTime) return 'RECORD_TIME';
  if (tap.group > 60 || ((tap.kind <= 2 || tap.kind === CASH) && tap.group < 1)) return 'RECORD_GROUP';
  if (tap.amount > 1e9 || tap.amount < (tap.kind === 2 ? -1e9 : 0)) return 'RECORD_AMOUNT';
  if (tap.balance > 10n ** 12n || tap.balance < -(10n ** 12n)) return 'RECORD_AMOUNT';
  return '';
}

// The sealed bytes of records whose fields are all given, but for the MAC.
export function sealBatch(ring, { device, epoch, number, previous, parameters = 0, lists = 0, records }) {
  const taps = records.map((fields) => {
    const unsigned = writeFields({ ...fields, mac: 0n }, TAP_FIELDS);
    return Buffer.concat([unsigned.subarray(0, MACED_BYTES), ring.mac(unsigned)]);
  });
  const header = writeFields({
    magic: Buffer.from('AFCB'), version: 1, environment: packEnvironment(ring.environment), device, epoch, number,
    first_seq: records[0].seq, last_seq: records.at(-1).seq, tap_count: records.length,
    key_version: records[0].key_version, previous, parameters, lists,
  }, BATCH_FIELDS);
  const signed = Buffer.concat([header, ...taps]);
  return Buffer.concat([signed, sign(null, sha256(signed), ring.private(`device/${device}`))]);
}

export function openReceipt(data, ring) {
  refuseUnless(data.length === 184, 'LENGTH_WRONG');
  const receipt = readFields(data, RECEIPT_FIELDS);
  refuseUnless(receipt.magic.toString('latin1') === 'AFCR', 'NOT_THIS_KIND');
  refuseUnless(receipt.version === 1, 'FORMAT_UNKNOWN');
  refuseUnless(receipt.environment.equals(packEnvironment(ring.environment)), 'ENVIRONMENT_FOREIGN');
  checkSignature(data, ring.public('receipt'), 'SIGNATURE_WRONG');
  refuseUnless([1, 2, 3, 5].includes(receipt.answer), 'CONTENT_WRONG');
  return { ...receipt, environment: unpackEnvironment(receipt.environment) };
}

// Does this receipt let a reader forget this batch?
export function covers(receipt, batch) {
  const { header, digest } = batch;
  refuseUnless(receipt.device === header.device && receipt.epoch === header.epoch, 'READER_OTHER');
  return receipt.digest.equals(digest) && receipt.through_seq === header.last_seq;
}

// The fields of a message of the scheme, and its rows; what they mean is for the kind to say.
function openMessage(data, magic, fields, rowBytes, key, ring) {
  const header = fields.reduce((sum, [, width, more]) => sum + (width === 'bytes' ? more : width), 0);
  refuseUnless(data.length >= header + SIGNATURE_BYTES, 'LENGTH_WRONG');
  const told = readFields(data, fields);
  refuseUnless(told.magic.toString('latin1') === magic, 'NOT_THIS_KIND');
  refuseUnless(told.format_version === 1, 'FORMAT_UNKNOWN');
  refuseUnless(told.environment.equals(packEnvironment(ring.environment)), 'ENVIRONMENT_FOREIGN');
  const count = rowBytes ? told.count : 0;
  refuseUnless(data.length === header + rowBytes * count + SIGNATURE_BYTES, 'LENGTH_WRONG');
  checkSignature(data, ring.public(key), 'SIGNATURE_WRONG');
  const rows = Array.from({ length: count }, (_, i) => data.subarray(header + rowBytes * i, header + rowBytes * (i + 1)));
  return { told, rows };
}

export function openDenylist(data, ring) {
  const { told, rows } = openMessage(data, 'AFCD', LIST_FIELDS, 8, 'list', ring);
  const cards = rows.map((row) => row.readBigUInt64LE());
  const rising = cards.every((card, i) => card > (i ? cards[i - 1] : 0n));
  refuseUnless(told.version >= 1 && rising, 'CONTENT_WRONG');
  return { version: told.version, issued_us: told.issued_us, cards };
}

const [LOAD_ORDER, CATEGORY_ORDER] = [1, 4];

function orderHolds(order, before) {
  const { card, control, action, amount, category } = order;
  const after = card > before.card || (card === before.card && control > before.control);
  const money = action === LOAD_ORDER ? amount >= 1 && amount <= 1e9 : amount === 0;
  const named = category === 0 || action === CATEGORY_ORDER;
  return after && card > 0n && control > 0 && action >= LOAD_ORDER && action <= CATEGORY_ORDER && money && named;
}

export function openActions(data, ring) {
  const { told, rows } = openMessage(data, 'AFCA', LIST_FIELDS, 26, 'list', ring);
  const orders = rows.map((row) => readFields(row, ACTION_FIELDS));
  const holds = orders.every((order, i) => orderHolds(order, i ? orders[i - 1] : { card: -1n, control: 0 }));
  refuseUnless(told.version >= 1 && holds, 'CONTENT_WRONG');
  return { version: told.version, issued_us: told.issued_us, orders: orders.map((order) => Object.values(order)) };
}

const isTime = (us) => us >= 946684800000000n && us < 4102444800000000n;

export function openParameters(data, ring) {
  const { told, rows } = openMessage(data, 'AFCP', PARAMETER_FIELDS, 4, 'list', ring);
  const canary = rows.map((row) => row.readUInt32LE());
  const rising = canary.every((device, i) => device > (i ? canary[i - 1] : 0));
  const possible = told.version >= 1 && isTime(told.issued_us) && isTime(told.valid_from_us) && told.tariff <= 255;
  const keyed = told.record_key >= 1 && told.record_key <= 255;
  refuseUnless(possible && keyed && told.sam_minor_max >= 0n && rising, 'CONTENT_WRONG');
  const { magic, format_version: _, environment, count, ...fields } = told;
  return { ...fields, canary };
}

export function openOrder(data, ring) {
  const { told } = openMessage(data, 'AFCO', ORDER_FIELDS, 0, 'command', ring);
  const { magic, format_version: _, environment, ...order } = told;
  const possible = order.epoch >= 1 && order.epoch <= 65535 && isTime(order.issued_us);
  refuseUnless(possible && order.lost_from <= order.closed_seq, 'CONTENT_WRONG');
  return order;
}
