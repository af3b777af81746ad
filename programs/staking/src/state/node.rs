use std::io::Write;

use anchor_lang::{prelude::*, Discriminator};
use economy_math::{counted_stake, minimum_stake, slash_limit, Accumulator, Bps, MathError, RewardSplit, SlashSplit};

use super::{trim_zeros, HardwareClass, Position, Restoration, StakingConfig, Tranche};
use crate::{
    constants::{APPEAL_SECONDS, COMMISSION_DELAY_SECONDS, MAX_COMMISSION_BPS, MAX_DEVICES, MAX_OPEN_CASES, NODE_SEED},
    error::StakingError,
};

/// What the owner says of the node's line; speed tests verify it.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bandwidth {
    /// Under 100 MB/s down or 75 MB/s up: earns no idle income.
    BelowLow,
    /// 100 MB/s down, 75 MB/s up.
    Low,
    /// 400 MB/s down, 300 MB/s up.
    Medium,
    /// 800 MB/s down, 300 MB/s up.
    High,
}

#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeStatus {
    /// Takes jobs.
    Active,
    /// Takes no new jobs: the owner's choice, for maintenance.
    Paused,
}

/// A slash case that is neither burned nor restored. An amount of zero: a free place.
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OpenCase {
    pub opened_at: i64,
    pub amount: u64,
}

/// A machine of up to eight devices of one class, at ["node", owner, id].
#[derive(AnchorSerialize, AnchorDeserialize, InitSpace, Clone)]
pub struct Node {
    pub version: u8,
    pub bump: u8,
    pub id: u32,
    /// Stakes, and changes the node.
    pub owner: Pubkey,
    /// Hot key of the node's agent: starts and releases jobs, makes offers.
    pub operator: Pubkey,
    /// May start and release jobs as the operator does, where the owner named one.
    pub scheduler: Option<Pubkey>,
    /// Wallet whose token accounts receive the income of jobs.
    pub payout: Pubkey,
    /// Paid for this account and its vault, and gets that back.
    pub rent_payer: Pubkey,
    pub class: Pubkey,
    pub device_count: u8,
    pub bandwidth: Bandwidth,
    /// Lower-case letters, digits and hyphens, padded with zeros.
    pub region: [u8; 16],
    pub status: NodeStatus,
    /// The owner's stake that is not unbonding, in base units of IO: what his tranche says.
    pub own_stake: u64,
    /// Stake that others delegated and that is not unbonding, in base units of IO: what their tranche says.
    pub delegated_stake: u64,
    /// Stake that the node's hardware needs, as of registration or the last change of hardware.
    pub minimum_stake: u64,
    pub registered_at: i64,
    /// Counts the events of this node.
    pub seq: u64,
    /// At ["stake_vault", node]; kept, so that no call has to derive it.
    pub stake_vault: Pubkey,
    /// At ["reward_vault", node].
    pub reward_vault: Pubkey,
    /// The owner's part of the rewards that come from delegated stake, in basis points.
    pub commission_bps: u16,
    /// A rise that waits.
    pub pending_commission_bps: u16,
    /// When it can take effect. Zero: none waits.
    pub commission_applies_at: i64,
    pub own: Tranche,
    /// Begins anew when the owner stakes after a slash that left him nothing.
    pub own_generation: u32,
    /// The owner's active shares.
    pub own_position: Position,
    pub delegated: Tranche,
    /// Shares of delegators that earn.
    pub delegated_earning_shares: u128,
    /// What one of them has earned since ever, in units of 2^-64; it wraps.
    pub reward_index: u128,
    /// Rewards of delegators that did not divide evenly, in units of 2^-64 of a base unit.
    pub reward_remainder: u128,
    /// The owner's rewards that he has not claimed.
    pub owner_rewards: u64,
    /// All rewards that were divided and not paid, the owner's included.
    pub unpaid_rewards: u64,
    /// What was slashed and is neither burned nor restored.
    pub in_cases: u64,
    pub open_cases: [OpenCase; MAX_OPEN_CASES],
    /// Delegation accounts that exist.
    pub delegations: u32,
    /// Unbonding accounts that exist.
    pub unbondings: u32,
    pub reserved: [u8; 64],
}

