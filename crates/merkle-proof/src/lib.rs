//! A Merkle proof as the last argument of an instruction: the rest of its data, without a length before it.
//!
//! A transaction has room for 1,232 bytes, of which a proof of 20 levels takes 640: four bytes of length would say
//! nothing that the data's own length does not. In the IDL the type is a struct without fields; whoever builds the
//! instruction appends the bytes.

use anchor_lang::prelude::{
    borsh::io::{Read, Result, Write},
    AnchorDeserialize, AnchorSerialize,
};

const HASH_LEN: usize = 32;

/// The most levels that a proof may have: a tree of 2^20 leaves.
pub const MAX_LEVELS: usize = 20;

/// One level more than is allowed is still read, so that a program can refuse it by a name of its own.
const READ_LEN: usize = (MAX_LEVELS + 1) * HASH_LEN;

/// The hashes beside the path from a leaf to the root, 32 bytes each, the leaf's sibling first. How many they are and
/// whether they prove anything is for the program to check.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct MerkleProof(Vec<u8>);

impl MerkleProof {
    /// A proof of these bytes.
    pub fn new(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// All bytes that followed the other arguments; where there were more, as many as show that they are too many.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl AnchorSerialize for MerkleProof {
    fn serialize<W: Write>(&self, writer: &mut W) -> Result<()> {
        writer.write_all(&self.0)
    }
}

impl AnchorDeserialize for MerkleProof {
    fn deserialize_reader<R: Read>(reader: &mut R) -> Result<Self> {
        let mut bytes = vec![0; READ_LEN];
        let mut length = 0;
        while let Some(rest) = bytes.get_mut(length..).filter(|rest| !rest.is_empty()) {
            match reader.read(rest)? {
                0 => break,
                read => length = length.saturating_add(read),
            }
        }
        bytes.truncate(length);
        Ok(Self(bytes))
    }
}

#[cfg(feature = "idl-build")]
mod idl {
    use anchor_lang::idl::{
        types::{IdlDefinedFields, IdlSerialization, IdlTypeDef, IdlTypeDefTy},
        IdlBuild,
    };

    use super::MerkleProof;

    impl IdlBuild for MerkleProof {
        fn create_type() -> Option<IdlTypeDef> {
            Some(IdlTypeDef {
                name: Self::get_full_path(),
                docs: vec![
                    "The hashes beside the path from the leaf to the root: appended to the data as they are.".into()
                ],
                serialization: IdlSerialization::Borsh,
                repr: None,
                generics: Vec::new(),
                ty: IdlTypeDefTy::Struct { fields: None::<IdlDefinedFields> },
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(AnchorSerialize, AnchorDeserialize, Debug, PartialEq)]
    struct Arguments {
        amount: u64,
        proof: MerkleProof,
    }

    /// Gives at most seven bytes at a time, as a reader may.
    struct Slow<'a>(&'a [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> Result<usize> {
            let length = buffer.len().min(self.0.len()).min(7);
            let (now, later) = self.0.split_at(length);
            buffer[..length].copy_from_slice(now);
            self.0 = later;
            Ok(length)
        }
    }

    fn bytes(length: usize) -> Vec<u8> {
        (0..length).map(|at| u8::try_from(at % 251).unwrap()).collect()
    }

    #[test]
    fn is_the_rest_of_the_data() {
        for length in [0, 1, 31, 32, 33, 64, 639, 640] {
            let data = [&7u64.to_le_bytes()[..], &bytes(length)].concat();
            let expected = Arguments { amount: 7, proof: MerkleProof::new(bytes(length)) };
            assert_eq!(Arguments::deserialize(&mut data.as_slice()).unwrap(), expected);
            assert_eq!(Arguments::deserialize_reader(&mut Slow(&data)).unwrap(), expected);
            let mut written = Vec::new();
            expected.serialize(&mut written).unwrap();
            assert_eq!(written, data);
        }
    }

    #[test]
    fn stays_too_long_when_it_is() {
        for length in [641, 671, 672, 673, 5_000] {
            let read = MerkleProof::deserialize(&mut bytes(length).as_slice()).unwrap();
            assert_eq!(read.as_bytes(), &bytes(length)[..length.min(672)]);
            assert!(read.as_bytes().len() > MAX_LEVELS * HASH_LEN);
        }
    }
}
