import { ChainReadings } from '@ionet/scheduler';
import { parseIo, parseUsdc, pda } from '@ionet/sdk';
import { TEST_PRICE, testKeypair, tokenSupply } from '@ionet/sdk/testing';
import { expect } from 'chai';
import { fillAsQuoted, setVault, toNextHour } from '../harness/auction.js';
import { useMarket } from '../harness/market.js';
import { transferTokens } from '../harness/token-accounts.js';

describe('services: what the scheduler reads of the network', () => {
  const test = useMarket();

  it('says of each IO once how it was burned', async () => {
    const { market } = test;
    const { network, deployment, anyone } = market;
    const before = tokenSupply(network, deployment.ioMint);
    setVault(market, parseUsdc('2400'));
    toNextHour(market);
    await fillAsQuoted(market, market.buyer, parseUsdc('10'), TEST_PRICE);
    const bought = before - tokenSupply(network, deployment.ioMint);
    const { ioMint } = deployment;
    const vault = pda.treasury.feeVault(deployment, ioMint);
    await transferTokens(market, ioMint, testKeypair('buyer'), vault, parseIo('3'));
    await anyone.treasury.burnIoFees();
    const { ioFeesBurned, ioBoughtBack, supply } = await new ChainReadings(anyone, []).network();
    expect({ ioFeesBurned, ioBoughtBack }).to.deep.equal({
      ioFeesBurned: parseIo('3'),
      ioBoughtBack: bought,
    });
    expect(supply).to.equal(tokenSupply(network, deployment.ioMint));
  });
});