// What `#[account]` makes of a struct, but for the way it is written: in one piece. Field by field it takes 1,400 compute
// units more, in every instruction that changes a node.

impl Discriminator for Node {
    /// The first bytes of the SHA-256 of "account:Node".
    const DISCRIMINATOR: &'static [u8] = &[208, 53, 1, 3, 49, 122, 180, 49];
}

impl Owner for Node {
    fn owner() -> Pubkey {
        crate::ID
    }
}

impl AccountSerialize for Node {
    fn try_serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        let mut bytes = Vec::with_capacity(Self::SPACE);
        bytes.extend_from_slice(Self::DISCRIMINATOR);
        let written = self.serialize(&mut bytes).and_then(|()| writer.write_all(&bytes));
        Ok(written.map_err(|_| ErrorCode::AccountDidNotSerialize)?)
    }
}

impl AccountDeserialize for Node {
    fn try_deserialize(buf: &mut &[u8]) -> Result<Self> {
        require_gte!(buf.len(), Self::DISCRIMINATOR.len(), ErrorCode::AccountDiscriminatorNotFound);
        require!(buf.starts_with(Self::DISCRIMINATOR), ErrorCode::AccountDiscriminatorMismatch);
        Self::try_deserialize_unchecked(buf)
    }

    fn try_deserialize_unchecked(buf: &mut &[u8]) -> Result<Self> {
        let mut fields = buf.get(Self::DISCRIMINATOR.len()..).ok_or(ErrorCode::AccountDidNotDeserialize)?;
        Ok(AnchorDeserialize::deserialize(&mut fields).map_err(|_| ErrorCode::AccountDidNotDeserialize)?)
    }
}

/// What a harvest divided.
pub struct Harvest {
    pub amount: u64,
    pub split: RewardSplit,
}

impl Node {
    pub const SPACE: usize = 8 + Self::INIT_SPACE;

    /// What counts towards the minimum: delegated stake only as far as the owner matches it.
    pub fn counted_stake(&self) -> Result<u64> {
        Ok(counted_stake(self.own_stake, self.delegated_stake).map_err(StakingError::from)?)
    }

    /// Takes a class and a number of devices, and with them the stake that they need.
    pub fn set_hardware(
        &mut self,
        class_key: Pubkey,
        class: &HardwareClass,
        device_count: u8,
        config: &StakingConfig,
    ) -> Result<()> {
        require!((1..=MAX_DEVICES).contains(&device_count), StakingError::DeviceCountOutOfRange);
        self.class = class_key;
        self.device_count = device_count;
        self.minimum_stake = minimum_stake(config.base_stake_per_device, class.multiplier_x100, device_count)
            .map_err(StakingError::from)?;
        Ok(())
    }

    /// Divides what has come into the reward vault since the last time, by the weights that held so far; then lets
    /// what is due change them: lots of the owner that are old enough, and a rise of the commission. Whatever changes
    /// weights calls this first, so that the moment of a harvest is nobody's advantage.
    pub fn harvest(&mut self, reward_vault_amount: u64, now: i64) -> Result<Harvest> {
        let amount = reward_vault_amount.checked_sub(self.unpaid_rewards).ok_or(StakingError::InvariantViolated)?;
        let split = self.divide(amount).map_err(StakingError::from)?;
        self.unpaid_rewards = reward_vault_amount;
        if self.own_position.has_mature_lot(now) {
            self.own_position.change(|position| position.activate(now))?;
        }
        if self.commission_applies_at != 0 && now >= self.commission_applies_at {
            self.commission_bps = self.pending_commission_bps;
            (self.pending_commission_bps, self.commission_applies_at) = (0, 0);
        }
        Ok(Harvest { amount, split })
    }

