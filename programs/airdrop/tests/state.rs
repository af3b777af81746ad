//! The state types of the airdrop on the host: proofs of every place in a tree, windows, shards and sums.

use airdrop::{
    constants::{CLAIMS_PER_SHARD, MAX_LEAVES, MAX_SEASONS},
    error::AirdropError,
    state::{AirdropConfig, ClaimShard, Season, SeasonKind, SeasonState, USED_IDS_BYTES},
};
use anchor_lang::prelude::*;
use economy_math::merkle::{airdrop_leaf, parent, proof_levels, root_in_place, Hash};
use governance::Governance;
use proptest::prelude::*;

const DAY: i64 = 86_400;

fn key(byte: u8) -> Pubkey {
    Pubkey::new_from_array([byte; 32])
}

fn season(leaves: u32, root: Hash) -> Season {
    let mut name = [0; 32];
    name[..8].copy_from_slice(b"Season 1");
    Season {
        version: 1,
        bump: 255,
        id: 1,
        kind: SeasonKind::Gpu,
        state: SeasonState::Open,
        name,
        io_mint: key(1),
        vault: key(2),
        refund_wallet: key(3),
        rent_payer: key(4),
        amount: 1_000,
        total_points: 90_000,
        root,
        leaves,
        formula_hash: [5; 32],
        inputs_hash: [6; 32],
        starts_at: 1_000,
        ends_at: 1_000 + 30 * DAY,
        claimed: 0,
        claims: 0,
        open_shards: 0,
        seq: 0,
        reserved: [0; 32],
    }
}

/// The name of the error, or "Ok".
fn outcome<T>(result: Result<T>) -> String {
    match result {
        Ok(_) => "Ok".into(),
        Err(Error::AnchorError(error)) => error.error_name,
        Err(other) => other.to_string(),
    }
}

fn refused<T>(result: Result<T>, error: AirdropError) {
    assert_eq!(outcome(result), error.name());
}

fn leaf(index: u32) -> Hash {
    airdrop_leaf(&[7; 32], &[8; 32], index, &[9; 32], u64::from(index))
}

/// The siblings from a leaf up, by the definition: the last node of an odd level has none.
fn proof_of(leaves: &[Hash], mut index: usize) -> Vec<u8> {
    let (mut level, mut proof) = (leaves.to_vec(), Vec::new());
    while level.len() > 1 {
        if let Some(sibling) = level.get(index ^ 1) {
            proof.extend_from_slice(sibling);
        }
        level = level.chunks(2).map(|pair| if let [a, b] = pair { parent(a, b) } else { pair[0] }).collect();
        index /= 2;
    }
    proof
}

#[test]
fn every_leaf_of_every_small_tree_is_proved_by_a_proof_of_its_length_only() {
    for count in 1..=70u32 {
        let leaves: Vec<Hash> = (0..count).map(leaf).collect();
        let season = season(count, root_in_place(&mut leaves.clone()).unwrap());
        for (index, hash) in (0..count).zip(&leaves) {
            let proof = proof_of(&leaves, usize::try_from(index).unwrap());
            assert_eq!(proof.len(), 32 * proof_levels(count, index), "leaf {index} of {count}");
            assert_eq!(outcome(season.verify(index, *hash, &proof)), "Ok");
            refused(season.verify(index, [0; 32], &proof), AirdropError::InvalidProof);
            refused(season.verify(count, *hash, &proof), AirdropError::LeafOutOfRange);
            refused(season.verify(index, *hash, &[&proof[..], &[0; 32]].concat()), AirdropError::WrongProofLength);
            if let Some(shorter) = proof.len().checked_sub(32) {
                refused(season.verify(index, *hash, &proof[..shorter]), AirdropError::WrongProofLength);
                refused(season.verify(index, *hash, &proof[32..]), AirdropError::WrongProofLength);
            }
        }
    }
}

#[test]
fn the_largest_tree_has_proofs_of_twenty_levels() {
    for index in [0, 1, MAX_LEAVES / 2, MAX_LEAVES - 1] {
        assert_eq!(proof_levels(MAX_LEAVES, index), 20);
    }
    assert_eq!(proof_levels(MAX_LEAVES - 1, MAX_LEAVES - 2), 19);
    assert_eq!(proof_levels(MAX_LEAVES / 2 + 1, MAX_LEAVES / 2), 1);
    assert_eq!(proof_levels(1, 0), 0);
}

