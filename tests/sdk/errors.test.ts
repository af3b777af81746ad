import { Ed25519Program, PublicKey, SystemProgram } from '@solana/web3.js';
import { expect } from 'chai';
import { LangErrorCode } from '@coral-xyz/anchor';
import {
  AccountError,
  ArgumentError,
  EndpointError,
  IonetError,
  MathError,
  MerkleError,
  ProgramError,
  SendError,
  TOKEN_PROGRAM_ID,
  failureToError,
  idls,
  isProgramError,
  localnet,
  parseFailure,
  programNames,
  type TransactionOutcome,
} from '@ionet/sdk';

const deployment = localnet();
const { escrow } = deployment.programs;
const ESCROW = escrow.toBase58();
const TOKEN = TOKEN_PROGRAM_ID.toBase58();

function outcome(error: unknown, logs: readonly string[] = []): TransactionOutcome {
  return { signature: 'signature', logs, unitsConsumed: 1n, failure: parseFailure(error) };
}

const custom = (code: number): object => ({ InstructionError: [0, { Custom: code }] });

function expectSentence(text: string, of: string): void {
  expect(text, of).to.match(/^[A-Z0-9`].{6,}[^.\s]$/);
}

describe('errors', () => {
  it('of every program are found by code, with their sentence', () => {
    for (const program of programNames) {
      for (const { code, name, msg } of idls[program].errors) {
        const error = failureToError(outcome(custom(code)), [deployment.programs[program]], deployment);
        expect(error).to.be.instanceOf(ProgramError);
        expect(error).to.include({ program, name, code, message: msg });
        expect(isProgramError(error, program, name)).to.equal(true);
        expect(msg, `${program}.${name} needs a sentence`).to.not.equal(name);
        expectSentence(error.remedy, `${program}.${name}`);
        expect(msg.toLowerCase(), 'the remedy is the chain’s').to.contain(error.remedy.toLowerCase());
      }
    }
  });

  it('name the innermost program where one calls another', () => {
    const logs = [
      `Program ${ESCROW} invoke [1]`,
      `Program ${TOKEN} invoke [2]`,
      'Program log: Error: insufficient funds',
      `Program ${TOKEN} failed: custom program error: 0x1`,
      `Program ${ESCROW} failed: custom program error: 0x1`,
    ];
    const error = failureToError(outcome(custom(1), logs), [escrow], deployment);
    expect(isProgramError(error, 'token', 'InsufficientFunds')).to.equal(true);
    expect(isProgramError(error, 'escrow')).to.equal(false);
    expect(error.logs).to.equal(logs);
  });

  it('cannot be laid at another program’s door by what a program says', () => {
    const logs = [
      `Program ${ESCROW} invoke [1]`,
      `Program log: Program ${TOKEN} failed: custom program error: 0x1`,
      `Program ${ESCROW} failed: custom program error: 0x1770`,
    ];
    const error = failureToError(outcome(custom(6000), logs), [escrow], deployment);
    expect(isProgramError(error, 'escrow')).to.equal(true);
  });

  it('of Anchor have their names, and the account at fault', () => {
    const logs = [
      `Program ${ESCROW} invoke [1]`,
      'Program log: AnchorError caused by account: buyer_token_account. Error Code: ConstraintSeeds. Error Number: 2006. Error Message: A seeds constraint was violated.',
      `Program ${ESCROW} failed: custom program error: 0x7d6`,
    ];
    const error = failureToError(outcome(custom(2006), logs), [escrow], deployment);
    expect(isProgramError(error, 'escrow', 'ConstraintSeeds')).to.equal(true);
    expect(error).to.include({ account: 'buyerTokenAccount', code: 2006, signature: 'signature' });
  });

  it('of the network’s own programs have their names', () => {
    const cases = [
      [SystemProgram.programId, 1, 'system', 'ResultWithNegativeLamports'],
      [TOKEN_PROGRAM_ID, 17, 'token', 'AccountFrozen'],
      [Ed25519Program.programId, 2, 'ed25519', 'InvalidSignature'],
    ] as const;
    for (const [programId, code, program, name] of cases) {
      expect(failureToError(outcome(custom(code)), [programId], deployment)).to.include({
        program,
        name,
        code,
      });
    }
  });

  it('that nobody knows keep their number and program', () => {
    const stranger = PublicKey.unique();
    const error = failureToError(outcome(custom(77)), [stranger], deployment);
    expect(error).to.include({ program: 'unknown', name: 'Custom77', code: 77 });
    expect(isProgramError(error, 'unknown', 'Custom77')).to.equal(true);
    expect((error as ProgramError).programId).to.equal(stranger.toBase58());
  });

  it('of the runtime have its words and no number', () => {
    const failure = { InstructionError: [1, 'MissingRequiredSignature'] };
    const error = failureToError(outcome(failure), [SystemProgram.programId, escrow], deployment);
    expect(error).to.include({
      program: 'escrow',
      name: 'MissingRequiredSignature',
      code: null,
      instruction: 1,
    });
  });

  it('of transactions that never ran are send errors', () => {
    const error = failureToError(outcome('BlockhashNotFound'), [escrow], deployment);
    expect(error).to.be.instanceOf(SendError);
    expect(error).to.include({ name: 'TransactionRefused', reason: 'BlockhashNotFound' });
    const rent = failureToError(
      outcome({ InsufficientFundsForRent: { account_index: 0 } }),
      [escrow],
      deployment,
    );
    expect(rent).to.include({ reason: 'InsufficientFundsForRent' });
  });

  it('of Anchor, of the runtime and of the network’s programs say what to do', () => {
    for (const [name, code] of Object.entries(LangErrorCode)) {
      const error = failureToError(outcome(custom(code)), [escrow], deployment);
      expect(error).to.include({ program: 'escrow', name, code });
      expectSentence(error.remedy, name);
    }
    for (const [name, address] of [
      ['system', SystemProgram.programId],
      ['token', TOKEN_PROGRAM_ID],
      ['ed25519', Ed25519Program.programId],
    ] as const) {
      for (let code = 0; code < 25; code += 1) {
        const error = failureToError(outcome(custom(code)), [address], deployment);
        expect(error).to.include({ program: name });
        expectSentence(error.remedy, `${name} ${code}`);
      }
    }
    for (const reason of ['MissingRequiredSignature', 'ComputationalBudgetExceeded', 'SomethingNew']) {
      const error = failureToError(outcome({ InstructionError: [0, reason] }), [escrow], deployment);
      expectSentence(error.remedy, reason);
    }
  });

  it('of the SDK itself say what to do', () => {
    const errors = [
      new SendError('TransactionUnknown', 'x'),
      new EndpointError('NoAnswer', 'x'),
      new AccountError('AccountNotFound', 'address', 'x'),
      new MathError('ZeroQuantity'),
      new MerkleError('NoLeaves'),
    ];
    for (const error of errors) expectSentence(error.remedy, error.name);
    expect(new ArgumentError('a.b', 'must be true or false').remedy).to.equal(
      'Change a.b: it must be true or false',
    );
    expect(new ArgumentError('price', 'is zero: give what one IO costs').remedy).to.equal(
      'Give what one IO costs',
    );
  });

  it('are one tree, searchable through their causes', () => {
    const cause = new MathError('Overflow');
    const error = new IonetError('outer', { cause: new Error('middle', { cause }) });
    expect(error.find((one): one is MathError => one instanceof MathError)).to.equal(cause);
    expect(error.find((one): one is SendError => one instanceof SendError)).to.equal(undefined);
    for (const one of [cause, new SendError('Aborted', 'x')]) expect(one).to.be.instanceOf(IonetError);
  });
});
