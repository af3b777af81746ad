use anchor_lang::prelude::*;

use crate::error::EscrowError;

/// What of a node is in use, at ["node_load", node]; shared by all its offers. Staking reads it.
#[account]
#[derive(InitSpace)]
pub struct NodeLoad {
    pub version: u8,
    pub bump: u8,
    pub node: Pubkey,
    /// Paid for this account, and gets that back.
    pub rent_payer: Pubkey,
    /// Devices that running jobs occupy.
    pub devices_busy: u8,
    /// Offers that exist for the node.
    pub offers: u16,
    /// Jobs that were started and have not ended: they need this account.
    pub jobs: u32,
    pub reserved: [u8; 32],
}

impl NodeLoad {
    pub fn on_offer_created(&mut self) -> Result<()> {
        self.offers = self.offers.checked_add(1).ok_or(EscrowError::AmountOverflow)?;
        Ok(())
    }

    pub fn on_offer_closed(&mut self) -> Result<()> {
        self.offers = self.offers.checked_sub(1).ok_or(EscrowError::InvariantViolated)?;
        Ok(())
    }

    /// Takes devices for a job that starts.
    pub fn on_started(&mut self, devices: u8, node_devices: u8) -> Result<()> {
        let busy = self.devices_busy.checked_add(devices).ok_or(EscrowError::NotEnoughFreeDevices)?;
        require_gte!(node_devices, busy, EscrowError::NotEnoughFreeDevices);
        self.devices_busy = busy;
        self.jobs = self.jobs.checked_add(1).ok_or(EscrowError::AmountOverflow)?;
        Ok(())
    }

    /// Frees the devices of a job that stops running.
    pub fn on_stopped(&mut self, devices: u8) -> Result<()> {
        self.devices_busy = self.devices_busy.checked_sub(devices).ok_or(EscrowError::InvariantViolated)?;
        Ok(())
    }

    pub fn on_ended(&mut self) -> Result<()> {
        self.jobs = self.jobs.checked_sub(1).ok_or(EscrowError::InvariantViolated)?;
        Ok(())
    }

    pub fn is_unused(&self) -> bool {
        self.offers == 0 && self.jobs == 0 && self.devices_busy == 0
    }
}
