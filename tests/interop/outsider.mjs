// What the tests ask of the third implementation, one verb at a time; the question is JSON on stdin, the answer on stdout.
//
//   node outsider.mjs vectors < every file of tests/vectors, by name
//   node outsider.mjs seal | open | covers < what to seal, open or match

import { readFileSync } from 'node:fs';
import {
  Ring, Refused, cmac, covers, openActions, openBatch, openDenylist, openOrder, openParameters, openReceipt, readTap, sealBatch,
} from './format.mjs';

const hex = (text) => Buffer.from(text, 'hex');

// JSON numbers beyond 2^53 would be rounded, so they are read as text and compared as text.
const readJson = (text) => JSON.parse(text.replace(/(?<=[[:,]\s*)-?\d{16,}(?=\s*[,\]}])/g, '"$&"'));

// Every value as text or plain number, so that two of them compare and print the same.
function plain(value) {
  if (typeof value === 'bigint') return value.toString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  if (Array.isArray(value)) return value.map(plain);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, plain(one)]));
}

function same(what, found, wanted) {
  const [a, b] = [JSON.stringify(plain(found)), JSON.stringify(wanted)].map((text) => text.replaceAll('"', ''));
  if (a !== b) throw new Error(`${what}: ${a} is not ${b}`);
  checked += 1;
}

let checked = 0;

function checkVectors({ keys, tap, batch, receipt, denylist, actions, parameters, order, published }) {
  const ring = new Ring(keys.seed, keys.environment);
  for (const one of published.aes_cmac.examples) {
    same('RFC 4493', cmac(hex(published.aes_cmac.key), hex(one.message)), one.mac);
  }
  for (const one of keys.card_keys) same('key of a card', ring.recordKey(1, one.key_version, one.card), one.key);
  for (const one of keys.device_keys) same('key of a reader', ring.recordKey(2, one.key_version, one.device), one.key);
  const { device, public: ofDevice } = keys.device_public;
  same('public key of a reader', ring.public(`device/${device}`), ofDevice);
  same('public key for receipts', ring.public('receipt'), keys.receipt_public);
  same('public key for lists', ring.public('list'), keys.list_public);
  same('public key for orders', ring.public('command'), keys.command_public);
  for (const one of tap) {
    const record = hex(one.bytes);
    same('fields of a tap', readTap(record), one.fields);
    same('MAC of a tap', ring.mac(record), one.cmac.slice(0, 16));
  }
  let previous = '00'.repeat(32);
  for (const one of batch) {
    const opened = openBatch(hex(one.sealed), ring);
    same('digest of a batch', opened.digest, one.digest);
    same('the batch before', opened.header.previous, previous);
    same('MACs of a batch', opened.macs, opened.macs.map(() => true));
    const records = opened.taps;
    const { number } = opened.header;
    const again = sealBatch(ring, { ...opened.header, number, previous: hex(previous), records });
    same('the batch sealed again', again, one.sealed);
    previous = one.digest;
  }
  same('a receipt', arranged(openReceipt(hex(receipt.bytes), ring), receipt.fields), receipt.fields);
  const { bytes, ...listed } = denylist;
  same('a denylist', openDenylist(hex(bytes), ring), listed);
  const { bytes: ofActions, ...ordered } = actions;
  same('an action list', openActions(hex(ofActions), ring), ordered);
  same('parameters', openParameters(hex(parameters.bytes), ring), parameters.fields);
  same('an order', openOrder(hex(order.bytes), ring), order.fields);
  return { checked };
}

// The fields of a receipt as the vector names and orders them.
function arranged(receipt, like) {
  return Object.fromEntries(Object.keys(like).map((key) => [key, receipt[key]]));
}

const verbs = {
  vectors: checkVectors,
  seal: ({ seed, environment, previous, ...batch }) =>
    ({ sealed: sealBatch(new Ring(seed, environment), { ...batch, previous: hex(previous) }) }),
  open: ({ seed, environment, sealed }) => openBatch(hex(sealed), new Ring(seed, environment)),
  covers: ({ seed, environment, sealed, receipt }) => {
    const ring = new Ring(seed, environment);
    const opened = openReceipt(hex(receipt), ring);
    return { covers: covers(opened, openBatch(hex(sealed), ring)), receipt: opened };
  },
};

try {
  const answer = verbs[process.argv[2]](readJson(readFileSync(0, 'utf8')));
  process.stdout.write(JSON.stringify(plain(answer)));
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stdout.write(JSON.stringify({ refused: error.message }));
  process.exitCode = 3;
}
