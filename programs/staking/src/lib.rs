//! Hardware classes, the nodes that offer them, and the IO that stands behind each node.
//!
//! Escrow reads [`state::Node`] as a typed account; this program reads escrow's `NodeLoad`.

use anchor_lang::prelude::*;

pub mod constants;
pub mod error;
pub mod events;
pub mod instructions;
pub mod state;

use instructions::*;

declare_id!("5EnHQFchGbHAVp2nvfmvJhgsUnyDS2RqggoGtM4VUv5T");
declare_program!(escrow);

#[program]
pub mod staking {
    use super::*;

    // Admin

    /// Creates the config. Once.
    /// Authority: the program's upgrade authority. Errors: NotUpgradeAuthority, InvalidIoMint, InvalidAdmin, InvalidPauser, DurableNonceRefused.
    pub fn initialize(ctx: Context<Initialize>, args: InitializeArgs) -> Result<()> {
        Initialize::handler(ctx, args)
    }

    /// First step of handing the admin role over; naming the admin itself withdraws a proposal.
    /// Authority: admin. Errors: NotAdmin, DurableNonceRefused.
    pub fn propose_admin(ctx: Context<ProposeAdmin>, new_admin: Pubkey) -> Result<()> {
        ProposeAdmin::handler(ctx, new_admin)
    }

    /// Second step of handing the admin role over.
    /// Authority: the proposed admin. Errors: NotPendingAdmin, DurableNonceRefused.
    pub fn accept_admin(ctx: Context<AcceptAdmin>) -> Result<()> {
        AcceptAdmin::handler(ctx)
    }

    /// Changes the pauser or the base stake.
    /// Authority: admin. Errors: NotAdmin, NothingToUpdate, BaseStakeOutOfRange, InvalidPauser, DurableNonceRefused.
    pub fn update_config(ctx: Context<UpdateConfig>, args: UpdateConfigArgs) -> Result<()> {
        UpdateConfig::handler(ctx, args)
    }

    /// Stops registrations and staking for 72 hours; exits stay open.
    /// Authority: pauser. Errors: NotPauser, AlreadyPaused, DurableNonceRefused.
    pub fn pause(ctx: Context<Pause>) -> Result<()> {
        Pause::handler(ctx)
    }

    /// Ends a pause early.
    /// Authority: pauser or admin. Errors: NotPauser, NotPaused, DurableNonceRefused.
    pub fn unpause(ctx: Context<Unpause>) -> Result<()> {
        Unpause::handler(ctx)
    }

    /// Adds a model of hardware.
    /// Authority: admin. Errors: NotAdmin, MultiplierOutOfRange, ReferencePriceOutOfRange, InvalidClassName, DurableNonceRefused.
    pub fn create_class(ctx: Context<CreateClass>, args: CreateClassArgs) -> Result<()> {
        CreateClass::handler(ctx, args)
    }

    /// Changes a model of hardware, or closes it to new nodes.
    /// Authority: admin. Errors: NotAdmin, NothingToUpdate, MultiplierOutOfRange, ReferencePriceOutOfRange, DurableNonceRefused.
    pub fn update_class(ctx: Context<UpdateClass>, args: UpdateClassArgs) -> Result<()> {
        UpdateClass::handler(ctx, args)
    }

    // Operator

    /// Registers a node of up to eight devices of one class.
    /// Authority: owner. Errors: Paused, ClassInactive, DeviceCountOutOfRange, InvalidOperator, InvalidPayout, InvalidRegion, WrongMint.
    pub fn register_node(ctx: Context<RegisterNode>, args: RegisterNodeArgs) -> Result<()> {
        RegisterNode::handler(ctx, args)
    }

    /// Changes keys, line, region, status or hardware of a node.
    /// Authority: owner. Errors: NotOwner, ClassInactive, NodeHired, DeviceCountOutOfRange, InvalidOperator, InvalidPayout, InvalidRegion.
    pub fn update_node(ctx: Context<UpdateNode>, args: UpdateNodeArgs) -> Result<()> {
        UpdateNode::handler(ctx, args)
    }

    /// Adds IO to the owner's stake in a node.
    /// Authority: owner. Errors: NotOwner, Paused, ZeroStake, WrongTokenAccount.
    pub fn stake(ctx: Context<Stake>, amount: u64) -> Result<()> {
        Stake::handler(ctx, amount)
    }
}
