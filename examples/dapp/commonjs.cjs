'use strict';
// The same package from CommonJS: everything is there, and nothing happens at import.
const assert = require('node:assert/strict');
const { Keypair } = require('@solana/web3.js');
const { escrow, localnet, parseUsdc } = require('@ionet/sdk');
const { testKeypair } = require('@ionet/sdk/testing');

const { instructions } = escrow.bookJob.call(
  { deployment: localnet(), payer: testKeypair('buyer').publicKey },
  {
    id: 1n,
    offer: Keypair.generate().publicKey,
    node: Keypair.generate().publicKey,
    devices: 8,
    hours: 24,
    payment: 'usdc',
    maxTotal: parseUsdc('500'),
  },
);
assert.equal(instructions.length, 1);