    fn divide(&mut self, amount: u64) -> economy_math::Result<RewardSplit> {
        let mut rewards = Accumulator { index: self.reward_index, remainder: self.reward_remainder };
        let mut split = RewardSplit { owner: 0, commission: 0, delegators: 0 };
        if amount > 0 {
            let own = self.own.math().worth(self.own_position.earning_shares)?;
            let delegated = self.delegated.math().worth(self.delegated_earning_shares)?;
            split = RewardSplit::of(amount, own, delegated, Bps::new(self.commission_bps)?)?;
            if split.delegators > 0 {
                rewards.add(split.delegators, self.delegated_earning_shares)?;
            }
        }
        // Where nobody earns beside the owner, he also gets what others left behind of a unit each.
        let left_behind = if self.delegated_earning_shares == 0 { rewards.take_whole_units() } else { 0 };
        self.owner_rewards = self
            .owner_rewards
            .checked_add(split.owner)
            .and_then(|sum| sum.checked_add(left_behind))
            .ok_or(MathError::Overflow)?;
        (self.reward_index, self.reward_remainder) = (rewards.index, rewards.remainder);
        Ok(split)
    }

    /// Takes the owner's rewards to be paid out.
    pub fn take_owner_rewards(&mut self) -> Result<u64> {
        let amount = core::mem::take(&mut self.owner_rewards);
        require_gt!(amount, 0, StakingError::NothingToClaim);
        self.on_rewards_paid(amount)?;
        Ok(amount)
    }

    pub fn on_rewards_paid(&mut self, amount: u64) -> Result<()> {
        self.unpaid_rewards = self.unpaid_rewards.checked_sub(amount).ok_or(StakingError::InvariantViolated)?;
        Ok(())
    }

    /// Takes a commission: a lower one at once, a higher one once delegators had a week to leave. A new rise takes
    /// the place of one that waits.
    pub fn set_commission(&mut self, commission_bps: u16, now: i64) -> Result<()> {
        require_gte!(MAX_COMMISSION_BPS, commission_bps, StakingError::CommissionOutOfRange);
        (self.pending_commission_bps, self.commission_applies_at) = (0, 0);
        if commission_bps > self.commission_bps {
            self.pending_commission_bps = commission_bps;
            self.commission_applies_at = now.saturating_add(COMMISSION_DELAY_SECONDS);
        } else {
            self.commission_bps = commission_bps;
        }
        Ok(())
    }

    /// Adds to the owner's stake. The first after a slash that left nothing begins a new generation of shares.
    pub fn on_staked(&mut self, amount: u64, now: i64) -> Result<u128> {
        if self.own.math().is_worthless() {
            self.own = Tranche { withdrawn_shares: self.own.withdrawn_shares, ..Tranche::default() };
            self.own_position = Position::default();
            self.own_generation = self.own_generation.checked_add(1).ok_or(StakingError::AmountOverflow)?;
        }
        let shares = self.own.change(|own| own.deposit(amount))?;
        self.own_position.change(|position| position.add(shares, now))?;
        self.count_stake()?;
        Ok(shares)
    }

    pub fn on_unstake_requested(&mut self, shares: u128) -> Result<()> {
        self.own_position.change(|position| position.remove(shares))?;
        self.own.change(|own| own.unbond(shares))?;
        self.on_unbonding_opened()?;
        self.count_stake()
    }

    pub fn on_unstake_cancelled(&mut self, generation: u32, shares: u128, now: i64) -> Result<()> {
        require_eq!(generation, self.own_generation, StakingError::StakeIsWorthless);
        self.own.change(|own| own.rebond(shares))?;
        self.own_position.change(|position| position.add(shares, now))?;
        self.count_stake()
    }

    /// A delegation may not lift the delegated stake above the owner's own.
    pub fn on_delegated(&mut self, amount: u64) -> Result<u128> {
        let delegated = self.delegated_stake.checked_add(amount).ok_or(StakingError::AmountOverflow)?;
        require_gte!(self.own_stake, delegated, StakingError::DelegationCapExceeded);
        let shares = self.delegated.change(|delegated| delegated.deposit(amount))?;
        self.count_stake()?;
        Ok(shares)
    }