#[test]
fn no_id_is_used_twice() {
    let mut config = AirdropConfig {
        version: 1,
        bump: 255,
        governance: Governance::new(key(1), key(1)),
        io_mint: key(2),
        used_ids: [0; USED_IDS_BYTES],
        seq: 0,
        reserved: [0; 64],
    };
    for id in (0..MAX_SEASONS).rev() {
        assert_eq!(outcome(config.on_season_created(id)), "Ok");
        refused(config.on_season_created(id), AirdropError::SeasonIdUsed);
    }
    assert_eq!(config.used_ids, [255; USED_IDS_BYTES]);
    for id in [MAX_SEASONS, MAX_SEASONS + 8, u32::MAX] {
        refused(config.on_season_created(id), AirdropError::SeasonIdOutOfRange);
    }
}

#[test]
fn a_season_is_cancelled_once_and_before_its_start_only() {
    let mut season = season(1, [1; 32]);
    refused(season.on_cancelled(1_000), AirdropError::SeasonStarted);
    assert_eq!(season.liabilities().unwrap(), 1_000);
    assert_eq!(outcome(season.on_cancelled(999)), "Ok");
    refused(season.on_cancelled(999), AirdropError::SeasonCancelled);
    assert_eq!(season.liabilities().unwrap(), 0);
    assert_eq!(outcome(season.require_over(0)), "Ok");
    refused(season.require_claimable(2_000), AirdropError::SeasonCancelled);
}

proptest! {
    /// At any time either claims are paid or the season can be closed, or it has not started: never two of these.
    #[test]
    fn windows_do_not_overlap(now: i64, starts_at: i64, window in 1i64..i64::MAX) {
        let ends_at = starts_at.saturating_add(window);
        let season = Season { starts_at, ends_at, ..season(1, [1; 32]) };
        let claimable = season.require_claimable(now).is_ok();
        let over = season.require_over(now).is_ok();
        prop_assert_eq!(claimable, now >= starts_at && now < ends_at);
        prop_assert_eq!(over, now >= ends_at);
        prop_assert!(!(claimable && over));
        prop_assert_eq!(season.require_not_over(now).is_ok(), !over);
    }

    #[test]
    fn shards_keep_track_of_each_leaf_once(leaves in 1u32..=MAX_LEAVES, at: prop::sample::Index) {
        let season = season(leaves, [1; 32]);
        let shards: Vec<u32> =
            (0..season.shard_count()).map(|index| season.leaves_in_shard(u16::try_from(index).unwrap())).collect();
        prop_assert_eq!(shards.iter().sum::<u32>(), leaves);
        prop_assert!(shards.iter().all(|count| (1..=CLAIMS_PER_SHARD).contains(count)));
        let beyond = u16::try_from(season.shard_count()).unwrap();
        prop_assert_eq!((season.leaves_in_shard(beyond), season.leaves_in_shard(u16::MAX)), (0, 0));
        let leaf = u32::try_from(at.index(usize::try_from(leaves).unwrap())).unwrap();
        let shard = u16::try_from(ClaimShard::index_of(leaf)).unwrap();
        let (in_shard, bit) = (season.leaves_in_shard(shard), leaf % CLAIMS_PER_SHARD);
        prop_assert!(bit < in_shard);
        // The last bit that is needed lies within the account, and no whole byte is left over.
        let bytes = ClaimShard::space(in_shard) - ClaimShard::space(0);
        prop_assert_eq!(bytes, usize::try_from(in_shard.div_ceil(8)).unwrap());
    }

    #[test]
    fn claims_never_add_up_to_more_than_the_pool(
        amount in 1u64.., claims in prop::collection::vec(prop_oneof![0u64..1 << 40, any::<u64>()], 0..60),
    ) {
        let mut season = Season { amount, ..season(MAX_LEAVES, [1; 32]) };
        let mut paid = 0u128;
        for claim in claims {
            let fits = paid + u128::from(claim) <= u128::from(amount);
            let before = (season.claimed, season.claims);
            prop_assert_eq!(season.on_claimed(claim).is_ok(), fits);
            if fits {
                paid += u128::from(claim);
                prop_assert_eq!(season.claims, before.1 + 1);
            } else {
                prop_assert_eq!((season.claimed, season.claims), before);
            }
            prop_assert_eq!(u128::from(season.claimed), paid);
            let liabilities = season.liabilities().unwrap();
            prop_assert_eq!(u128::from(liabilities), u128::from(amount) - paid);
            prop_assert!(season.invariant(liabilities).is_ok());
            if let Some(less) = liabilities.checked_sub(1) {
                prop_assert!(season.invariant(less).is_err());
            }
        }
    }
}
