//! Merkle trees of claims: SHA-256, by the system call on chain and in plain Rust elsewhere.
//!
//! | hash | of |
//! |---|---|
//! | leaf | `0x00`, domain tag, program, distributor, what the leaf says; fixed widths, integers little endian |
//! | inner node | `0x01`, the lesser child, the greater child |
//!
//! The first byte keeps a leaf from passing as an inner node and the reverse. Pairs are sorted, so a proof is the
//! siblings from the leaf up, without directions. The last node of a level of odd length has no sibling: it moves up
//! as it is, and its proof is shorter by that level.

use core::fmt;

use solana_sha256_hasher::hashv;

/// A node of a tree.
pub type Hash = [u8; HASH_BYTES];

/// Bytes of a node.
pub const HASH_BYTES: usize = 32;
/// Levels above the leaves of the largest tree: 2^20 leaves.
pub const MAX_DEPTH: usize = 20;
/// Bytes of the longest proof.
pub const MAX_PROOF_BYTES: usize = HASH_BYTES * MAX_DEPTH;
/// Parts of the longest leaf.
pub const MAX_LEAF_PARTS: usize = 8;

/// What the leaves of reward roots begin with.
pub const REWARD_TAG: &[u8] = b"ionet:reward:v1";
/// What the leaves of airdrop seasons begin with.
pub const AIRDROP_TAG: &[u8] = b"ionet:airdrop:v1";

const LEAF_PREFIX: &[u8] = &[0];
const INNER_PREFIX: &[u8] = &[1];

/// Why there is no root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MerkleError {
    /// The length of a proof is not a multiple of 32.
    ProofLength,
    /// A proof has more than 20 levels.
    ProofTooLong,
    /// A tree without leaves.
    NoLeaves,
    /// A tree of more than 2^20 leaves.
    TooManyLeaves,
}

impl fmt::Display for MerkleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::ProofLength => "a proof is whole hashes of 32 bytes: pass it as it was made",
            Self::ProofTooLong => "a proof has at most 20 hashes",
            Self::NoLeaves => "a tree has at least one leaf",
            Self::TooManyLeaves => "a tree has at most 1,048,576 leaves: split it",
        })
    }
}

impl core::error::Error for MerkleError {}

/// The hash of a leaf: of `0x00`, then the parts one after the other. Parts have fixed widths, or two leaves could
/// have the same bytes.
pub fn leaf_hash<const N: usize>(parts: &[&[u8]; N]) -> Hash {
    const { assert!(N <= MAX_LEAF_PARTS) };
    let mut slices: [&[u8]; MAX_LEAF_PARTS + 1] = [&[]; MAX_LEAF_PARTS + 1];
    slices[0] = LEAF_PREFIX;
    slices[1..=N].copy_from_slice(parts);
    hashv(&slices[..=N]).to_bytes()
}

/// The inner node over two nodes, in whichever order they are given.
pub fn parent(a: &Hash, b: &Hash) -> Hash {
    let (low, high) = if a <= b { (a, b) } else { (b, a) };
    hashv(&[INNER_PREFIX, low, high]).to_bytes()
}

/// The root that a proof leads to from a leaf. The proof is the siblings from the leaf up, 32 bytes each, at most 20;
/// an empty one proves the only leaf of a tree.
pub fn root_of(leaf: Hash, proof: &[u8]) -> Result<Hash, MerkleError> {
    let (siblings, rest) = proof.as_chunks::<HASH_BYTES>();
    if !rest.is_empty() {
        return Err(MerkleError::ProofLength);
    }
    if siblings.len() > MAX_DEPTH {
        return Err(MerkleError::ProofTooLong);
    }
    Ok(siblings.iter().fold(leaf, |node, sibling| parent(&node, sibling)))
}

/// How many siblings the proof of a leaf has in a tree of so many leaves: one for each level on which the node above
/// the leaf is not the last of an odd number.
pub fn proof_levels(leaves: u32, index: u32) -> usize {
    let (mut last, mut node, mut levels) = (leaves.saturating_sub(1), index, 0usize);
    while last > 0 {
        if node < last || node % 2 == 1 {
            levels += 1;
        }
        (last, node) = (last / 2, node / 2);
    }
    levels
}

/// The root of a tree. `level` holds the hashes of the leaves, and is overwritten.
pub fn root_in_place(level: &mut [Hash]) -> Result<Hash, MerkleError> {
    if level.len() > 1 << MAX_DEPTH {
        return Err(MerkleError::TooManyLeaves);
    }
    let mut length = level.len();
    while length > 1 {
        let above = length.div_ceil(2);
        for index in 0..above {
            level[index] = match level[2 * index..length] {
                [left, right, ..] => parent(&left, &right),
                [last] => last,
                [] => return Err(MerkleError::NoLeaves),
            };
        }
        length = above;
    }
    level.first().copied().ok_or(MerkleError::NoLeaves)
}

/// The leaf of what a node has earned so far in a reward pool: `cumulative` base units of IO to the token account
/// `destination`.
pub fn reward_leaf(program: &Hash, pool: &Hash, node: &Hash, destination: &Hash, cumulative: u64) -> Hash {
    leaf_hash(&[REWARD_TAG, program, pool, node, destination, &cumulative.to_le_bytes()])
}

/// The leaf of a claim of an airdrop season: `amount` base units of IO to `wallet`, at the bit `index`.
pub fn airdrop_leaf(program: &Hash, season: &Hash, index: u32, wallet: &Hash, amount: u64) -> Hash {
    leaf_hash(&[AIRDROP_TAG, program, season, &index.to_le_bytes(), wallet, &amount.to_le_bytes()])
}