    /// `earning`: how many of the shares were earning.
    pub fn on_undelegated(&mut self, shares: u128, earning: u128) -> Result<()> {
        self.delegated_earning_shares =
            self.delegated_earning_shares.checked_sub(earning).ok_or(StakingError::InvariantViolated)?;
        self.delegated.change(|delegated| delegated.unbond(shares))?;
        self.on_unbonding_opened()?;
        self.count_stake()
    }

    pub fn on_undelegation_cancelled(&mut self, shares: u128) -> Result<()> {
        self.delegated.change(|delegated| delegated.rebond(shares))?;
        self.count_stake()
    }

    /// Takes unbonding shares of the owner out and gives what they are worth: nothing, if they are of a generation
    /// that a slash has ended.
    pub fn on_own_withdrawn(&mut self, generation: u32, shares: u128) -> Result<u64> {
        if generation != self.own_generation {
            return Ok(0);
        }
        let amount = self.own.change(|own| own.redeem(shares))?;
        self.count_stake()?;
        Ok(amount)
    }

    pub fn on_delegated_withdrawn(&mut self, shares: u128) -> Result<u64> {
        let amount = self.delegated.change(|delegated| delegated.redeem(shares))?;
        self.count_stake()?;
        Ok(amount)
    }

    fn on_unbonding_opened(&mut self) -> Result<()> {
        self.unbondings = self.unbondings.checked_add(1).ok_or(StakingError::AmountOverflow)?;
        Ok(())
    }

    pub fn on_unbonding_closed(&mut self) -> Result<()> {
        self.unbondings = self.unbondings.checked_sub(1).ok_or(StakingError::InvariantViolated)?;
        Ok(())
    }

    pub fn on_delegation_opened(&mut self) -> Result<()> {
        self.delegations = self.delegations.checked_add(1).ok_or(StakingError::AmountOverflow)?;
        Ok(())
    }

    /// The delegator's fraction of a unit goes back to be divided.
    pub fn on_delegation_closed(&mut self, fraction: u64) -> Result<()> {
        self.delegations = self.delegations.checked_sub(1).ok_or(StakingError::InvariantViolated)?;
        let mut rewards = Accumulator { index: self.reward_index, remainder: self.reward_remainder };
        rewards.take_back(fraction).map_err(StakingError::from)?;
        self.reward_remainder = rewards.remainder;
        Ok(())
    }

    pub fn has_open_case(&self) -> bool {
        self.in_cases > 0
    }

    /// What the slashes of the last 30 days took and did not give back.
    pub fn recently_slashed(&self, now: i64) -> u64 {
        self.open_cases
            .iter()
            .filter(|case| now.saturating_sub(case.opened_at) < APPEAL_SECONDS)
            .fold(0, |sum, case| sum.saturating_add(case.amount))
    }

    /// The most that a slash may take now.
    pub fn slash_limit(&self, now: i64) -> Result<u64> {
        let stake = self.own.assets.checked_add(self.delegated.assets).ok_or(StakingError::AmountOverflow)?;
        Ok(slash_limit(stake, self.recently_slashed(now)).map_err(StakingError::from)?)
    }

    /// Moves stake into a case: the owner's first, unbonding or not, then the delegators'.
    pub fn on_slashed(&mut self, amount: u64, now: i64) -> Result<SlashSplit> {
        require_gt!(amount, 0, StakingError::ZeroSlash);
        require_gte!(self.slash_limit(now)?, amount, StakingError::SlashAboveLimit);
        let place = self.open_cases.iter_mut().find(|case| case.amount == 0).ok_or(StakingError::TooManyCases)?;
        *place = OpenCase { opened_at: now, amount };
        let split = SlashSplit::of(amount, self.own.assets);
        self.own.change(|own| own.slash(split.own))?;
        self.delegated.change(|delegated| delegated.slash(split.delegated))?;
        self.in_cases = self.in_cases.checked_add(amount).ok_or(StakingError::AmountOverflow)?;
        self.count_stake()?;
        Ok(split)
    }

