//! What escrow says of a node's use.

use anchor_lang::{prelude::*, system_program};

use crate::{
    error::StakingError,
    escrow::{self, accounts::NodeLoad},
};

/// How much of a node is in use. An account that does not exist yet means nothing.
#[derive(Default)]
pub struct Hire {
    pub devices_busy: u8,
    pub offers: u16,
    pub jobs: u32,
}

impl Hire {
    /// Reads escrow's account at the node's address, which it has to be.
    pub fn read(node_load: &AccountInfo, node: &Pubkey) -> Result<Self> {
        pda_account::check(node_load, &[escrow::constants::NODE_LOAD_SEED, node.as_ref()], &escrow::ID_CONST)?;
        if node_load.owner == &system_program::ID && node_load.data_is_empty() {
            return Ok(Self::default());
        }
        require_keys_eq!(*node_load.owner, escrow::ID_CONST, StakingError::WrongNodeLoad);
        let load = NodeLoad::try_deserialize(&mut &node_load.try_borrow_data()?[..])?;
        Ok(Self { devices_busy: load.devices_busy, offers: load.offers, jobs: load.jobs })
    }

    pub fn is_hired(&self) -> bool {
        self.devices_busy > 0
    }

    pub fn is_unused(&self) -> bool {
        self.devices_busy == 0 && self.offers == 0 && self.jobs == 0
    }
}