    /// Gives back what a case holds to the tranches that it came from: to all their shares alike.
    pub fn on_restored(&mut self, restoration: &Restoration, now: i64) -> Result<()> {
        if restoration.own > 0 && self.own.shares == 0 {
            let shares = self.own.change(|own| own.deposit(restoration.own))?;
            self.own_position.change(|position| position.add(shares, now))?;
        } else {
            self.own.change(|own| own.restore(restoration.own))?;
        }
        self.delegated.change(|delegated| delegated.restore(restoration.delegated))?;
        self.count_stake()
    }

    /// Takes a case that was burned or restored off the books.
    pub fn on_case_closed(&mut self, opened_at: i64, amount: u64) -> Result<()> {
        let closed = OpenCase { opened_at, amount };
        let place = self.open_cases.iter_mut().find(|case| **case == closed).ok_or(StakingError::InvariantViolated)?;
        *place = OpenCase::default();
        self.in_cases = self.in_cases.checked_sub(amount).ok_or(StakingError::InvariantViolated)?;
        Ok(())
    }

    /// Nothing is left that somebody could want from the node.
    pub fn require_empty(&self) -> Result<()> {
        require!(self.own.shares == 0 && self.delegated.shares == 0, StakingError::StakeLeft);
        require!(self.unbondings == 0 && self.delegations == 0, StakingError::StakeLeft);
        require!(!self.has_open_case(), StakingError::CaseOpen);
        Ok(())
    }

    fn count_stake(&mut self) -> Result<()> {
        self.own_stake = self.own.active_assets()?;
        self.delegated_stake = self.delegated.active_assets()?;
        Ok(())
    }

    pub fn next_seq(&mut self) -> Result<u64> {
        self.seq = self.seq.checked_add(1).ok_or(StakingError::AmountOverflow)?;
        Ok(self.seq)
    }

    /// The vault covers all stake, unbonding or in cases; the books agree with each other.
    pub fn invariant(&self, vault_amount: u64) -> Result<()> {
        let liabilities = self
            .own
            .assets
            .checked_add(self.delegated.assets)
            .and_then(|sum| sum.checked_add(self.in_cases))
            .ok_or(StakingError::AmountOverflow)?;
        require_gte!(vault_amount, liabilities, StakingError::InvariantViolated);
        let unbonding = self.own.unbonding_shares;
        let held = self.own_position.shares()?.checked_add(unbonding).ok_or(StakingError::AmountOverflow)?;
        require!(held == self.own.shares, StakingError::InvariantViolated);
        let delegated = &self.delegated;
        let busy = delegated
            .unbonding_shares
            .checked_add(self.delegated_earning_shares)
            .ok_or(StakingError::AmountOverflow)?;
        require!(delegated.shares >= busy, StakingError::InvariantViolated);
        Ok(())
    }

    /// The keys and the region of a node that can be hired and paid.
    pub fn check_identity(&self) -> Result<()> {
        require_keys_neq!(self.operator, Pubkey::default(), StakingError::InvalidOperator);
        require_keys_neq!(self.payout, Pubkey::default(), StakingError::InvalidPayout);
        let region = trim_zeros(&self.region);
        require!(
            !region.is_empty() && region.iter().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || *c == b'-'),
            StakingError::InvalidRegion
        );
        Ok(())
    }
}

/// The seeds of a node, to sign for its vaults with.
pub struct NodeSeeds {
    owner: Pubkey,
    id: [u8; 4],
    bump: [u8; 1],
}

impl From<&Node> for NodeSeeds {
    fn from(node: &Node) -> Self {
        Self { owner: node.owner, id: node.id.to_le_bytes(), bump: [node.bump] }
    }
}

impl NodeSeeds {
    pub fn as_seeds(&self) -> [&[u8]; 4] {
        [NODE_SEED, self.owner.as_ref(), &self.id, &self.bump]
    }
}
